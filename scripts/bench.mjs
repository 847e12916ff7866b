// Measures the package against a naive wrapper and against Alchemy, and writes bench/RESULTS.md.
// `npm run bench -- size` runs one part and writes nothing; `--check` fails if a target is missed.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { measureCheck } from "../bench/check.mjs";
import { buildNaive } from "../bench/naive/build.mjs";
import {
  bytes,
  kilobytes,
  markdown,
  percent,
  row,
  section,
  target,
  times,
  verdict,
} from "../bench/report.mjs";
import { measureSize, measureTarball } from "../bench/size.mjs";
import { measureStarts } from "../bench/starts.mjs";
import { build } from "./build.mjs";
import { capture, root, run } from "./run.mjs";

const RUNTIMES = { Bun: "bun", Node: process.execPath };
const inEachRuntime = (measure) => async () => {
  for (const [runtime, command] of Object.entries(RUNTIMES)) await measure(runtime, command);
};
const PARTS = {
  size,
  calls: inEachRuntime(calls),
  names: inEachRuntime(names),
  starts: inEachRuntime(starts),
  check: inEachRuntime(check),
  deploys,
  deploys2,
};

/** The agreed limits. Those of the size are in `bench/size.json`, which the release check reads too. */
const LIMITS = {
  naive: 2.5,
  resource: 0.1,
  thousandth: 1.5,
  start: 0.05,
  check: { Node: 4 },
  deploys: { first: 1.02, again: 1.1 },
  deploys2: { first: 1.05, again: 1.05 },
};

const read = (...path) => JSON.parse(readFileSync(join(root, ...path), "utf8"));
const measured = async (command, program) => JSON.parse(await run(command, [program]));

async function size() {
  const { raw, gzip } = measureSize();
  const limits = read("bench", "size.json");
  const { packed, unpacked } = await measureTarball();
  section("Sizes");
  bytes("the core", raw);
  bytes("the core, gzipped", gzip);
  bytes("the npm package, packed", packed);
  bytes("the npm package, unpacked", unpacked);
  target("the core", raw, limits.raw, kilobytes);
  target("the core, gzipped", gzip, limits.gzip, kilobytes);
}

/** Of Alchemy's resources in a state, the one that takes the least. */
function cheapest(all, state) {
  const found = Object.entries(all).filter(([name]) => name.endsWith(`, ${state}`));
  const [name, time] = found.reduce((one, two) => (two[1].median < one[1].median ? two : one));
  return { name, time };
}

async function calls(runtime, command) {
  await buildNaive();
  const { block, naive, ...resources } = await measured(command, "bench/calls.mjs");
  const toNaive = block.median / naive.median;
  section(`One call, in ${runtime}`);
  row("a block", block);
  row("the naive wrapper", naive, `a block costs ${times(toNaive)}`);
  target(`${runtime}: a block, of the naive wrapper`, toNaive, LIMITS.naive, times);
  for (const state of ["unchanged", "created"]) {
    const { name, time } = cheapest(resources, state);
    const ratio = block.median / time.median;
    row(`Alchemy's ${name}, in local mode`, time, `a block costs ${percent(ratio)}`);
    if (state === "created") continue;
    target(`${runtime}: a block, of the cheapest resource`, ratio, LIMITS.resource, percent);
  }
}

async function names(runtime, command) {
  const { first, thousandth } = await measured(command, "bench/thousandth.mjs");
  const ratio = thousandth.median / first.median;
  section(`One new name in a scope, in ${runtime}`);
  row("the first", first);
  row("the thousandth", thousandth, times(ratio));
  target(`${runtime}: the thousandth name, of the first`, ratio, LIMITS.thousandth, times);
}

async function starts(runtime, command) {
  const { alchemy, blocks, call, ratio } = await measureStarts(command);
  section(`The start of a program, in ${runtime}`);
  row('import "alchemy/cloudflare"', alchemy);
  row('import "@alch/blocks" after it', blocks);
  row("the first call of a block", call, `with the import ${percent(ratio)}`);
  target(`${runtime}: import and first call, of Alchemy's import`, ratio, LIMITS.start, percent);
}

async function check(runtime, command) {
  const { start, check, ratio } = await measureCheck(command);
  section(`\`alch-blocks check\` of one program, in ${runtime}`);
  row(`${runtime} itself`, start);
  row("the check", check, times(ratio));
  const limit = LIMITS.check[runtime];
  if (limit) target(`${runtime}: a check, of the start of ${runtime}`, ratio, limit, times);
}

async function deploys() {
  const kinds = { first: "the first deploy", again: "an unchanged redeploy" };
  for (const { stage, ...deploys } of await measured("bun", "bench/deploys.mjs")) {
    section(`1,000 resources in the stage \`${stage}\`, in Bun`);
    for (const [key, what] of Object.entries(kinds)) {
      const { raw, blocks, ratios, ratio } = deploys[key];
      row(`${what} with Alchemy alone`, raw);
      row(`${what} with blocks`, blocks, `three runs: ${ratios.map(times).join(", ")}`);
      target(`1,000 resources, ${stage}: ${what}, of raw`, ratio, LIMITS.deploys[key], times);
    }
  }
}

async function deploys2() {
  const kinds = { first: "the first deploy", again: "an unchanged redeploy" };
  const measures = await measured("bun", "bench/deploys2.mjs");
  section("200 resources with Alchemy 2, in Bun");
  for (const [key, what] of Object.entries(kinds)) {
    const { raw, guarded, ratio } = measures.process[key];
    row(`${what}, the process: without the guard`, raw);
    row(`${what}, the process: with the guard`, guarded, times(ratio));
    target(`200 resources, Alchemy 2: ${what}, of no guard`, ratio, LIMITS.deploys2[key], times);
    const inside = measures.inside[key];
    row(`${what}, once Alchemy is loaded: without the guard`, inside.raw);
    row(`${what}, once Alchemy is loaded: with the guard`, inside.guarded, times(inside.ratio));
  }
}

/** What it was measured with. */
function versions() {
  const { version: bun } = read("node_modules", "bun", "package.json");
  const { version: alchemy } = read("node_modules", "alchemy", "package.json");
  const [, rust] = capture("rustc", ["--version"]).split(" ");
  return [`Node ${process.version}`, `Bun ${bun}`, `Alchemy ${alchemy}`, `Rust ${rust}`];
}

const all = Object.keys(PARTS);
const args = process.argv.slice(2);
const unknown = args.filter((arg) => arg !== "--check" && !all.includes(arg));
if (unknown.length > 0) {
  console.error(`unknown: \`${unknown.join(" ")}\`\nuse \`--check\` or a part: ${all.join(", ")}`);
  process.exit(2);
}
const wanted = all.filter((part) => args.includes(part));
const parts = wanted.length > 0 ? wanted : all;

await build();
for (const part of parts) await PARTS[part]();
const reached = verdict();
if (parts.length === all.length) {
  writeFileSync(join(root, "bench", "RESULTS.md"), markdown(versions()));
}
if (args.includes("--check") && !reached) process.exitCode = 1;
