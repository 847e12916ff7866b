/**
 * Each call of a deploy fails once, and the next deploy puts it right. A run tries one kind of fault
 * for each call, another one each day; `npm run test:faults` tries every kind for every call.
 */
import { afterAll, describe, expect, test } from "bun:test";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { FaultKind, FaultSpec } from "../cloudflare/index.ts";
import { data, fill } from "../support/data.ts";
import { App } from "../support/program.ts";
import { migrations, shop } from "../support/shop.ts";

/** Not protected, so that what Alchemy would delete is deleted. */
const STAGE = "pr-7";

/** Ways to fail, and whether the outcome is only decided by killing the process. */
const FAULTS: Record<string, { kind: FaultKind; kill: boolean }> = {
  "429": { kind: "429", kill: false },
  "500": { kind: "500", kill: false },
  "502": { kind: "502", kill: false },
  "no answer": { kind: "hang", kill: true },
  "cut before the change": { kind: "cut-before", kill: false },
  "cut after the change": { kind: "cut-after", kill: false },
  "500 after the change": { kind: "status500-after", kill: false },
  "an answer that is no JSON": { kind: "malformed", kill: false },
  "killed after the change": { kind: "pause", kill: true },
};

/** Whether every call is tried with every fault. */
const ALL = process.env.FAULTS === "all";
/** Turns the faults by one place. `FAULTS_SEED` repeats the run of another day. */
const SEED = Number(process.env.FAULTS_SEED ?? Math.floor(Date.now() / 86_400_000));
if (!(Number.isSafeInteger(SEED) && SEED >= 0)) throw new Error("`FAULTS_SEED` is no whole number");

/** How many deploys run at once: most of their time is spent waiting before a retry. */
const AT_ONCE = 4;
/** How long a deploy may go on after its fault: Alchemy tries some calls for minutes. */
const PATIENCE = 12_000;

interface Call {
  method: string;
  path: string;
  nth: number;
}

interface Clean {
  calls: Call[];
  account: string[];
  rows: string[];
  made: string[];
}

const cleans = new Map<boolean, Promise<Clean>>();
const counts = { calls: 0, tried: 0, converged: 0, lost: 0 };

/** What the account, the state and the log hold after a deploy that nothing has disturbed. */
function clean(adopt: boolean): Promise<Clean> {
  const known = cleans.get(adopt) ?? deployed(adopt);
  cleans.set(adopt, known);
  return known;
}

async function deployed(adopt: boolean): Promise<Clean> {
  await using app = await App.start();
  await migrations(app);
  await app.deploy(STAGE, shop(adopt));
  expect(app.cloudflare.unhandled).toEqual([]);
  const calls = callsOf(app);
  counts.calls += calls.length;
  return { calls, account: inAccount(app), rows: await rowsOf(app), made: made(app) };
}

/** Every call, numbered among those that look like it. */
function callsOf(app: App): Call[] {
  const seen = new Map<string, number>();
  const first = app.cloudflare.log.filter(({ call }, at, log) => log[at - 1]?.call !== call);
  return first.map(({ method, path }) => {
    const pattern = path.replace(/[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}/g, "[^/]+");
    const exact = `${pattern.replaceAll("?", "\\?")}$`;
    const nth = (seen.get(method + exact) ?? 0) + 1;
    seen.set(method + exact, nth);
    return { method, path: exact, nth };
  });
}

function inAccount({ account }: App): string[] {
  const held = account.state().map(({ kind, name, script }) => [kind, name, script]);
  const consumers = [...account.queues.all.values()].map(({ name, consumers }) => [
    name,
    ...[...consumers.values()].map(({ script }) => script),
  ]);
  const migrated = account.sql(`shop-db-${STAGE}`, "select name from d1_migrations");
  const orders = account.sql(`shop-db-${STAGE}`, "select * from pragma_table_info('orders')");
  const soup = account.getValue(`shop-menu-${STAGE}`, "soup");
  return [...held, ...consumers, migrated, orders, soup].map((one) => JSON.stringify(one));
}

/** What was made, as often as it was made. */
function made({ cloudflare }: App): string[] {
  const changes = cloudflare.log.filter(({ action }) => action === "create");
  return changes.map(({ kind, name }) => `${kind} ${name}`).sort();
}

/** Every row of the state, as far as the next deploy and the next destroy go by it. */
async function rowsOf(app: App): Promise<string[]> {
  const folder = join(app.folder, ".alchemy", "shop", STAGE);
  const files = (await readdir(folder, { withFileTypes: true })).filter((file) => file.isFile());
  const rows = files.map(async ({ name }) => {
    const { id, kind, status, data, props } = JSON.parse(
      await readFile(join(folder, name), "utf8"),
    );
    // Each run has its own folder, so the path of its program differs.
    delete data["@alch/blocks:owner"]?.program;
    // What is adopted while the account cannot be read counts as somebody else's.
    delete data["@alch/blocks:owner"]?.retained;
    // A Worker is always updated, and its bindings have the ids and dates of other resources.
    return JSON.stringify(kind.endsWith("Worker") ? [id] : [id, status, data, props]);
  });
  return (await Promise.all(rows)).sort();
}

/** Breaks one call of a first deploy, deploys again, and says what is wrong then. */
async function broken(
  adopt: boolean,
  call: Call,
  how: { kind: FaultKind; kill: boolean },
  lane: number,
) {
  const expected = await clean(adopt);
  await using app = await App.start({ subdomainPatienceMs: 200 });
  await migrations(app);
  const fault = app.cloudflare.faults.add({ ...call, kind: how.kind } satisfies FaultSpec);
  const first = await app.start(STAGE, shop(adopt), { lane });
  let late: Timer | undefined;
  void fault.reached.then(() => {
    late = setTimeout(first.kill, how.kill ? 0 : PATIENCE);
  });
  await first.ended;
  clearTimeout(late);
  app.cloudflare.faults.clear();
  if (fault.hits !== 1) return [`the fault was hit ${fault.hits} times`];
  fill(app);
  const before = data(app);
  const { code, output } = await app.run(STAGE, shop(adopt), { lane });
  if (code !== 0) return [`the second deploy ended with ${code}:\n${output}`];
  const lost = before.filter((one) => !data(app).includes(one));
  return [
    ...lost.map((one) => `lost: ${one}`),
    ...app.cloudflare.deletions().map(({ kind, name }) => `deleted: ${kind} ${name}`),
    ...app.cloudflare.takeovers().map(({ name }) => `taken over: ${name}`),
    ...app.cloudflare.unhandled.map((what) => `unhandled: ${what}`),
    ...differences("the account", expected.account, inAccount(app)),
    ...differences("what was made", expected.made, made(app)),
    ...differences("the state", expected.rows, await rowsOf(app)),
  ];
}

function differences(what: string, expected: string[], found: string[]): string[] {
  if (JSON.stringify(expected.sort()) === JSON.stringify(found.sort())) return [];
  const missing = expected.filter((one) => !found.includes(one));
  const more = found.filter((one) => !expected.includes(one));
  return [`${what} (${found.length}): missing ${missing.join(", ")}; more ${more.join(", ")}`];
}

/** Which fault a call is tried with: with each seed another one, and after all of them the first. */
function faultOf(at: number, adopt: boolean): string | undefined {
  const names = Object.keys(FAULTS);
  // Another one for a block that adopts than for the same call of one that does not.
  const offset = adopt ? Math.ceil(names.length / 2) : 0;
  return names[(SEED + at + offset) % names.length];
}

const waiting: ((lane: number) => void)[] = [];
const free = Array.from({ length: AT_ONCE }, (_, lane) => lane);

/** Runs `act` when fewer than `AT_ONCE` others run, of all tests together. */
async function inTurn<T>(act: (lane: number) => Promise<T>): Promise<T> {
  const lane = free.shift() ?? (await new Promise<number>((go) => waiting.push(go)));
  try {
    return await act(lane);
  } finally {
    const next = waiting.shift();
    if (next) next(lane);
    else free.push(lane);
  }
}

describe.each([false, true])("with `adopt: %p`", (adopt) => {
  test.concurrent.each(Object.keys(FAULTS))(
    "%s",
    async (name) => {
      const how = FAULTS[name];
      if (!how) throw new Error(`there is no fault ${name}`);
      const { calls } = await clean(adopt);
      const tried = calls.filter((_, at) => ALL || faultOf(at, adopt) === name);
      const wrong: string[] = [];
      const attempt = async (call: Call, lane: number) => {
        counts.tried += 1;
        const found = await broken(adopt, call, how, lane);
        if (found.length === 0) counts.converged += 1;
        else counts.lost += 1;
        for (const one of found) wrong.push(`${call.method} ${call.path} ${call.nth}: ${one}`);
      };
      await Promise.all(tried.map((call) => inTurn((lane) => attempt(call, lane))));
      expect(wrong).toEqual([]);
    },
    ALL ? 1_800_000 : 240_000,
  );
});

afterAll(() => {
  const { calls, tried, converged, lost } = counts;
  const which = ALL ? `${Object.keys(FAULTS).length} faults` : `1 fault (FAULTS_SEED=${SEED})`;
  console.log(`${calls} calls × ${which}: ${tried} tried, ${converged} converged, ${lost} lost`);
});
