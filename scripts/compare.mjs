// Compares what `plan` says of random programs with what the real Alchemy deploys on the stand-in, in
// every stage. `npm run compare -- --programs 2000 [--seed 1] [--path 3:0:1]` builds what has changed, and
// prints the least program of each seed that differs; `--seed` with `--path` compares one again. The seed
// is another one each day.
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "./build.mjs";
import { env, run } from "./run.mjs";

const TEXT = { type: "string" };
const { values } = parseArgs({
  options: {
    programs: { ...TEXT, default: "2000" },
    seed: { ...TEXT, default: String(Math.floor(Date.now() / 86_400_000)) },
    path: TEXT,
  },
});

await build({ quick: true });
const { programs, seed, path = "" } = values;
Object.assign(env, { PLAN_PROGRAMS: programs, PLAN_SEED: seed, PLAN_PATH: path });
await run("bun", [join("tests", "plan", "long.ts")], { show: true }).catch(() => {
  process.exitCode = 1;
});
