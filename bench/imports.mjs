// What it costs to import the package, beside Alchemy: whole fresh processes, taking turns.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env, run } from "../scripts/run.mjs";
import { summary } from "./measure.mjs";

const ROUNDS = 15;

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

/** Where runtimes keep what they have compiled: with a new folder, each start is the first. */
const CACHES = ["BUN_RUNTIME_TRANSPILER_CACHE_PATH", "NODE_COMPILE_CACHE", "DENO_DIR"];

/**
 * What importing the package adds to importing Alchemy, in a process that does both: with the
 * runtime's caches empty, and when they are filled.
 */
export async function measureStarts() {
  const commands = JSON.parse(await run("bun", ["bench/runtimes.mjs", START]));
  const starts = {};
  for (const [name, command] of Object.entries(commands)) starts[name] = startsIn(command);
  return starts;
}

function startsIn(command) {
  const times = { cold: [], warm: [] };
  for (let round = 0; round < ROUNDS; round++) {
    const folder = mkdtempSync(join(tmpdir(), "alch-blocks-start-"));
    try {
      for (const all of Object.values(times)) all.push(start(command, folder));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return { cold: compared(times.cold), warm: compared(times.warm) };
}

function start([file, ...args], cache) {
  const caches = Object.fromEntries(CACHES.map((name) => [name, cache]));
  const options = { env: { ...env, ...caches }, encoding: "utf8" };
  const { status, stdout, stderr } = spawnSync(file, args, options);
  if (status !== 0) throw new Error(`a start with \`${file}\` failed:\n${stderr}`);
  return JSON.parse(stdout);
}

/** Each ratio is of one process, so that what else the machine does is on both sides of it. */
function compared(times) {
  const { median: ratio } = summary(times.map(({ alchemy, blocks }) => blocks / alchemy));
  const of = (what) => summary(times.map((time) => time[what]));
  return { alchemy: of("alchemy"), blocks: of("blocks"), ratio };
}
