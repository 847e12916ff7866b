/** A sweep keeps to Cloudflare's limit of calls, all its processes together, and asks GitHub for lists. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CLOUDFLARE, Pace } from "../../ts/cli/monitor/collect/pace.ts";
import { GitHubPulls } from "../../ts/cli/pulls/github.ts";
import { Folder } from "../cli/cli.ts";
import { Limiter } from "../cloudflare/limiter.ts";
import { addNamespaces, held } from "../destroy/stage.ts";
import { GitHub, REPOSITORY_ID } from "../github/server.ts";
import { CLOSED, OPEN, World } from "./world.ts";

// At the true rate, 200 stages take about an hour.
setDefaultTimeout(process.env.SWEEP_PACE === undefined ? 1_200_000 : 7_200_000);

/** A stage of twelve resources costs about so many calls, with both lists of the account. */
const CALLS = 100;
const STAGES = 200;

test("200 stages in one run: two hundred processes keep to the limit together", async () => {
  using folder = new Folder();
  let now = 1_000_000_000;
  const sleep = async (milliseconds: number) => {
    now += milliseconds;
  };
  const clock = { now: () => now, sleep };
  const limiter = new Limiter(CLOUDFLARE.calls, CLOUDFLARE.window);
  const limit = { ...CLOUDFLARE, file: join(folder.path, "calls.txt") };
  let [refused, waited] = [0, 0];
  for (let stage = 0; stage < STAGES; stage++) {
    const noteWait = (wait: number) => {
      waited += wait;
    };
    const pace = new Pace(noteWait, clock, limit);
    for (let call = 0; call < CALLS; call++) {
      await pace.next();
      if (limiter.refuse(now) !== undefined) refused += 1;
      now += 40;
    }
  }
  expect(refused).toBe(0);
  expect(waited).toBeGreaterThan(0);
  // It does not wait longer than the limit asks for.
  const least = (STAGES * CALLS * CLOUDFLARE.window) / CLOUDFLARE.calls;
  expect(now - 1_000_000_000).toBeLessThan(least * 1.05);
});

test("calls that a clock from the future has noted do not hold a run up for longer than a window", async () => {
  using folder = new Folder();
  const file = folder.write("calls.txt", `${10 ** 15}\n`.repeat(3));
  let now = 5000;
  const sleep = async (milliseconds: number) => {
    now += milliseconds;
  };
  const pace = new Pace(() => {}, { now: () => now, sleep }, { calls: 3, window: 1000, file });
  await pace.next();
  expect(now).toBeLessThan(7000);
  folder.write("calls.txt", "no time\n\n1e3\n-5\n");
  expect(() => new Pace(() => {}, undefined, { calls: 1, window: 1000, file })).not.toThrow();
});

/** `SWEEP_STAGES=200` sweeps as many as a large repository leaves behind, in some minutes. */
const SWEPT = Number(process.env.SWEEP_STAGES ?? 4);
/** So many calls in so many seconds, in the place of 1,200 in 300. `SWEEP_PACE=1200/300` keeps to Cloudflare's. */
const [LIMIT = 80, SECONDS = 3] = (process.env.SWEEP_PACE ?? (SWEPT > 50 ? "1200/10" : "80/3"))
  .split("/")
  .map(Number);
/** How many deletions each stage takes. `make` gives it eight, and a class that goes with its Worker. */
const RESOURCES = 12;

test("processes that run one after the other are not refused by Cloudflare, and say how far they are", async () => {
  const numbers = Array.from({ length: SWEPT }, (_, at) => at + 1);
  const stages = Object.fromEntries(numbers.map((number) => [`pr-${number}`, CLOSED]));
  await using world = await World.with({ ...stages, prod: undefined });
  for (const stage of Object.keys(stages)) await addNamespaces(world.app, stage, RESOURCES - 8);
  await Bun.sleep(1100);
  const all = ["--max-share", "100", "--max-stages", "1000", "--pace", `${LIMIT}/${SECONDS}`];
  await world.sweep(all);
  const { cloudflare } = world.app;
  const from = cloudflare.log.length;
  cloudflare.limit(LIMIT, SECONDS * 1000);
  await Bun.sleep(SECONDS * 1000 + 500);
  const begin = Date.now();
  const ended = await world.delete(all);
  const seconds = Math.round((Date.now() - begin) / 1000);
  cloudflare.limit(undefined);
  expect(ended.code).toBe(0);
  expect(Object.values(ended.results)).toEqual(numbers.map(() => "destroyed"));
  const calls = cloudflare.log.slice(from);
  expect(calls.filter(({ status }) => status === 429)).toEqual([]);
  const { stages: report } = JSON.parse(ended.out);
  for (const { stage, deleted } of report) {
    if (stage !== "prod") expect(deleted).toBe(RESOURCES);
  }
  const each = calls.length / SWEPT;
  const minutes = (each * 200 * CLOUDFLARE.window) / CLOUDFLARE.calls / 60_000;
  console.log(
    `${SWEPT} stages of ${RESOURCES} resources swept in ${seconds} s: ${calls.length} calls, ` +
      `${each.toFixed(1)} for each; at Cloudflare's rate, 200 take ${minutes.toFixed(0)} minutes`,
  );
  // Otherwise it would show nothing.
  expect(calls.length).toBeGreaterThan(LIMIT);
  expect(held(world.app).filter((one) => /-pr-\d+ $/.test(one) && !one.includes("-kept-"))).toEqual(
    [],
  );
  for (const number of numbers) {
    expect(ended.error).toContain(`stage \`pr-${number}\` of \`shop\``);
  }
  expect(ended.error).toContain(`(${SWEPT} of ${SWEPT}`);
  const noted = readFileSync(join(world.app.folder, "metrics", "calls.txt"), "utf8").split("\n");
  expect(noted.length).toBeGreaterThan(1);
});

test("GitHub is asked for lists: 200 pull requests in a dozen calls", async () => {
  await using github = new GitHub();
  for (let number = 1; number <= 300; number++) {
    const pull = number % 3 === 0 ? OPEN : CLOSED;
    github.pulls.set(number, number % 50 === 1 ? { ...CLOSED, run: "in_progress" } : pull);
  }
  const own = { id: `${REPOSITORY_ID}` };
  const wanted = [...Array.from({ length: 200 }, (_, at) => at + 101), 999];
  const known = await new GitHubPulls(github.target, own).readAll(wanted);
  expect(known.map(({ number }) => number)).toEqual(wanted);
  const one = new GitHubPulls(github.target, own);
  expect(github.requests.length).toBeLessThanOrEqual(12);
  expect(github.misuse).toEqual([]);
  for (const number of [101, 102, 103, 151, 300, 999]) {
    expect(known.find((pull) => pull.number === number)).toEqual(await one.read(number));
  }
});
