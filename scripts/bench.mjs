// What the package costs, beside the formula it stands for and beside Alchemy, in Bun and Node.
// `npm run bench -- size` measures one part (`size`, `calls`, `imports`, `scale`, `check`, `judge`);
// `--check` fails if a target is not reached.
import { measureImports, measureStarts } from "../bench/imports.mjs";
import { measureSize } from "../bench/size.mjs";
import { build } from "./build.mjs";
import { run } from "./run.mjs";

const RUNTIMES = { Bun: "bun", Node: process.execPath };
const PARTS = ["size", "calls", "imports", "scale", "check", "judge"];
/** What the blocks may cost in a stage of 1,000 resources, as parts of the same app without. */
const SCALE = { first: 1.02, again: 1.1 };

/** How many times as fast as the others `check` has to be. */
const CHECK = { ESLint: 10, "ast-grep": 1 };

/** What the judge of the monitor may take for a million claims. */
const JUDGE = { milliseconds: 2000, bytes: 1e9 };

const targets = [];
function target(what, reached) {
  targets.push({ what, reached });
}

function time(milliseconds) {
  const size = Math.abs(milliseconds);
  if (size < 0.001) return `${Math.round(milliseconds * 1e6)} ns`;
  return size < 1 ? `${(milliseconds * 1000).toFixed(2)} µs` : `${milliseconds.toFixed(2)} ms`;
}

const percent = (part, whole) => `${((part / whole) * 100).toFixed(2)} %`;

function row(name, { median, min, max }, note = "") {
  const spread = `${time(min)}–${time(max)}`;
  console.log(`  ${name.padEnd(44)}${time(median).padStart(11)}  ${spread.padEnd(24)}${note}`);
}

function size() {
  const { raw, gzip, brotli } = measureSize();
  console.log("\nThe core as WebAssembly");
  for (const [name, bytes] of Object.entries({ raw, "gzip -9": gzip, brotli })) {
    console.log(`  ${name.padEnd(44)}${(bytes / 1000).toFixed(1).padStart(8)} KB`);
  }
  target("the core is at most 48 KB", raw <= 48_000);
  target("the core is at most 22 KB gzipped", gzip <= 22_000);
}

/** The cheapest of Alchemy's resources that have state; the other two are plain objects. */
function cheapest(alchemy, state) {
  const all = Object.entries(alchemy).map(([name, times]) => ({ name, ...times[state] }));
  return all.reduce((least, one) => (one.median < least.median ? one : least));
}

async function calls(name, command) {
  const { runtime, call, distinct, alchemy } = JSON.parse(await run(command, ["bench/calls.mjs"]));
  console.log(`\nOne call, in ${runtime} (median, least–most)`);
  const { block, formula, formulaOnce } = call;
  const times = ({ median }) => `${(block.median / median).toFixed(1)} × the formula`;
  row("a block", block, times(formula));
  row("a block, each of 1,000 of another name", distinct);
  row("the formula in TypeScript", formula);
  row("the formula, with STAGE read only once", formulaOnce);
  for (const state of ["unchanged", "created"]) {
    const least = cheapest(alchemy, state);
    const note = `a block is ${percent(block.median, least.median)}`;
    row(`Alchemy's ${least.name} in local mode, ${state}`, least, note);
  }
  const least = cheapest(alchemy, "unchanged").median;
  target(`${name}: a block takes at most 1.5 µs`, block.median <= 0.0015);
  target(`${name}: a block takes less than 1 % of any resource`, block.median < least / 100);
}

function imports(name, command) {
  const { empty, core, alchemy } = measureImports(command);
  console.log(`\nOne import in a fresh process, in ${name} (median, least–most)`);
  row("an empty process", empty);
  row('import "alchemy/cloudflare", on top', alchemy);
  row('import "@alch/blocks/core", on top', core, percent(core.median, alchemy.median));
  target(
    `${name}: importing takes less than 3 % of Alchemy's`,
    core.median < alchemy.median * 0.03,
  );
}

/** What importing the package may add to a start, as part of importing Alchemy. */
const START = 0.02;

async function starts() {
  for (const [name, times] of Object.entries(await measureStarts())) {
    console.log(`\nStarting in ${name} (median, least–most)`);
    for (const [state, { alchemy, blocks, ratio }] of Object.entries(times)) {
      row(`import "alchemy/cloudflare", ${state}`, alchemy);
      row(`import "@alch/blocks" after it, ${state}`, blocks, percent(ratio, 1));
      target(`${name}: a ${state} start takes at most 2 % longer`, ratio <= START);
    }
  }
}

async function scale() {
  const { resources, stages } = JSON.parse(await run("bun", ["bench/scale.mjs"]));
  const deploys = { first: "the first deploy", again: "an unchanged redeploy" };
  for (const { stage, ...measured } of stages) {
    console.log(`\n${resources} resources in the stage \`${stage}\`, in Bun (median, least–most)`);
    for (const [key, name] of Object.entries(deploys)) {
      const { raw, blocks, ratio, ofProcessors } = measured[key];
      row(`${name} with Alchemy alone`, raw);
      row(
        `${name} with blocks`,
        blocks,
        `${ratio.toFixed(3)} × (CPU ${ofProcessors.toFixed(3)} ×)`,
      );
      target(`${stage}: ${name} takes at most ${SCALE[key]} ×`, ratio <= SCALE[key]);
    }
  }
}

async function check() {
  // What npm says of its settings, on the way to the other tools, comes with it.
  const output = await run("bun", ["bench/check.mjs"]);
  const { corpus, tools } = JSON.parse(output.split("\n").find((line) => line.startsWith("{")));
  const megabytes = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;
  const { files, bytes, resources } = corpus;
  console.log(
    `\n${files} files of TypeScript, ${megabytes(bytes)}, ${resources} resources (median, least–most)`,
  );
  for (const { name, time, memory } of tools) {
    const pace = `${Math.round(files / (time.median / 1000))} files/s, ${megabytes(memory)} at most`;
    row(name, time, pace);
  }
  const ours = tools.filter(({ name }) => name.startsWith("alch-blocks"));
  const others = tools.filter((tool) => !ours.includes(tool));
  for (const { name, time } of ours) {
    for (const other of others) {
      const ratio = other.time.median / time.median;
      const wanted = CHECK[other.name];
      const limit = wanted === 1 ? "no slower than" : `at least ${wanted} × as fast as`;
      target(`${name}: ${limit} ${other.name} (${ratio.toFixed(1)} ×)`, ratio >= wanted);
    }
  }
}

async function judge() {
  const counts = [250_000, 1_000_000];
  console.log("\nThe judge of the monitor, in Node (median, least–most)");
  for (const count of counts) {
    const args = ["bench/judge.mjs", `${count}`];
    const { memory, ...times } = JSON.parse(await run(process.execPath, args));
    const note = `${Math.round(memory / 1e6)} MB`;
    row(`${count.toLocaleString("en-US")} claims`, times, note);
    if (count < 1_000_000) continue;
    target("a million claims are judged in less than 2 s", times.median < JUDGE.milliseconds);
    target("a million claims take less than 1 GB", memory < JUDGE.bytes);
  }
}

function verdict(strict) {
  console.log("\nTargets");
  for (const { what, reached } of targets)
    console.log(`  ${reached ? "reached    " : "not reached"}  ${what}`);
  if (strict && targets.some(({ reached }) => !reached)) process.exitCode = 1;
}

const args = process.argv.slice(2);
const wanted = PARTS.filter((part) => args.includes(part));
const parts = wanted.length > 0 ? wanted : PARTS;

await build();
if (parts.includes("size")) size();
for (const [name, command] of Object.entries(RUNTIMES)) {
  if (parts.includes("calls")) await calls(name, command);
  if (parts.includes("imports")) imports(name, command);
}
if (parts.includes("imports")) await starts();
if (parts.includes("scale")) await scale();
if (parts.includes("check")) await check();
if (parts.includes("judge")) await judge();
verdict(args.includes("--check"));
