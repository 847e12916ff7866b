// Builds the package: Rust to pkg/ by wasm-pack, then TypeScript to dist/. Does nothing twice.
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
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
async function once(what, output, inputs, act) {
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

async function buildModule(folder) {
  const target = ["--target", "bundler", "--no-pack", "--no-opt", "--out-dir", folder, "--release"];
  await run("wasm-pack", ["build", ...target]);
  await shrink(join(folder, "alch_blocks_bg.wasm"));
  // It ignores all of pkg/, and npm would honour that; the project's own file does it for git.
  rmSync(join(folder, ".gitignore"), { force: true });
}

/** The names that the sources use for what wasm-pack makes. */
const generated = {
  name: "generated",
  setup(build) {
    const pkg = (file) => ({ path: join(root, "pkg", file) });
    build.onResolve({ filter: /^#glue$/ }, () => pkg("alch_blocks_bg.js"));
    build.onResolve({ filter: /^#module$/ }, () => pkg("alch_blocks_bg.wasm"));
    build.onResolve({ filter: /^#host$/ }, () => {
      const [snippet] = readdirSync(join(root, "pkg", "snippets"));
      return pkg(join("snippets", snippet, "src", "host.js"));
    });
  },
};

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
    loader: { ".wasm": "binary" },
    chunkNames: "[name]-[hash]",
    plugins: [generated],
    logLevel: "warning",
  });
  await run("tsc", ["-p", "ts", "--outDir", folder]);
}

export async function build() {
  await setup();
  const rust = ["src", "Cargo.toml", "Cargo.lock", ".cargo", "scripts/shrink.mjs"];
  await once("compiling the core to WebAssembly", "pkg", rust, buildModule);
  await once("building the package", "dist", ["ts", "pkg", "package.json"], bundle);
}

if (process.argv[1] === import.meta.filename) await build();
