// Builds the package: Rust to pkg/ by wasm-pack, then TypeScript to dist/. Does nothing twice.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, run, step } from "./run.mjs";
import { setup } from "./setup.mjs";

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

/** Runs `act` unless `output` was already made from the same inputs. */
async function once(what, output, inputs, act) {
  const stamp = join(root, output, ".made-from");
  const wanted = fingerprint(inputs);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  rmSync(join(root, output), { recursive: true, force: true });
  await step(what, act);
  writeFileSync(stamp, wanted);
}

async function buildModule() {
  const target = ["--target", "bundler", "--no-pack", "--out-dir", "pkg", "--release"];
  await run("wasm-pack", ["build", ...target]);
  // It ignores all of pkg/, and npm would honour that; the project's own file does it for git.
  rmSync(join(root, "pkg", ".gitignore"), { force: true });
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

async function bundle() {
  const { build } = await import("esbuild");
  await build({
    absWorkingDir: root,
    entryPoints: ENTRIES.map((name) => `ts/${name}.ts`),
    outdir: "dist",
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
  await run("tsc", ["-p", "ts"]);
}

export async function build() {
  await setup();
  const rust = ["src", "Cargo.toml", "Cargo.lock", ".cargo"];
  await once("compiling the core to WebAssembly", "pkg", rust, buildModule);
  await once("building the package", "dist", ["ts", "pkg", "package.json"], bundle);
}

if (process.argv[1] === import.meta.filename) await build();
