/**
 * Each call of a sweep to GitHub and to Cloudflare fails in each way: nothing that is open, or being deployed, is taken
 * for closed, and the next run puts it right. A run tries some faults on whole sweeps, others each day;
 * `npm run test:faults` all.
 */
import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { spawn } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { GitHubPulls } from "../../ts/cli/pulls/github.ts";
import type { Pull } from "../../ts/cli/stages/decide.ts";
import { MAIN } from "../cli/cli.ts";
import { type Call, callsIn, FAULTS as OF_CLOUDFLARE } from "../destroy/faulty.ts";
import { files, goneOf, held, others } from "../destroy/stage.ts";
import { type Fault, GitHub, REPOSITORY_ID } from "../github/server.ts";
import { CLOSED, OPEN, World } from "./world.ts";

const FAULTS: Record<string, Pick<Fault, "status" | "headers" | "kind">> = {
  "403": { status: 403 },
  "429": { status: 429, headers: { "retry-after": "1" } },
  "500": { status: 500 },
  "a cut connection": { status: 0, kind: "cut" },
  "an answer that is no JSON": { status: 0, kind: "malformed" },
  "an answer of another shape": { status: 0, kind: "odd" },
  "no answer": { status: 0, kind: "silent" },
};
const NAMES = Object.keys(FAULTS);
const PASSING = ["429", "500", "a cut connection", "no answer"];

/** Whether every call of whole sweeps is tried with every fault. */
const ALL = process.env.FAULTS === "all";
/** Turns the faults and the calls by one place. `FAULTS_SEED` repeats the run of another day. */
const SEED = Number(process.env.FAULTS_SEED ?? Math.floor(Date.now() / 86_400_000));

setDefaultTimeout(ALL ? 3_600_000 : 300_000);

const asked = { tried: 0, right: 0, unknown: 0, wrong: 0 };
const swept = { tried: 0, green: 0, again: 0, wrong: 0 };

/** Of each pull request what must not be said of it when it is not so. */
const PULLS = { 1: OPEN, 2: CLOSED, 3: { ...CLOSED, run: "in_progress" as const } };

/** Ways to ask, and the calls that each makes. */
const WAYS = [
  { calls: [/^pulls\/\d+$/, /^actions\/runs$/], more: 0 },
  { calls: [/^pulls$/, /^actions\/runs$/, /^pulls\/\d+$/], more: 6 },
] as const;

async function answersWith(name: string, path: RegExp, times: number, more: number) {
  await using github = new GitHub();
  for (const [number, pull] of Object.entries(PULLS)) github.pulls.set(Number(number), pull);
  for (let number = 10; number < 10 + more; number++) github.pulls.set(number, CLOSED);
  // One that no list has is asked for by itself.
  const numbers = [...github.pulls.keys(), ...(more > 0 ? [99] : [])];
  const fault = { method: "GET", path, times, ...FAULTS[name] };
  github.faults.push({ status: 0, ...fault });
  const target = { ...github.target, deadline: fault.kind === "silent" ? 200 : 30_000 };
  return await new GitHubPulls(target, { id: `${REPOSITORY_ID}` }).readAll(numbers);
}

/** Whether an answer would let a sweep take a stage that must stay. */
function isWrong({ number, state, running }: Pull): boolean {
  if (number === 1) return state !== "open" && state !== "unknown";
  if (number === 3) return state === "closed" && running !== true;
  return number === 99 && state === "closed";
}

test.each(NAMES)("%s: what is open or being deployed is never taken for closed", async (name) => {
  for (const { calls, more } of WAYS) {
    for (const path of calls) {
      for (const times of [1, 99]) {
        const known = await answersWith(name, path, times, more);
        asked.tried += 1;
        const unknown = known.filter(({ state }) => state === "unknown").length;
        const wrong = known.filter(isWrong);
        if (wrong.length > 0) asked.wrong += 1;
        else if (unknown > 0) asked.unknown += 1;
        else asked.right += 1;
        expect(wrong).toEqual([]);
        // What passes by itself is asked again; what does not is not known.
        if (times === 99) expect(unknown).toBeGreaterThan(0);
        else if (PASSING.includes(name)) expect(unknown).toBe(0);
      }
    }
  }
});

/** Each call of a whole sweep with one stage: of the sweep, and of the process that destroys it. */
const CALLS = [
  { path: /^pulls\/1$/, nth: 1 },
  { path: /^actions\/runs$/, nth: 1 },
  { path: /^pulls\/1$/, nth: 2 },
  { path: /^actions\/runs$/, nth: 2 },
];

/** A sweep in which one call fails, and the runs after it. */
async function broken({ path, nth }: (typeof CALLS)[number], name: string): Promise<string[]> {
  await using world = await World.with({ "pr-1": CLOSED, "pr-12": OPEN, prod: undefined });
  await world.sweep();
  const before = held(world.app);
  let seen = 0;
  world.github.before = async (request) => {
    if (!path.test(request.replace("GET ", "")) || ++seen !== nth) return;
    world.github.faults.push({ method: "GET", path, times: 1, status: 0, ...FAULTS[name] });
  };
  const first = await world.delete();
  const gone = () => before.filter((one) => !held(world.app).includes(one));
  const isOwn = (one: string) => / (\S+-pr-1) /.test(`${one} `) || one.includes("DurableObject");
  const isGone = () => gone().filter((one) => one.includes("-pr-1 ")).length > 0;
  const wrong: string[] = [];
  if (seen < nth) wrong.push("the fault was not hit");
  if (first.code === 0) swept.green += 1;
  if (first.code === 0 && !isGone()) wrong.push("it ended with 0, and nothing is gone");
  for (let run = 0; run < 3 && !isGone(); run++) await world.delete();
  if (isGone()) swept.again += 1;
  else wrong.push("later runs do not sweep it");
  const strange = gone().filter((one) => !isOwn(one));
  if (strange.length > 0) wrong.push(`gone, too: ${strange}`);
  return wrong;
}

test("no whole sweep in which a call fails is green too early, stuck, or harms a neighbour", async () => {
  const pairs = CALLS.flatMap((call) => NAMES.map((name) => ({ call, name })));
  // Those of a day are of different calls and faults.
  const some = CALLS.map((call, at) => ({
    call,
    name: NAMES[(SEED + at * 2) % NAMES.length] ?? "500",
  }));
  const wrong: string[] = [];
  const left = ALL ? pairs : some;
  const work = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const { call, name } = next;
      swept.tried += 1;
      const found = await broken(call, name);
      if (found.length > 0) swept.wrong += 1;
      wrong.push(...found.map((one) => `${name}, ${call.path} ${call.nth}: ${one}`));
    }
  };
  await Promise.all([work(), work()]);
  expect(wrong).toEqual([]);
});

/** Without all, one call of so many is tried with each run. */
const STRIDE = 16;
const called = { calls: 0, tried: 0, green: 0, again: 0, wrong: 0 };

/** A closed stage that is marked. If its rows are lost, the ledger alone has it. */
async function marked(isLost: boolean): Promise<World> {
  const world = await World.with({ "pr-1": CLOSED, "pr-12": OPEN, prod: undefined });
  await world.sweep();
  if (!isLost) return world;
  await rm(join(world.app.folder, ".alchemy", "shop", "pr-1"), { recursive: true });
  await world.sweep();
  return world;
}

/** Every call to Cloudflare of a sweep that nothing disturbs, with those of the process that destroys. */
async function callsOf(isLost: boolean): Promise<Call[]> {
  await using world = await marked(isLost);
  const from = world.app.cloudflare.log.length;
  expect(await world.delete()).toMatchObject({ code: 0, results: { "pr-1": "destroyed" } });
  return callsIn(world.app.cloudflare.log.slice(from));
}

/** Ends a sweep and the process that it has started at once, when a call is made. */
async function killed({ app, env }: World, reached: Promise<void>): Promise<number | null> {
  const args = ["sweep", "--grace", "0", "--delete", "--account", app.account.id];
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: app.folder,
    env: { PATH: process.env.PATH ?? "", ...app.cloudflare.env, ...env },
    stdio: "ignore",
    detached: true,
  });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  void reached.then(() => child.pid && process.kill(-child.pid, "SIGKILL"));
  return await ended;
}

/** A sweep in which one call to Cloudflare fails, and the runs after it. */
async function brokenCall(call: Call, name: string, isLost: boolean): Promise<string[]> {
  const { kind, kill, retryAfter } = OF_CLOUDFLARE[name] ?? { kind: "500" };
  await using world = await marked(isLost);
  const { app } = world;
  const [before, rest] = [held(app), await others(app, "pr-1")];
  const spec = { ...call, kind, ...(retryAfter === undefined ? {} : { retryAfter }) };
  const fault = app.cloudflare.faults.add(spec);
  const code = kill ? await killed(world, fault.reached) : (await world.delete()).code;
  app.cloudflare.faults.clear();
  const wrong: string[] = [];
  if (fault.hits !== 1) wrong.push(`the fault was hit ${fault.hits} times`);
  const gone = () => before.filter((one) => !held(app).includes(one)).map(nameOf);
  const isGone = () => gone().sort().join() === goneOf("pr-1").join();
  if (code === 0) called.green += 1;
  if (code === 0 && !isGone()) wrong.push(`it ended with 0, and only had ${gone()}`);
  // What went changes the rows, so the rest is marked anew.
  const last = await lastOf(world);
  if (last !== 0) wrong.push(`later runs end with ${last}`);
  else called.again += 1;
  if (!isGone()) wrong.push(`then gone: ${gone()}`);
  const left = (await files(app, "pr-1")).map((file) => file.slice(app.folder.length + 1));
  if (left.join() !== (isLost ? "" : ".alchemy/shop/pr-1/kept.json")) wrong.push(`then: ${left}`);
  if ((await others(app, "pr-1")) !== rest) wrong.push("the state of a neighbour has changed");
  return wrong;
}

/** How a sweep ends that finds nothing more to do. */
async function lastOf(world: World): Promise<number | null> {
  for (let run = 0; ; run++) {
    const { code, verdicts, results } = await world.delete();
    const isDone = verdicts["pr-1"] === undefined || verdicts["pr-1"] === "retained";
    if (run === 4 || (isDone && Object.keys(results).length === 0)) return isDone ? code : -1;
  }
}

function nameOf(held: string): string {
  return held.split(" ").slice(0, 2).join(" ");
}

/** The calls and faults of one run: all of them, or some of this day. */
async function attempts(isLost: boolean): Promise<[Call, string][]> {
  const kinds = Object.keys(OF_CLOUDFLARE);
  const calls = await callsOf(isLost);
  called.calls += calls.length;
  return calls.flatMap((call, at) => {
    const turned = at + SEED + (isLost ? STRIDE / 2 : 0);
    const own = kinds[Math.floor(turned / STRIDE) % kinds.length] ?? "500";
    const some = turned % STRIDE === 0 ? [own] : [];
    return (ALL ? kinds : some).map((name): [Call, string] => [call, name]);
  });
}

test.each([
  ["with rows", false],
  ["by the ledger", true],
])(
  "%s: no call to Cloudflare that fails makes a sweep green too early, stuck, or harm a neighbour",
  async (_, isLost) => {
    const left = await attempts(isLost);
    const wrong: string[] = [];
    const work = async () => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) {
        const [call, name] = next;
        called.tried += 1;
        const found = await brokenCall(call, name, isLost);
        if (found.length > 0) called.wrong += 1;
        wrong.push(
          ...found.map((one) => `${name}, ${call.method} ${call.path} ${call.nth}: ${one}`),
        );
      }
    };
    // Most of their time is spent waiting before a retry.
    await Promise.all(Array.from({ length: ALL ? 4 : 2 }, work));
    expect(wrong).toEqual([]);
  },
);

afterAll(() => {
  const { calls } = called;
  const all = ALL ? `${Object.keys(OF_CLOUDFLARE).length} faults` : `FAULTS_SEED=${SEED}`;
  console.log(
    `sweep: ${calls} calls to Cloudflare, ${all}: ${called.tried} tried, ${called.green} green at once, ` +
      `${called.again} after more runs, ${called.wrong} wrong`,
  );
  const { tried, right, unknown, wrong } = asked;
  console.log(
    `GitHub: ${tried} questions with a fault: ${right} right, ${unknown} unknown, ${wrong} wrong`,
  );
  const which = ALL ? `${NAMES.length} faults` : `FAULTS_SEED=${SEED}`;
  const ends = `${swept.green} green at once, ${swept.again} after more runs, ${swept.wrong} wrong`;
  console.log(`GitHub: ${which}: ${swept.tried} sweeps, ${ends}`);
});
