// What it costs to import the package, beside Alchemy: whole fresh processes, taking turns.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { env } from "../scripts/run.mjs";
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
