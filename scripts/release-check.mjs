// Whether a release could be made of this tree: one version everywhere, an entry in the change
// log, packages that npm and cargo take, sources and licences that may be handed on, and a core
// within its limits. Asks no registry. `--release` wants the change log to name the version.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { measureSize } from "../bench/size.mjs";
import { build } from "./build.mjs";
import { cargoLicences, npmLicences } from "./release/licences.mjs";
import { crateFaults } from "./release/packed.mjs";
import { sizeFaults } from "./release/size.mjs";
import { cargoSources, npmSources } from "./release/sources.mjs";
import { changelogFaults, versionFaults } from "./release/versions.mjs";
import { capture, root, run } from "./run.mjs";

const releasing = process.argv.includes("--release");
const read = (file) => readFileSync(join(root, file), "utf8");

async function versions() {
  const { version } = await import("../dist/naming.js");
  return versionFaults(read, version());
}

/** What a command prints that must end well; what it says beside is left out. */
function said(command, args) {
  const output = capture(command, args);
  if (output === "") throw new Error(`\`${command} ${args.join(" ")}\` failed`);
  return output;
}

/** What npm would publish, without its own scripts and without asking. */
async function npmPackage() {
  await run("npm", ["publish", "--dry-run", "--offline", "--ignore-scripts", "--access", "public"]);
  return [];
}

/** The law's crate is packed and compiled from what was packed; the others are not published. */
async function crate() {
  const dirty = releasing ? [] : ["--allow-dirty"];
  const args = ["package", "-p", "alch-blocks", "--offline", "--locked", ...dirty];
  const faults = crateFaults(
    said("cargo", [...args, "--list"])
      .trim()
      .split(/\r?\n/),
  );
  if (faults.length === 0) await run("cargo", args);
  return faults;
}

/** What goes with the package: nothing but the peer may be installed with it. */
async function bill() {
  const args = ["--sbom-format", "cyclonedx", "--package-lock-only", "--omit", "dev"];
  const text = said("npm", ["sbom", ...args, "--offline"]);
  const { components } = JSON.parse(text);
  const folder = join(root, "site");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "sbom.cdx.json"), text);
  return components.map(({ name }) => `\`${name}\` would be installed with the package`);
}

async function metadata() {
  // Also what only other systems need: what is there already is not asked for.
  await run("cargo", ["fetch", "--locked"]);
  const args = ["metadata", "--format-version", "1", "--offline", "--locked"];
  return JSON.parse(said("cargo", args)).packages;
}

const CHECKS = {
  "one version": versions,
  "the change log": () => changelogFaults(read, releasing),
  "where npm packages come from": () => npmSources(read),
  "where crates come from": () => cargoSources(read),
  "licences of npm packages": () => npmLicences(read),
  "licences of crates": async () => cargoLicences(await metadata()),
  "the size of the core": () => sizeFaults(measureSize(), read),
  "the bill of materials": bill,
  "npm publish --dry-run": npmPackage,
  "cargo package": crate,
};

await build();
let failed = 0;
for (const [what, check] of Object.entries(CHECKS)) {
  const faults = await Promise.resolve(check()).catch((error) => [error.message]);
  if (faults.length > 0) failed += 1;
  console.log(`${faults.length > 0 ? "✗" : "✓"} ${what}`);
  for (const fault of faults) console.log(`  ${fault}`);
}
process.exitCode = failed === 0 ? 0 : 1;
