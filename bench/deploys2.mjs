// Deploys of 200 resources by Alchemy 2, with the guard and without: the first ones of two stages, and
// redeploys without changes. Alchemy is loaded before; to load it would make the guard look cheaper.
// Runs in Bun; prints JSON.
import { App2, guarded, unguarded } from "../tests/deploy2/app.ts";
import { summary } from "./measure.mjs";

/** Pairs of apps. `ROUNDS=1` shows quickly whether all of it works. */
const ROUNDS = Number(process.env.ROUNDS ?? 9);
const REDEPLOYS = 2;
const EACH = 50;
/** The guard looks at the rows of the first one before it makes the second one. */
const STAGES = ["prod", "pr-7"];
const INSIDE = { inside: true };

const BODY = `
for (let i = 0; i < ${EACH}; i++) {
  yield* D1.Database("db" + i, { name: "db" + i + "-" + stage });
  yield* R2.Bucket("files" + i, { name: "files" + i + "-" + stage });
  yield* KV.Namespace("kv" + i, { title: "kv" + i + "-" + stage });
  yield* Queues.Queue("q" + i, { name: "q" + i + "-" + stage });
}`;
const PROGRAMS = { raw: unguarded(BODY), guarded: guarded(BODY) };

async function timed(app, stage, program) {
  const started = performance.now();
  await app.deploy(stage, program, INSIDE);
  return performance.now() - started;
}

const times = { first: { raw: [], guarded: [] }, again: { raw: [], guarded: [] } };
for (let round = 0; round < ROUNDS; round++) {
  await using raw = await App2.start();
  await using guarded = await App2.start();
  const both = Object.entries({ raw, guarded });
  if (round % 2 === 1) both.reverse();
  // Loads Alchemy and its providers.
  for (const [arm, app] of both)
    await app.deploy("warm", PROGRAMS[arm].replaceAll(/yield\* [DRKQ].*/g, ""), INSIDE);
  for (const stage of STAGES) {
    for (let deploy = 0; deploy <= REDEPLOYS; deploy++) {
      const { [deploy === 0 ? "first" : "again"]: kept } = times;
      for (const [arm, app] of both) kept[arm].push(await timed(app, stage, PROGRAMS[arm]));
    }
  }
}

/** Those at the same place followed each other. */
function compared({ raw, guarded }) {
  const { median: ratio } = summary(guarded.map((time, at) => time / raw[at]));
  return { raw: summary(raw), guarded: summary(guarded), ratio };
}
console.log(JSON.stringify({ first: compared(times.first), again: compared(times.again) }));
