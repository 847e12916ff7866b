// Fuzzes each target of `fuzz/` for some seconds: `npm run fuzz -- 60`, or `npm run fuzz -- 60 law`
// for one target. Needs Rust by rustup and a C++ compiler. Installs what is missing: the nightly
// toolchain into rustup's folder, and cargo-fuzz into `.tools/`. Needs no npm packages.
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { capture, root, run, step } from "./run.mjs";
import { cargoTool } from "./setup.mjs";

const CARGO_FUZZ = "0.13.2";

/** Where the inputs of a target begin, besides what earlier runs have found. */
const SEEDS = { analyzer: [join("tests", "fixtures", "analyzer")] };

const targets = readdirSync(join(root, "fuzz", "fuzz_targets"), { withFileTypes: true })
  .filter((file) => file.isFile() && file.name.endsWith(".rs"))
  .map(({ name }) => name.slice(0, -".rs".length))
  .sort();

function usage(what) {
  console.error(`${what}: run \`npm run fuzz -- <seconds> [${targets.join(" | ")}]\``);
  process.exit(2);
}

async function prepare() {
  if (capture("rustup", ["run", "nightly", "rustc", "--version"]) === "") {
    const args = ["toolchain", "install", "nightly", "--profile", "minimal"];
    await step("installing the nightly toolchain", () => run("rustup", args));
  }
  await cargoTool("cargo-fuzz", "cargo-fuzz", CARGO_FUZZ, ["--locked"]);
}

/** Shows the fuzzer's output, and throws if it finds something. */
async function fuzz(target, seconds) {
  console.log(`\n── ${target}, for ${seconds} s ──`);
  const corpus = join("fuzz", "corpus", target);
  mkdirSync(join(root, corpus), { recursive: true });
  const folders = [corpus, ...(SEEDS[target] ?? [])];
  const limits = [`-max_total_time=${seconds}`, "-timeout=25", "-print_final_stats=1"];
  const args = ["run", "nightly", "cargo", "fuzz", "run", target, ...folders, "--", ...limits];
  await run("rustup", args, { show: true });
}

const [given = "60", only] = process.argv.slice(2);
const seconds = Number(given);
if (!(Number.isSafeInteger(seconds) && seconds > 0)) usage(`\`${given}\` is no number of seconds`);
if (only !== undefined && !targets.includes(only)) usage(`there is no target \`${only}\``);

await prepare();
const failed = [];
for (const target of only === undefined ? targets : [only]) {
  await fuzz(target, seconds).catch(({ message }) => failed.push(`${target}: ${message}`));
}
for (const one of failed) console.error(`\n${one}; the input is in fuzz/artifacts/`);
process.exitCode = failed.length === 0 ? 0 : 1;
