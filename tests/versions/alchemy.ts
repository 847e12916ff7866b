/**
 * What a version of Alchemy 0.x has to do with the guard in front of its state. `npm run versions`
 * runs this for each version; the other tests show the same, and more, for the newest one.
 */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { data, fill, names } from "../support/data.ts";
import { ROOT, tested } from "../support/installed.ts";
import { App, program, SCRIPT } from "../support/program.ts";

const TIME = 300_000;
const DESTROY = { args: ["--destroy"] };

const SHOP = `
const db = await Database("db", { name: "shop-db" });
const files = await Bucket("files", { name: "shop-files", empty: true });
const kv = await KV("kv", { name: "shop-kv" });
const jobs = await Queue("jobs", { name: "shop-jobs" });
const counter = DurableObject("counter", { className: "Counter", sqlite: true });
const flow = AlchemyWorkflow("flow", { name: "shop-flow", className: "Onboarding" });
await raw.Worker("api", {
  name: blocks.physicalName("worker", "shop-api", stage),
  script: ${JSON.stringify(SCRIPT)},
  bindings: { db, files, kv, jobs, counter, flow },
});
await raw.D1Database("raw", { name: "raw-" + stage });`;

/** The shop with one thing changed. */
function edited(from: string, to: string): string {
  if (!SHOP.includes(from)) throw new Error(`there is no ${from}`);
  return SHOP.replace(from, to);
}

const NAMES = ["raw", "shop-api", "shop-db", "shop-files", "shop-flow", "shop-jobs", "shop-kv"];

/** What a stage has in the account. */
const OF = (stage: string) => [...NAMES.map((name) => `${name}-${stage}`), "Counter"];

/** What was changed since then. Before 0.94, Alchemy uploads an unchanged Worker at each deploy. */
const changes = (app: App, from: number) =>
  app.changesSince(from).filter((call) => !/^(PUT|POST) (workers|workflows)\//.test(call));

const of = (app: App, stage: string) => data(app).filter((one) => one.includes(`-${stage}`));

test.concurrent(
  "six kinds and a Worker in two stages: deployed, deployed again, and one destroyed",
  async () => {
    await using app = await App.start();
    const loud = program(SHOP, "shop", "{ quiet: false }");
    const printed = await app.deploy("prod", loud);
    // Alchemy prints its own version: this is the one that was to be tested.
    expect(printed).toContain(`(v${tested})`);
    await app.deploy("pr-1", program(SHOP));
    expect(names(app)).toEqual([...OF("prod"), ...OF("pr-1")].sort());
    fill(app);
    const before = data(app);
    const calls = app.cloudflare.log.length;
    for (const stage of ["prod", "pr-1"]) await app.deploy(stage, program(SHOP));
    expect(changes(app, calls)).toEqual([]);
    expect(data(app)).toEqual(before);
    const prod = of(app, "prod");
    await app.deploy("pr-1", program(SHOP), DESTROY);
    expect(data(app)).toEqual(before.filter((one) => !one.includes("-pr-1")));
    expect(of(app, "prod")).toEqual(prod);
    expect(app.cloudflare.unhandled).toEqual([]);
  },
  TIME,
);

/** What each edit of a deployed stage is refused as. */
const EDITS: Record<string, { code: string; body: string }> = {
  "another name": { code: "would-replace", body: edited('"shop-db"', '"shop-data"') },
  "another name of a raw resource": { code: "would-replace", body: edited("raw-", "new-") },
  "another id": {
    code: "id-changed",
    body: edited('Queue("jobs", {', 'Queue("work", { adopt: true,'),
  },
  "a block that is gone": {
    code: "would-delete",
    body: edited("const kv = await", "const kv = 1; () =>").replace(" kv,", ""),
  },
  "a raw resource that is gone": {
    code: "would-delete",
    body: edited("await raw.D1", "() => raw.D1"),
  },
  "a class that is not bound": { code: "would-delete-class", body: edited(" counter,", "") },
  "another id of a class": {
    code: "id-changed",
    body: edited('DurableObject("counter"', 'DurableObject("count"'),
  },
};

test.concurrent(
  "edits that lose data are refused, and change nothing",
  async () => {
    await using app = await App.start();
    await app.deploy("pr-1", program(SHOP));
    fill(app);
    const before = data(app);
    const calls = app.cloudflare.log.length;
    for (const { code, body } of Object.values(EDITS)) {
      await app.refused("pr-1", code, program(body));
    }
    // A program that catches the refusal and goes on to its end.
    await app.run("pr-1", program(`try {\n${EDITS["another name"]?.body}\n} catch {}`));
    expect(changes(app, calls)).toEqual([]);
    expect(data(app)).toEqual(before);
    const released = `createBlocks({ release: ["kv"] });\n${EDITS["a block that is gone"]?.body}`;
    await app.deploy("pr-1", program(released));
    expect(app.cloudflare.deletions().map(({ name }) => name)).toEqual(["shop-kv-pr-1"]);
  },
  TIME,
);

/** What is held in rows of its own; a Worker goes with its stage. */
const DATA = SHOP.slice(0, SHOP.indexOf("const counter"));

test.concurrent(
  "a protected stage keeps its data when it is destroyed, and `adopt` takes it up again",
  async () => {
    await using app = await App.start();
    await app.deploy("prod", program(DATA));
    fill(app);
    const before = data(app);
    await app.deploy("prod", program(DATA), DESTROY);
    expect(data(app)).toEqual(before);
    const again = await app.run("prod", program(DATA));
    expect(again.output).toContain("already exists");
    await app.deploy("prod", program(DATA), { args: ["--adopt"] });
    expect(data(app)).toEqual(before);
    expect(app.cloudflare.deletions()).toEqual([]);
  },
  TIME,
);

const OTHER = { accountId: "b".repeat(32), token: "other-token" };

test.concurrent(
  "a run with the credentials of another account is refused",
  async () => {
    await using app = await App.start({ others: [OTHER] });
    await app.deploy("pr-1", program(DATA));
    fill(app);
    const before = data(app);
    const env = { CLOUDFLARE_ACCOUNT_ID: OTHER.accountId, CLOUDFLARE_API_TOKEN: OTHER.token };
    const calls = app.cloudflare.log.length;
    const renewed = program(DATA.replace("{", "{ metadata: 1,"));
    await app.refused("pr-1", "wrong-account", renewed, { env });
    await app.refused("pr-1", "wrong-account", program(DATA), { env, ...DESTROY });
    expect(app.changesSince(calls)).toEqual([]);
    expect(data(app)).toEqual(before);
  },
  TIME,
);

/** Where a deploy is killed: Cloudflare has made what it asked for, and no row says so. */
const CREATE: [block: string, path: string][] = [
  ["Database", "/d1/database"],
  ["Bucket", "/r2/buckets"],
  ["KV", "/storage/kv/namespaces"],
  ["Queue", "/queues"],
];

test.concurrent(
  "a deploy that was killed is taken up",
  async () => {
    for (const [block, path] of CREATE) {
      await using app = await App.start();
      const source = program(`await ${block}("one");`);
      const made = app.cloudflare.faults.add({ kind: "pause", method: "POST", path });
      const child = await app.spawn("pr-1", source);
      await Promise.race([made.reached, child.exited]);
      child.kill("SIGKILL");
      await child.exited;
      expect(made.hits).toBe(1);
      app.cloudflare.faults.clear();
      fill(app);
      const before = data(app);
      await app.deploy("pr-1", source);
      expect(data(app)).toEqual(before);
      expect(names(app)).toEqual(["one-pr-1"]);
    }
  },
  TIME,
);

/** Alchemy's other stores, and what each has in the account. */
const STORES: [store: string, own: string[]][] = [
  ['new SQLiteStateStore(scope, { engine: "bun" })', []],
  ["new D1StateStore(scope)", ["alchemy-state"]],
  ["new CloudflareStateStore(scope)", ["Store", "alchemy-state-service"]],
];

/** Sends what is meant for the store's Worker to the stand-in. */
const REROUTE = `import ${JSON.stringify(join(import.meta.dir, "../cloudflare/workers-dev.ts"))};\n`;

test.concurrent.each(STORES)(
  "state in %s",
  async (store, own) => {
    await using app = await App.start();
    const source = (body: string) =>
      REROUTE + program(body, "shop", `{ stateStore: (scope) => ${store} }`);
    const run = { env: { ALCHEMY_STATE_TOKEN: "token" } };
    await app.deploy("pr-1", source(DATA), run);
    const mine = ["shop-db", "shop-files", "shop-jobs", "shop-kv"].map((name) => `${name}-pr-1`);
    expect(names(app)).toEqual([...own, ...mine].sort());
    fill(app);
    const before = data(app).filter((one) => one.includes("-pr-1"));
    const calls = app.cloudflare.log.length;
    await app.deploy("pr-1", source(DATA), run);
    await app.refused("pr-1", "would-replace", source(DATA.replace('"shop-db"', '"data"')), run);
    await app.refused(
      "pr-1",
      "would-delete",
      source(DATA.replace("const kv = await", "() =>")),
      run,
    );
    const changed = app.cloudflare.log.slice(calls).filter(({ action }) => action !== "call");
    expect(changed).toEqual([]);
    expect(data(app).filter((one) => one.includes("-pr-1"))).toEqual(before);
    await app.deploy("pr-1", source(DATA), { ...run, ...DESTROY });
    expect(names(app)).toEqual(own);
  },
  TIME,
);

const TYPED = `
import alchemy from "alchemy";
import { type D1Database, Worker } from "alchemy/cloudflare";
import { AlchemyWorkflow, Bucket, Database, DurableObject, KV, Queue } from "@alch/blocks";
await alchemy("shop");
const db: D1Database = await Database("db", { migrationsDir: "./migrations" });
const files = await Bucket("files", { empty: true });
const kv = await KV("kv");
const jobs = await Queue<{ id: string }>("jobs");
const room = DurableObject("room", { sqlite: true });
const flow = AlchemyWorkflow("flow", { className: "Flow" });
const api = await Worker("api", { script: "", bindings: { db, files, kv, jobs, room, flow } });
export const send = (env: typeof api.Env) => env.jobs.send({ id: "a" });
// @ts-expect-error there is no such option
await Database("other", { none: 1 });
`;

test.concurrent(
  "the types of blocks are Alchemy's",
  async () => {
    await using app = await App.start();
    await app.write("typed.ts", TYPED);
    const tsc = join(ROOT, "node_modules", ".bin", "tsc");
    const options = ["--noEmit", "--strict", "--skipLibCheck", "--target", "es2023", "--types", ""];
    const modules = ["--module", "nodenext", "--lib", "es2023,dom,esnext.disposable"];
    const args = [...options, ...modules, "--ignoreConfig", "typed.ts"];
    const checked = Bun.spawn([tsc, ...args], { cwd: app.folder, stdout: "pipe" });
    expect(await new Response(checked.stdout).text()).toBe("");
  },
  TIME,
);
