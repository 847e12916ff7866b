/**
 * Each call of `destroy` fails once, and the next run puts it right. A run tries one kind of fault for some calls,
 * others each day; `npm run test:faults` tries every kind for every call.
 */
import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import type { FaultSpec } from "../cloudflare/index.ts";
import { App } from "../support/program.ts";
import { type Call, callsIn, FAULTS, killed } from "./faulty.ts";
import { destroy, files, goneOf, held, make, others } from "./stage.ts";

const NAMES = Object.keys(FAULTS);

/** Whether every call is tried with every fault. */
const ALL = process.env.FAULTS === "all";
/** Turns the faults and the calls by one place. `FAULTS_SEED` repeats the run of another day. */
const SEED = Number(process.env.FAULTS_SEED ?? Math.floor(Date.now() / 86_400_000));
/** Without all, one call of so many is tried with each run. */
const STRIDE = 4;
/** How many run at once: most of their time is spent waiting before a retry. */
const AT_ONCE = 4;

setDefaultTimeout(ALL ? 3_600_000 : 240_000);

/** Where nothing fails, a slow machine has all the time. */
const CALM = ["--stage", "pr-1"];
/** A call that is never answered is waited for no longer. */
const STAGE = [...CALM, "--deadline", "3"];
const counts = { calls: 0, tried: 0, green: 0, again: 0, wrong: 0 };

/** Every call of a run that nothing disturbs, numbered among those that look like it. */
async function callsOf(): Promise<Call[]> {
  await using app = await started();
  const from = app.cloudflare.log.length;
  expect(await destroy(app, CALM)).toMatchObject({ code: 0, result: "destroyed" });
  return callsIn(app.cloudflare.log.slice(from));
}

/** An account with the stage and a neighbour. */
async function started(): Promise<App> {
  const app = await App.start();
  await make(app);
  await make(app, "pr-12");
  return app;
}

/** Breaks one call, runs it again, and says what is wrong then. */
async function broken(call: Call, name: string): Promise<string[]> {
  const { kind, kill, retryAfter } = FAULTS[name] ?? { kind: "500" };
  await using app = await started();
  const [before, rest] = [held(app), await others(app, "pr-1")];
  const spec: FaultSpec = { ...call, kind, ...(retryAfter === undefined ? {} : { retryAfter }) };
  const fault = app.cloudflare.faults.add(spec);
  const first = kill ? await killed(app, STAGE, fault.reached) : await destroy(app, STAGE);
  app.cloudflare.faults.clear();
  const wrong: string[] = [];
  if (fault.hits !== 1) wrong.push(`the fault was hit ${fault.hits} times`);
  const gone = () => {
    const now = held(app);
    return before
      .filter((one) => !now.includes(one))
      .map(nameOf)
      .sort();
  };
  const isGone = () => JSON.stringify(gone()) === JSON.stringify(goneOf("pr-1"));
  if (first.code === 0) counts.green += 1;
  if (first.code === 0 && !isGone()) wrong.push(`it ended with 0, and only had ${gone()}`);
  const again = await destroy(app, CALM);
  if (again.code !== 0) wrong.push(`the next run ended with ${again.code}: ${again.out}`);
  else counts.again += 1;
  if (!isGone()) wrong.push(`then gone: ${gone()}`);
  const left = (await files(app, "pr-1")).map((file) => file.slice(app.folder.length + 1));
  if (left.join() !== ".alchemy/shop/pr-1/kept.json") wrong.push(`then in the state: ${left}`);
  if ((await others(app, "pr-1")) !== rest) wrong.push("the state of a neighbour has changed");
  return wrong;
}

function nameOf(held: string): string {
  return held.split(" ").slice(0, 2).join(" ");
}

/** The faults that are tried with a call in this run. */
function faultsOf(at: number): string[] {
  if (ALL) return NAMES;
  const turned = at + SEED;
  return turned % STRIDE === 0 ? [NAMES[Math.floor(turned / STRIDE) % NAMES.length] ?? "500"] : [];
}

test("no call that fails makes it green too early, stuck, or harm a neighbour", async () => {
  const calls = await callsOf();
  counts.calls = calls.length;
  const attempts = calls.flatMap((call, at) => faultsOf(at).map((name) => ({ call, name })));
  const wrong: string[] = [];
  const work = async () => {
    for (let next = attempts.shift(); next !== undefined; next = attempts.shift()) {
      const { call, name } = next;
      counts.tried += 1;
      const found = await broken(call, name);
      if (found.length > 0) counts.wrong += 1;
      wrong.push(...found.map((one) => `${name}, ${call.method} ${call.path} ${call.nth}: ${one}`));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  expect(wrong).toEqual([]);
});

afterAll(() => {
  const { calls, tried, green, again, wrong } = counts;
  const which = ALL ? `${NAMES.length} faults` : `FAULTS_SEED=${SEED}`;
  const ends = `${green} green at once, ${again} after the next run, ${wrong} wrong`;
  console.log(`destroy: ${calls} calls, ${which}: ${tried} tried, ${ends}`);
});
