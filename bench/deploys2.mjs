// Deploys of 200 resources by Alchemy 2, with the guard and without: the first ones of two stages, and
// redeploys without changes. Each is measured twice: as a whole process, which is what users wait for, and
// inside of one that has loaded Alchemy, which shows the guard's own share. Runs in Bun; prints JSON.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
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

/** Milliseconds of `alchemy deploy` from its start to its end. */
async function timedProcess(app, stage, program) {
  const file = "process.run.ts";
  await writeFile(join(app.folder, file), program);
  const redirect = join(import.meta.dirname, "..", "tests", "deploy2", "redirect.ts");
  const alchemy = join(app.folder, "node_modules", "alchemy", "bin", "alchemy.ts");
  const args = ["deploy", file, "--stage", stage, "--yes"];
  const started = performance.now();
  const child = Bun.spawn([process.execPath, "--preload", redirect, alchemy, ...args], {
    cwd: app.folder,
    env: {
      PATH: process.env.PATH,
      HOME: app.folder,
      ALCHEMY_HOME: join(app.folder, ".alchemy"),
      ALCHEMY_TELEMETRY_DISABLED: "1",
      NO_COLOR: "1",
      ...app.cloudflare.env,
      CLOUDFLARE_STAND_IN: app.cloudflare.url,
    },
    stdout: "pipe",
    stderr: "pipe",
  });
  const [output, errors, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (code !== 0) throw new Error(output + errors);
  return performance.now() - started;
}

const arms = () => ({ raw: [], guarded: [] });
const times = { first: arms(), again: arms() };
const processes = { first: arms(), again: arms() };
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
for (let round = 0; round < ROUNDS; round++) {
  await using raw = await App2.start();
  await using guarded = await App2.start();
  const both = Object.entries({ raw, guarded });
  if (round % 2 === 1) both.reverse();
  for (const stage of STAGES) {
    for (const deploy of ["first", "again"]) {
      for (const [arm, app] of both) {
        processes[deploy][arm].push(await timedProcess(app, stage, PROGRAMS[arm]));
      }
    }
  }
}

/** Those at the same place followed each other. */
function compared({ raw, guarded }) {
  const { median: ratio } = summary(guarded.map((time, at) => time / raw[at]));
  return { raw: summary(raw), guarded: summary(guarded), ratio };
}
const both = ({ first, again }) => ({ first: compared(first), again: compared(again) });
console.log(JSON.stringify({ inside: both(times), process: both(processes) }));
