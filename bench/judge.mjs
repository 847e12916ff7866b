// How long the judge takes for a million claims, and how much memory the process takes for it.

import { rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { root } from "../scripts/run.mjs";

const RUNS = 5;
const KINDS = ["database", "bucket", "kv", "queue", "workflow", "worker"];
const SOURCES = ["state", "account", "source"];

/** `number` claims: a third each of state, account and source, and one name in a hundred wrong. */
function* claims(number) {
  const names = Math.ceil(number / SOURCES.length);
  for (let at = 0; at < names; at++) {
    const kind = KINDS[at % KINDS.length];
    const stage = `pr-${at % 5000}`;
    const id = `res-${Math.floor(at / 5000)}`;
    const shared = at % 200 === 0;
    const name = shared ? `fixed-${at % 1000}` : `shop-${id}-${stage}`;
    yield { kind, name, app: "shop", stage, id, source: "state" };
    if (at % 200 !== 1) yield { kind, name, app: null, stage: null, id: null, source: "account" };
    yield { kind, name, app: "shop", stage, id, source: "source" };
  }
}

/** The judge as the command line has it. */
async function loadJudge() {
  const folder = join(root, "dist", "cli");
  const outfile = join(folder, ".bench-judge.mjs");
  const pkg = join(root, "pkg-monitor");
  const alias = { "#monitor": join(pkg, "alch_blocks_monitor_bg.js") };
  const entry = join(root, "ts", "cli", "monitor", "judge.ts");
  await build({
    entryPoints: [entry],
    bundle: true,
    format: "esm",
    platform: "node",
    outfile,
    alias,
  });
  try {
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(outfile);
  }
}

const { judge } = await loadJudge();
const number = Number(process.argv[2] ?? 1_000_000);
const all = [...claims(number)].slice(0, number);
const options = { asked: SOURCES, unknown: [], stages: [], plan: "paid" };
const times = [];
let verdict;
for (let run = 0; run < RUNS; run++) {
  const started = performance.now();
  verdict = judge(all, options);
  times.push(performance.now() - started);
}
times.sort((a, b) => a - b);
const memory = process.resourceUsage().maxRSS * 1024;
const { byCode } = verdict.summary;
const spread = { median: times[Math.floor(RUNS / 2)], min: times[0], max: times.at(-1) };
console.log(JSON.stringify({ claims: all.length, ...spread, memory, byCode }));
