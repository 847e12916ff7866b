// What the package costs, beside the formula it stands for and beside Alchemy, in Bun, Node and Deno.
// All of it is kept in bench/RESULTS.md; `npm run bench -- size` measures one part alone (`size`,
// `calls`, `imports`, `deploys`, `check`, `names`, `judge`); `--check` fails if a target is not reached.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { measureCrates } from "../bench/crates.mjs";
import { measureImports, measureStarts } from "../bench/imports.mjs";
import { install } from "../bench/install.mjs";
import { buildNaive } from "../bench/naive/build.mjs";
import { tellNames } from "../bench/names/tell.mjs";
import { bytes, markdown, percent, row, section, target, verdict } from "../bench/report.mjs";
import { measureSize, measureTarball } from "../bench/size.mjs";
import { build } from "./build.mjs";
import { capture, root, run } from "./run.mjs";

const RUNTIMES = { Bun: "bun", Node: process.execPath };
const PARTS = ["size", "calls", "imports", "deploys", "check", "names", "judge"];
/** How long a deploy of many resources with blocks may take, as a part of the same app without. */
const DEPLOYS = { first: 1.02, again: 1.1 };

/** How large the core may be, in KB: what was wanted at first, and what at last. */
const SIZES = [
  { raw: 48, gzip: 22 },
  { raw: 40, gzip: 18 },
];

/** How many times as fast as the others `check` has to be. */
const CHECK = { ESLint: 10, "ast-grep": 1 };

/** What the judge of the monitor may take for a million claims. */
const JUDGE = { milliseconds: 2000, bytes: 1e9 };

async function size() {
  const { raw, gzip, brotli, refusals, refusalsGzip } = measureSize();
  section("The core as WebAssembly");
  for (const [name, number] of Object.entries({ raw, "gzip -9": gzip, brotli }))
    bytes(name, number);
  for (const { raw: most, gzip: gzipped } of SIZES) {
    target(`the core is at most ${most} KB`, raw <= most * 1000);
    target(`the core is at most ${gzipped} KB gzipped`, gzip <= gzipped * 1000);
  }

  section("The module of refusals, loaded where something is judged or refused");
  for (const [name, number] of Object.entries({ raw: refusals, "gzip -9": refusalsGzip }))
    bytes(name, number);

  section("What the core's code comes from");
  const crates = Object.entries(await measureCrates()).sort(([, one], [, other]) => other - one);
  const code = crates.reduce((sum, [, number]) => sum + number, 0);
  for (const [name, number] of crates) bytes(name, number, percent(number, code));

  section("The npm package");
  const { packed, unpacked } = await measureTarball();
  bytes("packed", packed);
  bytes("unpacked, with the command line", unpacked);
}

/** The cheapest of Alchemy's resources that have state; the other two are plain objects. */
function cheapest(alchemy, state) {
  const all = Object.entries(alchemy).map(([name, times]) => ({ name, ...times[state] }));
  return all.reduce((least, one) => (one.median < least.median ? one : least));
}

async function calls(name, command) {
  const { runtime, call, distinct, alchemy } = JSON.parse(await run(command, ["bench/calls.mjs"]));
  section(`One call, in ${runtime} (median, least–most)`);
  const { block, formula, formulaOnce, naive } = call;
  row("a block", block, `${(block.median / formula.median).toFixed(1)} × the formula`);
  row("a block, each of 1,000 of another name", distinct);
  row("the formula in TypeScript", formula);
  row("the formula, with STAGE read only once", formulaOnce);
  row("a naive wrapper", naive, `a block is ${percent(block.median, naive.median)}`);
  for (const state of ["unchanged", "created"]) {
    const least = cheapest(alchemy, state);
    const note = `a block is ${percent(block.median, least.median)}`;
    row(`Alchemy's ${least.name} in local mode, ${state}`, least, note);
  }
  const least = cheapest(alchemy, "unchanged").median;
  target(`${name}: a block takes at most 1.5 µs`, block.median <= 0.0015);
  const fast = { Bun: ["0.7 µs", 0.0007], Node: ["what the formula takes", formula.median] };
  const [limit, most] = fast[name];
  target(`${name}: a block takes at most ${limit}`, block.median <= most);
  target(
    `${name}: a block takes at most a third of the naive wrapper`,
    block.median * 3 <= naive.median,
  );
  target(`${name}: a block takes less than 1 % of any resource`, block.median < least / 100);
}

function imports(name, command) {
  const { empty, core, alchemy } = measureImports(command);
  section(`One import in a fresh process, in ${name} (median, least–most)`);
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

const STATES = {
  cold: { words: "cold", counts: true },
  warm: { words: "warm", counts: true },
  compiled: { words: "with NODE_COMPILE_CACHE", counts: true },
  // Whose import the collecting of Alchemy's leftovers falls into is chance.
  uncollected: { words: "warm, collecting included", counts: false },
};

async function starts() {
  for (const [name, times] of Object.entries(await measureStarts())) {
    section(`Imports at the start of a program, in ${name} (median, least–most)`);
    for (const [state, { alchemy, blocks, call, ratio, withCall }] of Object.entries(times)) {
      const { words, counts } = STATES[state];
      row(`alchemy/cloudflare, ${words}`, alchemy);
      row(`@alch/blocks after it, ${words}`, blocks, percent(ratio, 1));
      row(`its first call, ${words}`, call, `with the import ${percent(withCall, 1)}`);
      if (counts)
        target(`${name}: the import, ${words}, takes at most 2 % of Alchemy's`, ratio <= START);
    }
  }
}

async function deploys() {
  const all = JSON.parse(await run("bun", ["bench/deploys.mjs"]));
  const kinds = { first: "the first deploy", again: "an unchanged redeploy" };
  for (const { name, stage, ...measured } of all) {
    section(`A deploy of ${name} in the stage \`${stage}\`, in Bun (median, least–most)`);
    for (const [key, what] of Object.entries(kinds)) {
      const { raw, blocks, whole, declaring, processors } = measured[key];
      const inner = declaring === undefined ? "" : `, without the start ${declaring.toFixed(3)} ×`;
      row(`${what} with Alchemy alone`, raw);
      const note = `${whole.toFixed(3)} × (CPU ${processors.toFixed(3)} ×${inner})`;
      row(`${what} with blocks`, blocks, note);
      // One resource of each kind says what a start costs, and the part of chance is large.
      if (declaring === undefined) continue;
      target(`${name}, ${stage}: ${what} takes at most ${DEPLOYS[key]} ×`, whole <= DEPLOYS[key]);
    }
  }
}

/** What a benchmark prints that has other tools to compare with. */
async function compared(name) {
  await install(name);
  return JSON.parse(await run("bun", [`bench/${name}.mjs`]));
}

async function check() {
  const { corpus, tools } = await compared("check");
  const megabytes = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;
  const { files, bytes, resources } = corpus;
  section(
    `${files} files of TypeScript, ${megabytes(bytes)}, ${resources} resources (median, least–most)`,
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

async function names() {
  tellNames(await compared("names"));
}

async function judge() {
  const counts = [250_000, 1_000_000];
  section("The judge of the monitor, in Node (median, least–most)");
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

const args = process.argv.slice(2);
const unknown = args.filter((arg) => arg !== "--check" && !PARTS.includes(arg));
if (unknown.length > 0) {
  console.error(
    `unknown: \`${unknown.join(" ")}\`; give \`--check\`, or parts: ${PARTS.join(", ")}`,
  );
  process.exit(2);
}
const wanted = PARTS.filter((part) => args.includes(part));
const parts = wanted.length > 0 ? wanted : PARTS;

/** What it was measured with. */
function versions() {
  const version = (name) => {
    const manifest = join(root, "node_modules", name, "package.json");
    return JSON.parse(readFileSync(manifest, "utf8")).version;
  };
  const rust = capture("rustc", ["--version"]).split(" ")[1];
  const packages = { Bun: "bun", Alchemy: "alchemy" };
  const all = Object.entries(packages).map(([name, of]) => `${name} ${version(of)}`);
  return [`Node ${process.version}`, ...all, `Rust ${rust}`];
}

await build();
if (parts.includes("calls")) await buildNaive();
if (parts.includes("size")) await size();
for (const [name, command] of Object.entries(RUNTIMES)) {
  if (parts.includes("calls")) await calls(name, command);
  if (parts.includes("imports")) imports(name, command);
}
if (parts.includes("imports")) await starts();
if (parts.includes("deploys")) await deploys();
if (parts.includes("check")) await check();
if (parts.includes("names")) await names();
if (parts.includes("judge")) await judge();
const reached = verdict();
if (parts.length === PARTS.length) {
  writeFileSync(join(root, "bench", "RESULTS.md"), markdown(versions()));
}
if (args.includes("--check") && !reached) process.exitCode = 1;
