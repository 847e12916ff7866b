// Builds the package: Rust to pkg/ and pkg-*/ by wasm-pack, then TypeScript to dist/. Does
// nothing twice.
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { assets, WORKFLOW } from "./assets.mjs";
import { licenses } from "./licenses.mjs";
import { root, run, step } from "./run.mjs";
import { setup } from "./setup.mjs";
import { shrink } from "./shrink.mjs";

const ENTRIES = ["index", "core", "naming"];

/** All files under `path`, in a stable order. */
function filesUnder(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesUnder(join(path, name)));
}

function fingerprint(paths) {
  const hash = createHash("sha256");
  for (const file of paths.flatMap((path) => filesUnder(join(root, path)))) {
    hash.update(file).update("\0").update(readFileSync(file)).update("\0");
  }
  return hash.digest("hex");
}

/**
 * Has `act` make `output`, unless it was already made from the same inputs. It is made beside its
 * place and moved there when it is whole: tests of another process may be reading the old one.
 */
export async function once(what, output, inputs, act) {
  const place = join(root, output);
  const stamp = join(place, ".made-from");
  const wanted = fingerprint(inputs);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  const made = mkdtempSync(join(root, `.tmp-${output}-`));
  try {
    await step(what, () => act(made));
    writeFileSync(join(made, ".made-from"), wanted);
    rmSync(place, { recursive: true, force: true });
    renameSync(made, place);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

const cargoHome = process.env.CARGO_HOME ?? join(homedir(), ".cargo");

/** Panics name files, but not of this machine. */
const FLAGS = [`--remap-path-prefix=${cargoHome}=cargo`];

/** What the core may use of WebAssembly. */
const FEATURES = [
  "bulk-memory",
  "multivalue",
  "mutable-globals",
  "nontrapping-fptoint",
  "sign-ext",
];

/** Every resource of a deploy passes through the core's own code. What it depends on stays small. */
const CORE_PROFILE = "profile.release.package.alch-blocks.opt-level=2";

/**
 * Little is inlined, no loop is unrolled, few have their condition copied before them, and none gets a
 * pointer in place of each index: each of these makes the core larger, and blocks hardly quicker.
 */
const SMALL = "-inline-threshold=5 -unroll-threshold=0 -rotation-max-header-size=2 -disable-lsr";

/** What the core is compiled with besides. */
const CORE_FLAGS = [
  ...["-C", `llvm-args=${SMALL}`],
  // Nothing here nests deeply, and addresses behind a smaller stack are a byte shorter.
  ...["-C", "link-arg=-zstack-size=131072"],
  // Without reference types. Values of JavaScript are then numbers, of places in an array of the
  // glue's, which takes less code and less time than a table of WebAssembly's. The library is compiled
  // with reference types, but uses none: hence no check.
  ...["-C", `link-arg=--features=${FEATURES.join()}`],
  ...["-C", "link-arg=--no-check-features"],
];

/** The core's module, in the folder that it is built into. */
export const CORE = "alch_blocks_bg.wasm";
/** That of what refusals say. */
export const REFUSALS = "alch_blocks_refusals_bg.wasm";

export async function buildCore(folder, options) {
  const configs = [CORE_PROFILE];
  await buildModule(".", folder, { options: ["--no-opt"], flags: CORE_FLAGS, configs });
  await shrink(join(folder, CORE), options);
}

/** Compiles a crate to WebAssembly, as wasm-pack leaves it. */
export async function buildModule(crate, folder, { options = [], flags = [], configs = [] } = {}) {
  const target = ["--target", "bundler", "--no-pack", "--out-dir", folder, "--release"];
  // Those of `.cargo/config.toml` hold as well.
  const all = `target.wasm32-unknown-unknown.rustflags=${JSON.stringify([...FLAGS, ...flags])}`;
  const given = [all, ...configs].flatMap((config) => ["--config", config]);
  await run("wasm-pack", ["build", crate, ...target, ...options, "--", ...given]);
  // It ignores all of pkg/, and npm would honour that; the project's own file does it for git.
  rmSync(join(folder, ".gitignore"), { force: true });
}

/** The core's own JavaScript, as wasm-pack has put it beside the module. */
function host() {
  const snippets = join(root, "pkg", "snippets");
  const [snippet] = readdirSync(snippets);
  return join(snippets, snippet, "src", "host.js");
}

/** The names that the sources use for what wasm-pack makes. */
const generated = {
  name: "generated",
  setup(build) {
    const pkg = (file) => ({ path: join(root, "pkg", file) });
    build.onResolve({ filter: /^#glue$/ }, () => pkg("alch_blocks_bg.js"));
    build.onResolve({ filter: /^#module$/ }, () => pkg(CORE));
    build.onResolve({ filter: /^#host$/ }, () => ({ path: host() }));
    const refusals = (file) => ({ path: join(root, "pkg-refusals", file) });
    build.onResolve({ filter: /^#refusals$/ }, () => refusals("alch_blocks_refusals_bg.js"));
    build.onResolve({ filter: /^#refusals-module$/ }, () => refusals(REFUSALS));
  },
};

/** The same for the command line, which has the naming law from the package's own entry. */
const generatedForCli = {
  name: "generated-for-cli",
  setup(build) {
    for (const name of ["analyzer", "monitor"]) {
      const glue = join(root, `pkg-${name}`, `alch_blocks_${name}_bg.js`);
      build.onResolve({ filter: new RegExp(`^#${name}$`) }, () => ({ path: glue }));
    }
    build.onResolve({ filter: /\/naming\.ts$/ }, () => ({ path: "../naming.js", external: true }));
    build.onResolve({ filter: /^#(?:config|metrics)-schema$/ }, ({ path }) => ({
      path: path.slice(1, -"-schema".length),
      namespace: "schema",
    }));
    build.onLoad({ filter: /.*/, namespace: "schema" }, async ({ path }) => {
      return { contents: await validator(path), resolveDir: root };
    });
  },
};

/** A program that validates against a schema, so that no user needs what compiled it. */
async function validator(name) {
  const { default: Ajv } = await import("ajv");
  const { default: standalone } = await import("ajv/dist/standalone/index.js");
  const code = { source: true, esm: true };
  const ajv = new Ajv.default({ allErrors: true, allowUnionTypes: true, code });
  const schema = (file) => JSON.parse(readFileSync(join(root, "schemas", file), "utf8"));
  // The metrics have what the monitor prints in them.
  ajv.addSchema(schema("monitor.json"), "monitor.json");
  return standalone.default(ajv, ajv.compile(schema(`${name}.json`)));
}

/** What these packages give Node asks for modules in a way that a bundle of modules has not. */
const AS_MODULES = {
  "jsonc-parser": "./node_modules/jsonc-parser/lib/esm/main.js",
  yaml: "./node_modules/yaml/browser/index.js",
};

async function bundleCli(folder) {
  const { build } = await import("esbuild");
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ["ts/cli/main.ts", "ts/cli/analyse/worker.ts"],
    entryNames: "[name]",
    outdir: folder,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "none",
    define: { VERSION: JSON.stringify(version) },
    chunkNames: "[name]-[hash]",
    alias: AS_MODULES,
    plugins: [generatedForCli, assets()],
    metafile: true,
    logLevel: "warning",
  });
  for (const name of ["analyzer", "monitor"]) {
    const module = join(root, `pkg-${name}`, `alch_blocks_${name}_bg.wasm`);
    copyFileSync(module, join(folder, `${name}.wasm`));
  }
  writeFileSync(join(folder, "LICENSES.txt"), licenses(Object.keys(metafile.inputs)));
}

/** Says to Bun that a file is as it should run, and that it need not take it apart beforehand. */
const AS_IT_IS = "// @bun";

async function bundle(folder) {
  const { build } = await import("esbuild");
  await build({
    absWorkingDir: root,
    entryPoints: ENTRIES.map((name) => `ts/${name}.ts`),
    outdir: folder,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "neutral",
    target: "es2022",
    packages: "external",
    loader: { ".wasm": "base64" },
    banner: { js: AS_IT_IS },
    chunkNames: "[name]-[hash]",
    plugins: [generated],
    logLevel: "warning",
  });
  await run("tsc", ["-p", "ts", "--outDir", folder]);
  await bundleCli(join(folder, "cli"));
}

export async function build() {
  await setup();
  const rust = ["src", "Cargo.toml", "Cargo.lock", ".cargo", "scripts/build.mjs"];
  const core = [...rust, "scripts/shrink.mjs"];
  await once("compiling the core to WebAssembly", "pkg", core, (folder) => buildCore(folder));
  const refusals = (folder) => buildModule("refusals", folder);
  const texts = [...rust, "refusals"];
  await once("compiling what refusals say to WebAssembly", "pkg-refusals", texts, refusals);
  const analyzer = (folder) => buildModule("analyzer", folder);
  const sources = [...rust, "analyzer"];
  await once("compiling the analyser to WebAssembly", "pkg-analyzer", sources, analyzer);
  const monitor = (folder) => buildModule("monitor", folder);
  const judge = [...rust, "monitor"];
  await once("compiling the monitor's judge to WebAssembly", "pkg-monitor", judge, monitor);
  const packages = ["pkg", "pkg-refusals", "pkg-analyzer", "pkg-monitor"];
  const inputs = [
    ...["ts", ...packages, "schemas", "package.json"],
    ...["scripts/build.mjs", "scripts/assets.mjs", "scripts/licenses.mjs", WORKFLOW],
  ];
  await once("building the package", "dist", inputs, bundle);
}

if (process.argv[1] === import.meta.filename) await build();
