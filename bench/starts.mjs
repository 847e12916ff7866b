// Imports and the first call at the start of a program. Each sample is a new process.
import { join } from "node:path";
import { run } from "../scripts/run.mjs";
import { summary } from "./measure.mjs";

const ROUNDS = 25;
const PROGRAM = join(import.meta.dirname, "start.mjs");

/** Milliseconds, and the median part that import and first call are of Alchemy's import. */
export async function measureStarts(command) {
  const starts = [];
  // The first start fills the caches of the system and of the runtime.
  for (let round = -1; round < ROUNDS; round++) {
    const start = JSON.parse(await run(command, [PROGRAM]));
    if (round >= 0) starts.push(start);
  }
  const of = (value) => summary(starts.map(value));
  return {
    alchemy: of(({ alchemy }) => alchemy),
    blocks: of(({ blocks }) => blocks),
    call: of(({ call }) => call),
    ratio: of(({ alchemy, blocks, call }) => (blocks + call) / alchemy).median,
  };
}
