// `alch-blocks check` of one program as a whole process, next to the start of the runtime itself.
import { join } from "node:path";
import { run } from "../scripts/run.mjs";
import { summary } from "./measure.mjs";

const ROUNDS = 25;
const ROOT = join(import.meta.dirname, "..");
const CHECK = [join(ROOT, "dist-cli", "main.js"), "check", join(ROOT, "examples", "shop")];

/** Milliseconds, and the median of what a check takes of the start that was measured before it. */
export async function measureCheck(command) {
  const time = async (args) => {
    const started = performance.now();
    await run(command, args);
    return performance.now() - started;
  };
  const rounds = [];
  // The first round fills the caches of the system and of the runtime.
  for (let round = -1; round < ROUNDS; round++) {
    const start = await time(["-e", "0"]);
    const check = await time(CHECK);
    if (round >= 0) rounds.push({ start, check });
  }
  const of = (value) => summary(rounds.map(value));
  return {
    start: of(({ start }) => start),
    check: of(({ check }) => check),
    ratio: of(({ start, check }) => check / start).median,
  };
}
