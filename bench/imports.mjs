// What it costs to import the package, beside Alchemy: whole fresh processes, taking turns.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env, run } from "../scripts/run.mjs";
import { summary } from "./measure.mjs";

const ROUNDS = 15;
/** A start varies more: in Bun, a third of them take a millisecond longer. */
const STARTS = 25;

function once(runtime, program) {
  const file = join(import.meta.dirname, "imports", `${program}.mjs`);
  const started = performance.now();
  const { status, stderr } = spawnSync(runtime, [file], { env, encoding: "utf8" });
  const time = performance.now() - started;
  if (status !== 0) throw new Error(`importing \`${program}\` failed in ${runtime}:\n${stderr}`);
  return time;
}

/** Milliseconds for each import, less what an empty process took in the same round. */
export function measureImports(runtime) {
  const times = { empty: [], core: [], alchemy: [] };
  for (let round = -1; round < ROUNDS; round++) {
    const empty = once(runtime, "empty");
    const core = once(runtime, "core") - empty;
    const alchemy = once(runtime, "alchemy") - empty;
    // The first round only fills the system's caches.
    if (round < 0) continue;
    times.empty.push(empty);
    times.core.push(core);
    times.alchemy.push(alchemy);
  }
  return Object.fromEntries(Object.entries(times).map(([name, all]) => [name, summary(all)]));
}

const START = join(import.meta.dirname, "imports", "start.mjs");

/** Where runtimes keep by themselves what they have made of a file: Node nowhere. */
const KEPT = ["BUN_RUNTIME_TRANSPILER_CACHE_PATH", "DENO_DIR"];
/** Where Node and Bun keep compiled code as well, when they are told to. */
const COMPILED = "NODE_COMPILE_CACHE";

/**
 * What importing the package adds to importing Alchemy, in a process that does both: when the
 * runtime has nothing of an earlier start, when it has what it keeps by itself, and when it was
 * told to keep compiled code and has that. Bun's is also measured with its collector at work.
 */
export async function measureStarts() {
  const commands = JSON.parse(await run("bun", ["bench/runtimes.mjs", START]));
  const starts = {};
  for (const [name, command] of Object.entries(commands)) {
    starts[name] = startsIn(command, name === "Bun");
  }
  return starts;
}

function startsIn(command, collects) {
  const times = { cold: [], warm: [], compiled: [], ...(collects && { uncollected: [] }) };
  for (let round = 0; round < STARTS; round++) {
    const folder = mkdtempSync(join(tmpdir(), "alch-blocks-start-"));
    const kept = Object.fromEntries(KEPT.map((name) => [name, folder]));
    const compiled = { ...kept, [COMPILED]: join(folder, "compiled") };
    try {
      times.cold.push(start(command, kept));
      times.warm.push(start(command, kept));
      times.uncollected?.push(start([...command, "uncollected"], kept));
      start(command, compiled);
      times.compiled.push(start(command, compiled));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  const states = Object.entries(times).map(([state, all]) => [state, compared(all)]);
  return Object.fromEntries(states);
}

function start([file, ...args], caches) {
  const { [COMPILED]: _, ...mine } = env;
  const options = { env: { ...mine, ...caches }, encoding: "utf8" };
  const { status, stdout, stderr } = spawnSync(file, args, options);
  if (status !== 0) throw new Error(`a start with \`${file}\` failed:\n${stderr}`);
  return JSON.parse(stdout);
}

/** Each ratio is of one process, so that what else the machine does is on both sides of it. */
function compared(times) {
  const of = (what) => summary(times.map((time) => time[what]));
  const part = (what) => summary(times.map((time) => what(time) / time.alchemy)).median;
  return {
    alchemy: of("alchemy"),
    blocks: of("blocks"),
    call: of("call"),
    ratio: part(({ blocks }) => blocks),
    withCall: part(({ blocks, call }) => blocks + call),
  };
}
