/** The guard on Alchemy's stores: files, SQLite, D1, and the Durable Object of a Worker. */
import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { readdir, readFile, truncate } from "node:fs/promises";
import { join } from "node:path";
import { data, fill, names } from "../support/data.ts";
import { said } from "../support/harm.ts";
import { App, program, type RunOptions } from "../support/program.ts";

/** In the first, rows can make a name ambiguous; in both they are read together. */
const STAGES = ["pr-7", "dev"];

interface Store {
  options: string;
  /** What the store itself has in the account. */
  own: string[];
  /** What a refusal calls it, before the stage where that is a part of it. */
  place: string;
  run?: RunOptions;
  /** Breaks the row of `db`. */
  corrupt: (app: App, stage: string) => void | Promise<void>;
}

const HALF = `update resources set output = '{"name": "sho' where id = 'db'`;

const STORES: Record<string, Store> = {
  files: {
    options: "{}",
    own: [],
    place: ".alchemy/shop/",
    corrupt: async (app, stage) => {
      const file = join(app.folder, ".alchemy", "shop", stage, "db.json");
      await truncate(file, Math.floor((await readFile(file)).length / 2));
    },
  },
  SQLite: {
    options: '{ stateStore: (scope) => new SQLiteStateStore(scope, { engine: "bun" }) }',
    own: [],
    place: "SQLiteStateStore",
    corrupt: (app) => {
      using db = new Database(join(app.folder, ".alchemy", "state.sqlite"));
      db.run(HALF);
    },
  },
  D1: {
    options: "{ stateStore: (scope) => new D1StateStore(scope) }",
    own: ["alchemy-state"],
    place: "D1StateStore",
    corrupt: (app) => void app.account.sql("alchemy-state", HALF),
  },
  "a Durable Object": {
    options: "{ stateStore: (scope) => new CloudflareStateStore(scope) }",
    own: ["Store", "alchemy-state-service"],
    place: "CloudflareStateStore",
    run: { env: { ALCHEMY_STATE_TOKEN: "token" } },
    corrupt: ({ account }, stage) => {
      const key = JSON.stringify([JSON.stringify(["shop", stage]), "db"]);
      account.putDurable("alchemy-state-service", "Store", "default", key, '{"name": "sho');
    },
  },
};

/** Sends what is meant for the store's Worker to the stand-in. */
const REROUTE = `import ${JSON.stringify(join(import.meta.dir, "../cloudflare/workers-dev.ts"))};\n`;

const BODY = `
await Database("db", { name: "shop-db", readReplication: { mode: "auto" } });
await Bucket("files", { name: "shop-files" });
await KV("kv", { title: "shop-kv" });
await alchemy.run("inner", () => Queue("queue", { name: "shop-queue" }));`;

const RUNS = Object.keys(STORES).flatMap((name) => STAGES.map((stage) => [name, stage] as const));

describe.each(RUNS)("state in %s, stage `%s`", (name, stage) => {
  const store = STORES[name] as Store;
  const mine = ["db", "files", "kv", "queue"].map((one) => `shop-${one}-${stage}`);
  const source = (body: string) => REROUTE + program(body, "shop", store.options);
  const start = async () => {
    const app = await App.start();
    await app.deploy(stage, source(BODY), store.run);
    return app;
  };
  /** What was changed, but for the state. */
  const changes = (app: App, from: number) =>
    app.cloudflare.log
      .slice(from)
      .filter(({ action }) => action !== "call")
      .map(({ action, kind, name }) => `${action} ${kind} ${name}`);

  test("is where it should be", async () => {
    await using app = await start();
    expect(names(app)).toEqual([...store.own, ...mine].sort());
    const files = await readdir(app.folder, { recursive: true });
    const rows = files.filter((file) => file.includes(".alchemy") && file.endsWith(".json"));
    expect(rows.length > 0).toBe(name === "files");
    expect(files.some((file) => file.endsWith("state.sqlite"))).toBe(name === "SQLite");
  }, 60_000);

  test("makes an unchanged deploy change nothing", async () => {
    await using app = await start();
    const from = app.cloudflare.log.length;
    await app.deploy(stage, source(BODY), store.run);
    expect(changes(app, from)).toEqual([]);
    if (store.own.length === 0) expect(app.cloudflare.log.slice(from)).toEqual([]);
  }, 60_000);

  test("shows a renamed and a moved resource", async () => {
    await using app = await start();
    fill(app);
    const before = data(app);
    const from = app.cloudflare.log.length;
    const refused = async (code: string, was: string, is: string) => {
      const body = BODY.replace(was, is);
      expect(body).not.toBe(BODY);
      return said(await app.refused(stage, code, source(body), store.run));
    };
    const renamed = await refused("would-replace", '"shop-db"', '"shop-data"');
    expect(renamed.help).toContain(`pin: { "${stage}": "shop-db-${stage}" }`);
    await refused("would-replace", '"shop-kv"', '"shop-menu"');
    await refused("id-changed", 'Bucket("files", {', 'Bucket("bills", { adopt: true,');
    await refused("id-changed", 'run("inner"', 'run("outer"');
    expect(changes(app, from)).toEqual([]);
    expect(data(app)).toEqual(before);
  }, 60_000);

  test("is torn down to the end", async () => {
    await using app = await start();
    await app.deploy(stage, source(BODY), { ...store.run, args: ["--destroy"] });
    expect(names(app)).toEqual([...store.own].sort());
  }, 60_000);

  test("lets a run that died be gone on with", async () => {
    await using app = await App.start();
    const made = app.cloudflare.faults.add({ kind: "pause", method: "POST", path: "/r2/buckets" });
    const child = await app.spawn(stage, source(BODY), store.run);
    await Promise.race([made.reached, child.exited]);
    child.kill("SIGKILL");
    await child.exited;
    app.cloudflare.faults.clear();
    expect(names(app)).toContain(`shop-files-${stage}`);
    await app.deploy(stage, source(BODY), store.run);
    expect(names(app)).toEqual([...store.own, ...mine].sort());
    expect(app.cloudflare.deletions()).toEqual([]);
  }, 60_000);

  test("is not taken for empty where it cannot be read", async () => {
    await using app = await start();
    fill(app);
    const before = data(app);
    await store.corrupt(app, stage);
    const from = app.cloudflare.log.length;
    // Adopting or deleting on the strength of a row that is not there would be the harm.
    const adopting = BODY.replace('name: "shop-db"', 'name: "shop-db", adopt: true');
    const output = await app.refused(stage, "state-unreadable", source(adopting), store.run);
    expect(said(output).message).toContain("`db`");
    expect(said(output).message).toContain(name === "files" ? store.place + stage : store.place);
    expect(changes(app, from)).toEqual([]);
    expect(data(app)).toEqual(before);
  }, 60_000);
});

test.each(STAGES)(
  "what blocks have in the stage `%s` is read at once, not one by one",
  async (stage) => {
    const counted = `
function counted(store) {
  const { get } = store;
  store.get = (id) => { (globalThis.reads ??= []).push(id); return get.call(store, id); };
  return store;
}
${BODY}
console.log("reads:" + JSON.stringify(globalThis.reads ?? []));`;
    const options =
      '{ stateStore: (scope) => counted(new SQLiteStateStore(scope, { engine: "bun" })) }';
    await using app = await App.start();
    const source = program(counted, "shop", options);
    const ids = ["db", "files", "kv", "queue"];
    const reads = async () => {
      const [, said = ""] = /^reads:(.*)$/m.exec(await app.deploy(stage, source)) ?? [];
      return JSON.parse(said).filter((id: string) => ids.includes(id));
    };
    // What is not there is asked for once more, and what was written is known.
    expect(await reads()).toEqual(ids);
    expect(await reads()).toEqual([]);
  },
  60_000,
);

/** A program whose store waits before and after it writes a row, for so many milliseconds. */
function slowed(body: string, { before = "0", after = "0" }): string {
  return program(
    `
import { FileSystemStateStore } from "alchemy/state";
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
function slowed(store) {
  const { set } = store;
  let writes = 0;
  store.set = async (id, row) => {
    await sleep(${before});
    await set.call(store, id, row);
    await sleep(${after});
  };
  return store;
}
${body}`,
    "shop",
    "{ stateStore: (scope) => slowed(new FileSystemStateStore(scope)) }",
  );
}

describe.each(STAGES)("a store that takes its time, stage `%s`", (stage) => {
  // Whether the write begins after the scope is watched or before.
  test.each([0, 30])(
    "has a write kept that was under way for %d ms",
    async (wait) => {
      await using app = await App.start();
      const body = `
let inner;
await alchemy.run("inner", async (scope) => void (inner = scope));
const first = inner.set("first", 1);
await sleep(${wait});
await Promise.all([first, KV("outer")]);
await inner.set("second", 2);
console.log("kept:" + JSON.stringify([await inner.get("first"), await inner.get("second")]));`;
      const source = slowed(body, { before: 'id === "inner" ? 60 : 0' });
      expect(await app.deploy(stage, source)).toContain("kept:[1,2]");
    },
    60_000,
  );

  const rowOf = async ({ folder }: App) =>
    JSON.parse(await readFile(join(folder, ".alchemy", "shop", stage, "db.json"), "utf8"));

  test("does not bring a beginning back when it answers after the outcome", async () => {
    await using app = await App.start();
    app.cloudflare.faults.add({ kind: "pause", method: "POST", path: "/d1/database" });
    const body = `
const began = Promise.withResolvers();
const ended = Promise.withResolvers();
let beginnings = 0;
// The second try writes that it begins, and is answered when the first has ended.
async function order({ status }) {
  if (status === "created") ended.resolve();
  if (status !== "creating") return 0;
  beginnings += 1;
  if (beginnings === 1) began.resolve();
  if (beginnings !== 2) return 0;
  const faults = new URL("/__control/faults", process.env.CLOUDFLARE_BASE_URL);
  await fetch(faults, { method: "DELETE" });
  await ended.promise;
  return 0;
}
const late = () => new Promise((_, reject) => setTimeout(reject, 30_000, "late").unref());
const tries = [];
for (const limit of [() => began.promise.then(() => Promise.reject("given up")), late, late]) {
  const made = Database("db");
  made.catch(() => {});
  const end = limit();
  end.catch(() => {});
  try {
    await Promise.race([made, end]);
    tries.push("made");
    break;
  } catch {
    tries.push("failed");
  }
}
console.log("tries:" + tries.at(-1) + tries.length);`;
    const after = 'id === "db" ? await order(row) : 0';
    expect(await app.deploy(stage, slowed(body, { after }))).toContain("tries:made3");
    expect(await rowOf(app)).toMatchObject({
      status: "created",
      output: { id: expect.any(String) },
    });
    expect(names(app)).toEqual([`db-${stage}`]);
  }, 60_000);

  test("does not hide a row from the next deploy, which would rename it", async () => {
    await using app = await App.start();
    app.cloudflare.faults.add({ kind: "slow", method: "POST", path: "/d1/database", delayMs: 60 });
    const body = `
let here;
await alchemy.run("probe", async (scope) => void (here = scope.parent));
const made = Database("db");
let child;
while (!(child = here.children.get("db"))) await sleep(0);
await Promise.all([made, child.set("note", 1)]);
await child.set("other", 2);`;
    const after = 'id === "db" && row.status === "creating" && row.data.note ? 800 : 0';
    await app.deploy(stage, slowed(body, { after }));
    expect(await rowOf(app)).toMatchObject({ output: { name: `db-${stage}` } });
    await app.refused(stage, "would-replace", program('await Database("db", { name: "two" });'));
    expect(names(app)).toEqual([`db-${stage}`]);
  }, 60_000);

  test("has the last row of a raw resource that becomes a block", async () => {
    await using app = await App.start();
    const body = `
const first = raw.D1Database("db", { name: "db-${stage}" });
await sleep(300);
await KV("other");
const { id } = await first;
const again = await Database("db");
console.log("same:" + (again.id === id));`;
    const source = slowed(body, { before: 'id === "db" && row.status === "created" ? 800 : 0' });
    expect(await app.deploy(stage, source)).toContain("same:true");
  }, 60_000);
});
