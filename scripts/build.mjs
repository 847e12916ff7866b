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
import { assets, PIPELINES, START } from "./assets.mjs";
import { licenses } from "./licenses.mjs";
import { root, run, step } from "./run.mjs";
import { setup } from "./setup.mjs";

const ENTRIES = ["index", "core", "naming", "guard", "region", "v2"];

/** All files under `path`, in a stable order. */
function filesUnder(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesUnder(join(path, name)));
}

/** A hash of all files under `paths`, without those under a path that starts with `!`. */
function fingerprint(paths) {
  const isExcluded = (file) =>
    paths.some((path) => path.startsWith("!") && file.startsWith(join(root, path.slice(1))));
  const included = paths.filter((path) => !path.startsWith("!"));
  const hash = createHash("sha256");
  for (const file of included.flatMap((path) => filesUnder(join(root, path)))) {
    if (isExcluded(file)) continue;
    hash.update(file).update("\0").update(readFileSync(file)).update("\0");
  }
  return hash.digest("hex");
}

/**
 * Has `act` make `output`, unless it was made from the same inputs already. What was made quickly
 * counts only if `quick` is asked for. It is made beside its place and moved there when it is whole:
 * tests of another process may be reading the old one.
 */
export async function once(what, output, inputs, act, quick = false) {
  const place = join(root, output);
  const stamp = join(place, ".made-from");
  const wanted = fingerprint(inputs);
  const accepted = quick ? [wanted, `${wanted} quick`] : [wanted];
  if (existsSync(stamp) && accepted.includes(readFileSync(stamp, "utf8"))) return;
  const made = mkdtempSync(join(root, `.tmp-${output}-`));
  try {
    await step(what, () => act(made));
    writeFileSync(join(made, ".made-from"), accepted.at(-1));
    rmSync(place, { recursive: true, force: true });
    renameSync(made, place);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

const cargoHome = process.env.CARGO_HOME ?? join(homedir(), ".cargo");

/** Keeps the paths of this machine out of the messages of panics. */
const FLAGS = [`--remap-path-prefix=${cargoHome}=cargo`];

/**
 * Compiles a crate to WebAssembly, as wasm-pack leaves it: optimised, or in a fraction of the time
 * with the profile `quick`.
 */
export async function buildModule(crate, folder, quick = false) {
  const profile = quick ? ["--profile", "quick", "--no-opt"] : ["--release"];
  const options = ["--target", "bundler", "--no-pack", "--out-dir", folder, ...profile];
  // The flags of `.cargo/config.toml` apply as well.
  const flags = `target.wasm32-unknown-unknown.rustflags=${JSON.stringify(FLAGS)}`;
  await run("wasm-pack", ["build", crate, ...options, "--", "--config", flags]);
  // It ignores all of the folder, and npm would honour that. The project's own file does it for git.
  rmSync(join(folder, ".gitignore"), { force: true });
}

/** The core's own JavaScript, where wasm-pack has put it. */
function host() {
  const snippets = join(root, "pkg", "snippets");
  const [snippet] = readdirSync(snippets);
  return join(snippets, snippet, "src", "host.js");
}

/** Resolves the names that the sources use for what wasm-pack makes. The module becomes text. */
export const generated = {
  name: "generated",
  setup(build) {
    const pkg = (file) => ({ path: join(root, "pkg", file) });
    build.onResolve({ filter: /^#glue$/ }, () => pkg("alch_blocks_bg.js"));
    build.onResolve({ filter: /^#module$/ }, () => pkg("alch_blocks_bg.wasm"));
    build.onResolve({ filter: /^#host$/ }, () => ({ path: host() }));
  },
};

/** The same for the command line. It has the core from the package's own entries. */
const generatedForCli = {
  name: "generated-for-cli",
  setup(build) {
    const glue = join(root, "pkg-cli", `${CLI}.js`);
    build.onResolve({ filter: /^#cli$/ }, () => ({ path: glue }));
    build.onResolve({ filter: /\/naming\.ts$/ }, () => ({
      path: "../dist/naming.js",
      external: true,
    }));
    build.onResolve({ filter: /^#(?:config|metrics)-schema$/ }, ({ path }) => ({
      path: path.slice(1, -"-schema".length),
      namespace: "schema",
    }));
    build.onLoad({ filter: /.*/, namespace: "schema" }, async ({ path }) => {
      return { contents: await validator(path), resolveDir: root };
    });
  },
};

/** What wasm-pack calls the module of the command line. */
const CLI = "alch_blocks_cli_wasm_bg";

/** A program that validates against a schema, so that no user needs what compiled it. */
async function validator(name) {
  const { default: Ajv } = await import("ajv");
  const { default: standalone } = await import("ajv/dist/standalone/index.js");
  const code = { source: true, esm: true };
  const ajv = new Ajv.default({ allErrors: true, allowUnionTypes: true, code });
  const schema = (file) => JSON.parse(readFileSync(join(root, "schemas", file), "utf8"));
  // The metrics have what the monitor prints in them, with what other commands print in that.
  for (const file of ["monitor.json", "stages.json", "cost.json"])
    ajv.addSchema(schema(file), file);
  return standalone.default(ajv, ajv.compile(schema(`${name}.json`)));
}

/** What these packages give Node asks for modules in a way that a bundle of modules has not. */
const AS_MODULES = {
  // What it adds to Node's own is for programs that open too many files at once.
  "graceful-fs": "node:fs",
  "jsonc-parser": "./node_modules/jsonc-parser/lib/esm/main.js",
  yaml: "./node_modules/yaml/browser/index.js",
};

/**
 * Commander can start other programs for its commands. Ours are none, and Node takes milliseconds to
 * load what starts programs.
 */
const withoutPrograms = {
  name: "without-programs",
  setup(build) {
    build.onResolve({ filter: /^node:child_process$/ }, ({ importer, path }) => {
      return /[/\\]commander[/\\]/.test(importer) ? { path, namespace: "empty" } : undefined;
    });
    build.onLoad({ filter: /.*/, namespace: "empty" }, () => ({ contents: "" }));
  },
};

/** Packages that are no modules ask for what Node has by this. */
const REQUIRE =
  'import { createRequire as requireAt } from "node:module";const require = requireAt(import.meta.url);';

async function bundleCli(folder) {
  const { build } = await import("esbuild");
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ["ts/cli/main.ts", "ts/cli/analyse/worker.ts", "ts/cli/evaluate/inside.ts"],
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
    banner: { js: REQUIRE },
    chunkNames: "[name]-[hash]",
    alias: AS_MODULES,
    plugins: [generatedForCli, withoutPrograms, assets()],
    metafile: true,
    logLevel: "warning",
  });
  copyFileSync(join(root, "pkg-cli", `${CLI}.wasm`), join(folder, "cli.wasm"));
  writeFileSync(join(folder, "LICENSES.txt"), licenses(Object.keys(metafile.inputs)));
}

async function bundleLibrary(folder) {
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
    chunkNames: "[name]-[hash]",
    plugins: [generated],
    logLevel: "warning",
  });
}

async function buildLibrary(folder) {
  await Promise.all([bundleLibrary(folder), run("tsc", ["-p", "ts", "--outDir", folder])]);
}

/** What the Rust code of a module is made from. */
const RUST = [
  "src",
  "ts/options.ts",
  "ts/generated/types.ts",
  "Cargo.toml",
  "Cargo.lock",
  ".cargo",
];
const SCRIPTS = ["scripts/build.mjs", "tsconfig.json", "tests/deploy2/project/package-lock.json"];

/**
 * Builds what has changed.
 *
 * `quick` is for working on it: it takes whatever is up to date, and compiles the rest without
 * optimising. Without `cli` it leaves the command line as it is.
 */
export async function build({ quick = false, cli = true } = {}) {
  await setup();
  const module = (what, crate, output, inputs) => {
    const act = (folder) => buildModule(crate, folder, quick);
    return once(`compiling ${what} to WebAssembly`, output, [...RUST, ...inputs], act, quick);
  };
  await module("the core", ".", "pkg", []);
  await once("building the package", "dist", ["ts", "pkg", ...SCRIPTS], buildLibrary);
  if (!cli) return;
  // These use the law alone, and not its boundary.
  const crates = ["analyzer", "monitor", "cli-wasm", "!src/wasm", "!src/host.js"];
  await module("the analyser and the judge", "cli-wasm", "pkg-cli", crates);
  const inputs = ["ts", "pkg-cli", "schemas", "package.json", ...SCRIPTS, PIPELINES.monitor, START];
  const bundling = ["scripts/assets.mjs", "scripts/licenses.mjs"];
  await once("building the command line", "dist-cli", [...inputs, ...bundling], bundleCli);
}

if (process.argv[1] === import.meta.filename) {
  await build({ quick: process.argv.includes("--quick") });
}
