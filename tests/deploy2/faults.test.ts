/**
 * Each call of `destroy` for a stage of Alchemy 2 fails once, the next run puts it right, and the stage deploys
 * again. A run tries one kind of fault for some calls, others each day; `npm run test:faults` tries all.
 */
import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import type { FaultSpec } from "../cloudflare/index.ts";
import { type Call, callsIn, FAULTS, killed } from "../destroy/faulty.ts";
import { destroy } from "../destroy/stage.ts";
import { data } from "../support/data.ts";
import { PROGRAM, World2 } from "./stages.ts";

const NAMES = Object.keys(FAULTS);
/** Whether every call is tried with every fault. */
const ALL = process.env.FAULTS === "all";
/** Turns the faults and the calls by one place. `FAULTS_SEED` repeats the run of another day. */
const SEED = Number(process.env.FAULTS_SEED ?? Math.floor(Date.now() / 86_400_000));
/** Without all, one call of so many is tried with each run. */
const STRIDE = 8;

setDefaultTimeout(ALL ? 7_200_000 : 400_000);

const counts = { calls: 0, tried: 0, green: 0, again: 0, wrong: 0 };
const LEFT = ["__stack_output__.json", "kept.json"];

/** Without what a retained database leaves, and what Alchemy makes up anew. */
function others(world: World2): string[] {
  return data(world.app).filter((one) => !/-pr-1\b(?!2)/.test(one));
}

/** Breaks one call, runs it again, and says what is wrong then. */
async function broken(world: World2, call: Call, name: string): Promise<string[]> {
  const { app } = world;
  const { kind, kill, retryAfter } = FAULTS[name] ?? { kind: "500" };
  const calm = ["--stage", "pr-1", "--account", app.account.id];
  const stage = [...calm, "--deadline", "3"];
  await app.deploy("pr-1", PROGRAM);
  const [before, rows] = [others(world), await world.texts("pr-12")];
  const spec: FaultSpec = { ...call, kind, ...(retryAfter === undefined ? {} : { retryAfter }) };
  const fault = app.cloudflare.faults.add(spec);
  const first = kill ? await killed(app, stage, fault.reached) : await destroy(app, stage);
  app.cloudflare.faults.clear();
  const wrong: string[] = [];
  if (fault.hits !== 1) wrong.push(`the fault was hit ${fault.hits} times`);
  const held = () => app.account.state().filter((one) => /-pr-1(-|$)/.test(one.script ?? one.name));
  const isGone = () =>
    held()
      .map((one) => one.name)
      .join() === "shop-kept-pr-1";
  if (first.code === 0) counts.green += 1;
  if (first.code === 0 && !isGone()) wrong.push(`it ended with 0, and ${held().length} are there`);
  const again = await destroy(app, calm);
  if (again.code !== 0) wrong.push(`the next run ended with ${again.code}: ${again.out}`);
  else counts.again += 1;
  if (!isGone()) wrong.push(`then still there: ${held().map((one) => one.name)}`);
  const left = await world.rows("pr-1");
  if (left.join() !== LEFT.join()) wrong.push(`then in the state: ${left}`);
  if (JSON.stringify(others(world)) !== JSON.stringify(before))
    wrong.push("a neighbour has changed");
  if ((await world.texts("pr-12")).join() !== rows.join())
    wrong.push("the state of a neighbour, too");
  return wrong;
}

/** The faults that are tried with a call in this run. */
function faultsOf(at: number): string[] {
  if (ALL) return NAMES;
  const turned = at + SEED;
  return turned % STRIDE === 0 ? [NAMES[Math.floor(turned / STRIDE) % NAMES.length] ?? "500"] : [];
}

test("no call that fails makes it green too early, stuck, or harm a neighbour", async () => {
  await using world = await World2.with({ "pr-1": undefined, "pr-12": undefined });
  const { app } = world;
  const from = app.cloudflare.log.length;
  const calm = await destroy(app, ["--stage", "pr-1", "--account", app.account.id]);
  expect(calm).toMatchObject({ code: 0, result: "destroyed" });
  const calls = callsIn(app.cloudflare.log.slice(from));
  counts.calls = calls.length;
  const wrong: string[] = [];
  for (const [at, call] of calls.entries()) {
    for (const name of faultsOf(at)) {
      counts.tried += 1;
      const found = await broken(world, call, name);
      if (found.length > 0) counts.wrong += 1;
      wrong.push(...found.map((one) => `${name}, ${call.method} ${call.path} ${call.nth}: ${one}`));
    }
  }
  expect(wrong).toEqual([]);
});

afterAll(() => {
  const { calls, tried, green, again, wrong } = counts;
  const which = ALL ? `${NAMES.length} faults` : `FAULTS_SEED=${SEED}`;
  const ends = `${green} green at once, ${again} after the next run, ${wrong} wrong`;
  console.log(`destroy, Alchemy 2: ${calls} calls, ${which}: ${tried} tried, ${ends}`);
});
