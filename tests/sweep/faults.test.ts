/**
 * Each call of a sweep to GitHub fails in each way: nothing that is open, or being deployed, is taken for closed, and
 * the next run puts it right. A run tries some faults on whole sweeps, others each day; `npm run test:faults` all.
 */
import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { GitHubPulls } from "../../ts/cli/pulls/github.ts";
import type { Pull } from "../../ts/cli/stages/decide.ts";
import { held } from "../destroy/stage.ts";
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

afterAll(() => {
  const { tried, right, unknown, wrong } = asked;
  console.log(
    `GitHub: ${tried} questions with a fault: ${right} right, ${unknown} unknown, ${wrong} wrong`,
  );
  const which = ALL ? `${NAMES.length} faults` : `FAULTS_SEED=${SEED}`;
  const ends = `${swept.green} green at once, ${swept.again} after more runs, ${swept.wrong} wrong`;
  console.log(`GitHub: ${which}: ${swept.tried} sweeps, ${ends}`);
});
