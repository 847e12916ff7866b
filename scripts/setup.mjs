// Prepares a fresh machine: npm packages, Alchemy 2, the wasm target, wasm-bindgen and wasm-pack to build, and
// the runtimes, Chromium and what makes the documentation for the tests. Needs Node, npm and rustup. Skips what is already there, and
// installs nothing outside the project except the wasm target and, on Debian as root, Chromium.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { installAlchemy2 } from "./alchemy2.mjs";
import { installChromium } from "./chromium.mjs";
import { capture, env, root, run, step } from "./run.mjs";
import { installRuntimes } from "./runtimes.mjs";
import { installIn, PROSE, REFERENCE, SITE } from "./tools.mjs";

export const tools = join(root, ".tools");

/** The version of `crate` in the lock file: the CLI and the crate must be of one version. */
function locked(crate) {
  const lock = readFileSync(join(root, "Cargo.lock"), "utf8");
  const version = lock.match(new RegExp(`name = "${crate}"\nversion = "([^"]+)"`))?.[1];
  if (!version) throw new Error(`\`${crate}\` is not in Cargo.lock`);
  return version;
}

function installedVersion(binary) {
  const path = join(tools, "bin", binary);
  return existsSync(path) ? capture(path, ["--version"]).split(" ")[1]?.trim() : undefined;
}

/** Optimized tools take twice as long to compile, and save three seconds of a whole build. */
const TOOL_PROFILE = {
  CARGO_PROFILE_RELEASE_OPT_LEVEL: "0",
  CARGO_PROFILE_RELEASE_LTO: "off",
  CARGO_PROFILE_RELEASE_CODEGEN_UNITS: "16",
  CARGO_PROFILE_RELEASE_DEBUG: "0",
  CARGO_PROFILE_RELEASE_STRIP: "symbols",
};

export async function cargoTool(crate, binary, version, flags = []) {
  if (installedVersion(binary) === version) return;
  const args = ["install", crate, "--version", version, "--root", tools, "--force", ...flags];
  await step(`installing ${crate} ${version} (once, about a minute)`, () =>
    run("cargo", args, { env: { ...env, ...TOOL_PROFILE } }),
  );
}

async function npmPackages() {
  const marker = join(root, "node_modules", ".package-lock.json");
  const wanted = readFileSync(join(root, "package-lock.json"), "utf8");
  const stamp = join(root, "node_modules", ".alch-setup");
  if (existsSync(marker) && existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  await step("installing npm packages", async () => {
    await run("npm", ["ci", "--no-audit", "--no-fund"]);
    // npm can be told to run no install scripts; Bun's puts its binary in place.
    if (!capture("bun", ["--version"])) await run("node", ["node_modules/bun/install.js"]);
    writeFileSync(stamp, wanted);
  });
}

async function wasmTarget() {
  const target = "wasm32-unknown-unknown";
  if (capture("rustup", ["target", "list", "--installed"]).includes(target)) return;
  await step(`adding the target ${target}`, () => run("rustup", ["target", "add", target]));
}

/** What a build needs. */
export async function setup() {
  await npmPackages();
  await wasmTarget();
  // One waits for the network, and the other for the compiler.
  await Promise.all([installAlchemy2(), cargoTools()]);
}

async function cargoTools() {
  // Without --locked: the lock file inside some releases names crates that were never published.
  await cargoTool("wasm-bindgen-cli", "wasm-bindgen", locked("wasm-bindgen"));
  await cargoTool("wasm-pack", "wasm-pack", "0.15.1", ["--locked"]);
}

/** What the tests need besides a build. */
export async function setupForTests() {
  await setup();
  // Before the tests, not in them: test files run at the same time and share the folder.
  await installRuntimes();
  await installChromium();
  for (const folder of [PROSE, REFERENCE, SITE]) await installIn(folder);
}

if (process.argv[1] === import.meta.filename) await setupForTests();
