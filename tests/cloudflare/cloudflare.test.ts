import { afterAll, afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Cloudflare, startCloudflare } from "./index.ts";

let cf: Cloudflare;
beforeEach(async () => {
  cf = await startCloudflare({ others: [{ accountId: "other", token: "other-token" }] });
});
afterEach(() => cf.close());

interface Envelope {
  success: boolean;
  errors: { code: number; message: string }[];
  result: unknown;
  result_info: unknown;
}

interface Answer {
  status: number;
  codes: number[];
  message: string;
  // biome-ignore lint/suspicious/noExplicitAny: the tests look into answers of every shape.
  result: any;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  info: any;
}

async function send(method: string, path: string, init: RequestInit = {}): Promise<Answer> {
  const headers = { Authorization: "Bearer stand-in-token", ...init.headers };
  const url = `${cf.url}/client/v4/accounts/${cf.account.id}${path}`;
  const response = await fetch(url, { ...init, method, headers });
  const body = (await response.json()) as Envelope;
  expect(body.success).toBe(response.ok);
  const codes = body.errors.map(({ code }) => code);
  const message = body.errors[0]?.message ?? "";
  return { status: response.status, codes, message, result: body.result, info: body.result_info };
}

const api = (method: string, path: string, body?: unknown, headers = {}) =>
  send(method, path, body === undefined ? { headers } : { body: JSON.stringify(body), headers });

const code = "export class Counter {} export class Flow {} export default { queue() {} }";

function upload(name: string, metadata: object, source = code): Promise<Answer> {
  const form = new FormData();
  form.append(
    "index.js",
    new Blob([source], { type: "application/javascript+module" }),
    "index.js",
  );
  const full = { main_module: "index.js", compatibility_date: "2026-01-01", ...metadata };
  form.append("metadata", new Blob([JSON.stringify(full)], { type: "application/json" }));
  return send("PUT", `/workers/scripts/${name}`, { body: form });
}

const fresh = { migrations: { new_sqlite_classes: ["Counter"] } };
const binding = { type: "durable_object_namespace", name: "COUNTER", class_name: "Counter" };

describe("strictness", () => {
  test("a token is needed, the right one, for an account it may use", async () => {
    const status = async (token: string | undefined, account = cf.account.id) => {
      const headers = token === undefined ? {} : { Authorization: token };
      const url = `${cf.url}/client/v4/accounts/${account}/queues`;
      return (await fetch(url, { headers })).status;
    };
    expect(await status(undefined)).toBe(401);
    expect(await status("Bearer wrong")).toBe(401);
    expect(await status("Basic x")).toBe(400);
    expect(await status("Bearer other-token")).toBe(403);
    expect(await status("Bearer other-token", "other")).toBe(200);
    expect(await status("Bearer stand-in-token", "nobody")).toBe(404);
  });

  test("an unknown route is refused and remembered", async () => {
    expect((await api("GET", "/nothing")).status).toBe(404);
    expect((await api("PUT", "/storage/kv/namespaces/", {})).status).toBe(404);
    expect((await api("PATCH", "/queues", {})).status).toBe(405);
    expect(cf.unhandled).toHaveLength(3);
  });

  test("broken JSON is refused", async () => {
    for (const path of ["/d1/database", "/r2/buckets", "/storage/kv/namespaces", "/queues"]) {
      expect((await send("POST", path, { body: "{" })).status).toBe(400);
      expect((await send("POST", path, { body: "[]" })).status).toBe(400);
    }
  });

  test("each kind has its own names, and its own code for a taken one", async () => {
    const creates = {
      D1: (name: string) => api("POST", "/d1/database", { name }),
      R2: (name: string) => api("POST", "/r2/buckets", { name }),
      KV: (title: string) => api("POST", "/storage/kv/namespaces", { title }),
      Queue: (queue_name: string) => api("POST", "/queues", { queue_name }),
    };
    const taken = { D1: [400, 7502], R2: [409, 10004], KV: [400, 10014], Queue: [409, 11009] };
    const refused = {
      D1: ["", "-a", "a b", "a.b", "é"],
      R2: ["", "ab", "a_b", "-ab", "ab-", "Abc", "a".repeat(64)],
      KV: ["", "k".repeat(513)],
      Queue: ["", "a_b", "-a", "A", "a".repeat(64)],
    };
    const accepted = {
      D1: ["A_b-c", "d".repeat(300), "constructor"],
      R2: ["abc", "a".repeat(63)],
      KV: ["a b/é", "k".repeat(512), "__proto__"],
      Queue: ["a", "a-1", "a".repeat(63)],
    };
    for (const kind of ["D1", "R2", "KV", "Queue"] as const) {
      for (const name of refused[kind]) expect((await creates[kind](name)).status).toBe(400);
      for (const name of accepted[kind]) expect((await creates[kind](name)).status).toBe(200);
      const again = await creates[kind](accepted[kind][0] ?? "");
      expect([again.status, ...again.codes]).toEqual(taken[kind]);
    }
    expect((await creates.D1("A_b-c")).message).toContain("already exists");
    expect((await api("POST", "/r2/buckets", { name: "abc" }, eu)).status).toBe(200);
  });

  const eu = { "cf-r2-jurisdiction": "eu" };

  test("a rename onto a taken name is refused", async () => {
    cf.account.namespaces.create("one");
    const two = cf.account.namespaces.create("two");
    cf.account.queues.create("one");
    const queue = cf.account.queues.create("two");
    const title = await api("PUT", `/storage/kv/namespaces/${two.id}`, { title: "one" });
    expect(title.codes).toEqual([10014]);
    expect((await api("PATCH", `/queues/${queue.id}`, { queue_name: "one" })).codes).toEqual([
      11009,
    ]);
    expect((await api("PATCH", `/queues/${queue.id}`, { queue_name: "x" })).status).toBe(200);
    expect(cf.log.at(-1)).toMatchObject({ action: "rename", from: "two", to: "x" });
  });

  test("lists are paged", async () => {
    for (let index = 0; index < 25; index += 1) {
      cf.account.queues.create(`q-${index}`);
      cf.account.buckets.create(`bucket-${String(index).padStart(2, "0")}`);
    }
    const second = await api("GET", "/queues?page=2&per_page=20");
    expect(second.result).toHaveLength(5);
    expect(second.info).toMatchObject({ page: 2, total_count: 25, total_pages: 2 });
    expect((await api("GET", "/queues?per_page=0")).status).toBe(400);
    expect((await api("GET", "/workflows?per_page=101")).status).toBe(400);
    const names: string[] = [];
    let cursor = "";
    do {
      const { result, info } = await api("GET", `/r2/buckets?per_page=10&cursor=${cursor}`);
      names.push(...result.buckets.map(({ name }: { name: string }) => name));
      cursor = info.cursor;
    } while (cursor !== "");
    expect(names).toHaveLength(25);
    expect(new Set(names).size).toBe(25);
  });
});

describe("data", () => {
  test("D1 runs SQL, several statements or none", async () => {
    const { id } = cf.account.databases.create("db");
    const query = (sql: string, params: unknown[] = []) =>
      api("POST", `/d1/database/${id}/query`, { sql, params });
    await query("CREATE TABLE t (a INTEGER, b TEXT)");
    const { result } = await query("INSERT INTO t VALUES (?, ?); SELECT * FROM t", [1, "x;y"]);
    expect(result[1].results).toEqual([{ a: 1, b: "x;y" }]);
    expect((await query("INSERT INTO t VALUES (2, 'b'); SELECT * FROM nope")).codes).toEqual([
      7500,
    ]);
    expect((await query("BEGIN")).status).toBe(400);
    expect((await query("SELECT ?", [])).status).toBe(400);
    const raw = await api("POST", `/d1/database/${id}/raw`, { sql: "SELECT * FROM t" });
    expect(raw.result[0].results).toEqual({ columns: ["a", "b"], rows: [[1, "x;y"]] });
    const trigger = "CREATE TRIGGER g AFTER INSERT ON t BEGIN UPDATE t SET b = 'z'; END; SELECT 1";
    expect((await query(trigger)).result).toHaveLength(2);
    await api("DELETE", `/d1/database/${id}`);
    expect(cf.deletions()).toMatchObject([{ name: "db", dataLost: { of: "rows", count: 1 } }]);
  });

  test("a bucket with objects is not deleted", async () => {
    cf.account.buckets.create("files");
    const put = await send("PUT", "/r2/buckets/files/objects/a/b%20c", { body: "hello" });
    expect(put.status).toBe(200);
    expect(cf.account.getObject("files", "a/b c")).toBe("hello");
    expect((await api("DELETE", "/r2/buckets/files")).codes).toEqual([10008]);
    expect((await api("DELETE", "/r2/buckets/files/objects", ["a/b c"])).status).toBe(200);
    expect((await api("DELETE", "/r2/buckets/files")).status).toBe(200);
    expect((await api("DELETE", "/r2/buckets/files")).codes).toEqual([10006]);
    expect(cf.deletions()).toMatchObject([{ dataLost: { of: "objects", count: 1 } }]);
  });

  test("values and messages are kept until they are deleted", async () => {
    const { id } = cf.account.namespaces.create("cache");
    await send("PUT", `/storage/kv/namespaces/${id}/values/__proto__`, { body: "v" });
    await api("PUT", `/storage/kv/namespaces/${id}/bulk`, [{ key: "b", value: "w" }]);
    expect(cf.account.getValue("cache", "__proto__")).toBe("v");
    const keys = await api("GET", `/storage/kv/namespaces/${id}/keys`);
    expect(keys.result.map(({ name }: { name: string }) => name)).toEqual(["__proto__", "b"]);
    const queue = cf.account.queues.create("jobs");
    await api("POST", `/queues/${queue.id}/messages`, { body: { n: 1 } });
    cf.account.sendMessage("jobs", "two");
    expect(cf.account.messages("jobs")).toEqual([{ n: 1 }, "two"]);
    await api("DELETE", `/queues/${queue.id}`);
    await api("DELETE", `/storage/kv/namespaces/${id}`);
    expect(cf.deletions().map(({ dataLost }) => dataLost.count)).toEqual([2, 2]);
  });
});

describe("Workers", () => {
  test("a binding to what does not exist is refused", async () => {
    const bindings = [
      { type: "d1", name: "A", id: "none" },
      { type: "kv_namespace", name: "A", namespace_id: "none" },
      { type: "r2_bucket", name: "A", bucket_name: "none" },
      { type: "queue", name: "A", queue_name: "none" },
      { type: "service", name: "A", service: "none" },
      { type: "durable_object_namespace", name: "A", class_name: "Counter" },
      { type: "durable_object_namespace", name: "A", class_name: "C", script_name: "none" },
      { type: "nonsense", name: "A" },
    ];
    for (const one of bindings) {
      expect((await upload("api", { bindings: [one] })).status).toBe(400);
    }
    expect(cf.account.scripts.all.size).toBe(0);
    expect((await upload("Api", {})).status).toBe(400);
    expect((await upload("api", {})).status).toBe(200);
  });

  test("classes are created once, keep their storage and lose it when deleted", async () => {
    expect((await upload("api", { ...fresh, bindings: [binding] })).status).toBe(200);
    cf.account.putDurable("api", "Counter", "a", "n", 1);
    expect((await upload("api", { ...fresh, bindings: [binding] })).codes).toEqual([10074]);
    expect((await upload("api", { bindings: [binding] })).status).toBe(200);
    expect((await upload("api", {}, "export default {}")).codes).toEqual([10064]);
    const renamed = { renamed_classes: [{ from: "Counter", to: "Flow" }] };
    expect((await upload("api", { migrations: renamed })).status).toBe(200);
    expect(cf.account.getDurable("api", "Flow", "a", "n")).toBe(1);
    const deleted = { migrations: { deleted_classes: ["Flow"] } };
    expect((await upload("api", deleted)).status).toBe(200);
    expect((await upload("api", deleted)).codes).toEqual([10074]);
    expect(cf.deletions()).toMatchObject([{ name: "api/Flow", dataLost: { count: 1 } }]);
  });

  test("one class cannot be deleted and created in one upload, unless asked for", async () => {
    const both = { deleted_classes: ["Counter"], new_sqlite_classes: ["Counter"] };
    await upload("api", fresh);
    const refused = await upload("api", { migrations: both });
    expect(refused.codes).toEqual([10074]);
    expect(refused.message).toContain("cannot be the target of more than one migration");
    await cf.close();
    cf = await startCloudflare({ duplicateMigrations: "apply" });
    await upload("api", fresh);
    cf.account.putDurable("api", "Counter", "a", "n", 1);
    expect((await upload("api", { migrations: both })).status).toBe(200);
    expect(cf.deletions()).toMatchObject([{ dataLost: { of: "keys", count: 1 } }]);
  });

  test("a wrong migration tag is refused with the tag that is expected", async () => {
    const tagged = { ...fresh.migrations, new_tag: "v1" };
    expect((await upload("api", { migrations: tagged })).status).toBe(200);
    const wrong = await upload("api", { migrations: { old_tag: "v0" } });
    expect([wrong.status, ...wrong.codes]).toEqual([412, 10079]);
    expect(wrong.message).toContain("when expected tag is 'v1'");
    const right = { old_tag: "v1", new_tag: "v2" };
    expect((await upload("api", { migrations: right })).status).toBe(200);
  });

  test("a script in use is not deleted; a queue in use neither", async () => {
    const { id } = cf.account.queues.create("jobs");
    const produce = { type: "queue", name: "JOBS", queue_name: "jobs" };
    await upload("api", { ...fresh, bindings: [produce] });
    await upload("web", { bindings: [{ ...binding, script_name: "api" }] });
    expect((await api("DELETE", `/queues/${id}`)).codes).toEqual([11005]);
    const attach = () => api("POST", `/queues/${id}/consumers`, { script_name: "api" });
    const { result } = await attach();
    const second = await attach();
    expect([second.status, ...second.codes]).toEqual([400, 11004]);
    expect(second.message).toContain("already has a consumer");
    expect((await api("DELETE", "/workers/scripts/api?force=true")).codes).toEqual([10064]);
    await api("DELETE", `/queues/${id}/consumers/${result.consumer_id}`);
    expect((await api("DELETE", "/workers/scripts/api")).codes).toEqual([10064]);
    expect((await api("DELETE", "/workers/scripts/api?force=true")).status).toBe(200);
    expect(cf.account.durableObjects.all.size).toBe(0);
  });

  test("a Workflow needs its script, and is taken over without a word", async () => {
    const put = (script_name: string) =>
      api("PUT", "/workflows/flow", { class_name: "Flow", script_name });
    expect((await put("api")).status).toBe(404);
    await upload("api", {});
    await upload("web", {});
    expect((await put("api")).status).toBe(200);
    cf.account.startInstance("flow");
    expect((await put("web")).status).toBe(200);
    expect(cf.takeovers()).toMatchObject([{ name: "flow", from: "api", to: "web" }]);
    await api("DELETE", "/workflows/flow");
    expect(cf.deletions()).toMatchObject([{ dataLost: { of: "instances", count: 1 } }]);
    expect((await api("DELETE", "/workflows/flow")).codes).toEqual([10200]);
  });
});

describe("faults", () => {
  const create = (name: string) => api("POST", "/r2/buckets", { name });
  const has = (name: string) => cf.account.buckets.named(name) !== undefined;

  test("hit the calls they were made for", async () => {
    cf.faults.add({ kind: "429", path: /buckets$/, method: "POST", nth: 2, retryAfter: 7 });
    expect((await create("one")).status).toBe(200);
    expect((await create("two")).status).toBe(429);
    expect((await create("two")).status).toBe(200);
    const twice = cf.faults.add({ kind: "500", method: "POST", count: 2 });
    expect((await create("three")).status).toBe(500);
    expect((await create("three")).status).toBe(500);
    expect((await create("three")).status).toBe(200);
    expect(twice.hits).toBe(2);
  });

  test("happen before or after the change", async () => {
    for (const [kind, made] of [
      ["cut-before", false],
      ["cut-after", true],
      ["status500-after", true],
      ["malformed", true],
      ["502", false],
    ] as const) {
      cf.faults.add({ kind });
      await create(`bucket-${kind}`).catch(() => undefined);
      expect(has(`bucket-${kind}`)).toBe(made);
      expect(cf.log.at(-1)?.fault).toBe(kind);
    }
  });

  test("a pause shows the change before the answer", async () => {
    const pause = cf.faults.add({ kind: "pause", path: "buckets" });
    const answer = create("paused");
    await pause.reached;
    expect(has("paused")).toBe(true);
    pause.release();
    expect((await answer).status).toBe(200);
  });

  test("a call that hangs does not keep the server open", async () => {
    const hang = cf.faults.add({ kind: "hang" });
    const answer = create("hung").then(
      () => "answered",
      () => "broken",
    );
    await hang.reached;
    await cf.close();
    expect(await answer).toBe("broken");
  });
});

const root = join(import.meta.dir, "..", ".tmp");
const made: string[] = [];
afterAll(() => Promise.all(made.map((path) => rm(path, { recursive: true, force: true }))));

async function project(program: string): Promise<string> {
  await mkdir(root, { recursive: true });
  const path = await mkdtemp(join(root, "cloudflare-"));
  made.push(path);
  await mkdir(join(path, "migrations"));
  await writeFile(join(path, "migrations", "1.sql"), "CREATE TABLE users (name TEXT);");
  await writeFile(join(path, "worker.ts"), worker);
  await writeFile(join(path, "alchemy.run.ts"), program);
  return path;
}

async function alchemy(cwd: string, args: string[] = [], env: Record<string, string> = {}) {
  const preload = ["--preload", join(import.meta.dir, "workers-dev.ts")];
  const child = Bun.spawn([process.execPath, ...preload, "alchemy.run.ts", ...args], {
    cwd,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    env: {
      PATH: process.env.PATH ?? "",
      HOME: cwd,
      ALCHEMY_TELEMETRY_DISABLED: "1",
      ALCHEMY_STATE_TOKEN: "state-token",
      STAGE: "test",
      ...cf.env,
      ...env,
    },
  });
  const texts = [new Response(child.stdout).text(), new Response(child.stderr).text()];
  const output = (await Promise.all(texts)).join("\n");
  return { exit: await child.exited, output };
}

const worker = `
import { DurableObject, WorkflowEntrypoint } from "cloudflare:workers";
export class Counter extends DurableObject {}
export class Flow extends WorkflowEntrypoint { async run() {} }
export default { async fetch() { return new Response("hi"); }, async queue() {} };
`;

const seven = `
import alchemy from "alchemy";
import { D1Database, DurableObjectNamespace, KVNamespace, Queue, R2Bucket, Worker, Workflow }
  from "alchemy/cloudflare";
import { CloudflareStateStore } from "alchemy/state";
import { D1StateStore } from "alchemy/cloudflare";

const { CHANGED, STORE, COUNTER = "counter", CLASS = "Counter" } = process.env;
const stores = { cloudflare: (s) => new CloudflareStateStore(s), d1: (s) => new D1StateStore(s) };
const app = await alchemy("shop", {
  noTrack: true,
  password: "secret",
  phase: process.argv.includes("--destroy") ? "destroy" : "up",
  ...(STORE ? { stateStore: stores[STORE] } : {}),
});
const DB = await D1Database("db", {
  migrationsDir: "./migrations",
  ...(CHANGED ? { readReplication: { mode: "auto" } } : {}),
});
const FILES = await R2Bucket("files", { allowPublicAccess: !!CHANGED });
const CACHE = await KVNamespace("cache", { title: CHANGED ? "cache-2" : "cache-1" });
const JOBS = await Queue("jobs", { name: CHANGED ? "jobs-2" : "jobs-1" });
const COUNT = DurableObjectNamespace(COUNTER, { className: CLASS, sqlite: true });
const FLOW = Workflow("flow", { className: "Flow", workflowName: "flow-test" });
await Worker("api", {
  entrypoint: "./worker.ts",
  bindings: { DB, FILES, CACHE, JOBS, COUNT, FLOW },
  eventSources: [JOBS],
});
await app.finalize();
`;

const kinds = () => cf.account.state().map(({ kind, name }) => `${kind} ${name}`);
const changes = (from: number) =>
  cf.log
    .slice(from)
    .filter(({ action }) => action !== "call")
    .map(({ action, kind }) => `${action} ${kind}`)
    .sort();

describe("Alchemy", () => {
  const deployed = [
    "D1Database shop-db-test",
    "R2Bucket shop-files-test",
    "KVNamespace cache-1",
    "Queue jobs-1",
    "Worker shop-api-test",
    "DurableObjectNamespace Counter",
    "Workflow flow-test",
  ];

  test("creates, keeps, updates and destroys all seven resources", async () => {
    const cwd = await project(seven);
    expect(await alchemy(cwd)).toMatchObject({ exit: 0 });
    expect(kinds()).toEqual(deployed);
    cf.account.sql("shop-db-test", "INSERT INTO users VALUES (?)", "ada");
    cf.account.putDurable("shop-api-test", "Counter", "a", "n", 1);
    const first = cf.log.length;
    expect((await alchemy(cwd)).exit).toBe(0);
    expect(changes(first)).toEqual(["update Worker", "update Workflow"]);
    const second = cf.log.length;
    expect((await alchemy(cwd, [], { CHANGED: "1" })).exit).toBe(0);
    expect(changes(second)).toContain("update D1Database");
    expect(changes(second)).toContain("rename KVNamespace");
    expect(changes(second)).toContain("rename Queue");
    expect(cf.deletions()).toEqual([]);
    expect(cf.account.sql("shop-db-test", "SELECT name FROM users")).toEqual([{ name: "ada" }]);
    expect((await alchemy(cwd, ["--destroy"], { CHANGED: "1" })).exit).toBe(0);
    expect(cf.account.state()).toEqual([]);
    const lost = cf.deletions().find(({ kind }) => kind === "DurableObjectNamespace");
    expect(lost?.dataLost).toEqual({ of: "keys", count: 1 });
    expect(cf.unhandled).toEqual([]);
  }, 60_000);

  test("keeps its state in a Worker or in D1", async () => {
    for (const [STORE, extra] of [
      ["cloudflare", "Worker alchemy-state-service"],
      ["d1", "D1Database alchemy-state"],
    ] as const) {
      const cwd = await project(seven);
      const run = (args: string[] = []) => alchemy(cwd, args, { STORE });
      expect(await run()).toMatchObject({ exit: 0 });
      expect(kinds()).toContain(extra);
      expect(kinds()).toEqual(expect.arrayContaining(deployed));
      expect((await run()).exit).toBe(0);
      expect((await run(["--destroy"])).exit).toBe(0);
      expect(kinds()).not.toContain("Worker shop-api-test");
    }
    expect(cf.unhandled).toEqual([]);
  }, 90_000);

  test("a Durable Object under a new id is refused, with a new class it loses its storage", async () => {
    const cwd = await project(seven.replace("FLOW },", "},"));
    expect((await alchemy(cwd)).exit).toBe(0);
    cf.account.putDurable("shop-api-test", "Counter", "a", "n", 1);
    const moved = await alchemy(cwd, [], { COUNTER: "moved" });
    expect(moved.exit).not.toBe(0);
    expect(moved.output).toContain("cannot be the target of more than one migration");
    expect(cf.account.getDurable("shop-api-test", "Counter", "a", "n")).toBe(1);
    expect((await alchemy(cwd, [], { COUNTER: "moved", CLASS: "Flow" })).exit).toBe(0);
    expect(cf.deletions()).toMatchObject([
      { name: "shop-api-test/Counter", dataLost: { count: 1 } },
    ]);
    expect(cf.unhandled).toEqual([]);
  }, 60_000);

  test("clones and imports databases", async () => {
    const cwd = await project(`
import alchemy from "alchemy";
import { D1Database } from "alchemy/cloudflare";
const app = await alchemy("shop", { noTrack: true });
const one = await D1Database("one", { importFiles: ["./migrations/1.sql"] });
await D1Database("two", { clone: one });
await app.finalize();`);
    expect(await alchemy(cwd)).toMatchObject({ exit: 0 });
    expect(cf.account.sql("shop-two-test", "SELECT count(*) AS n FROM users")).toEqual([{ n: 0 }]);
    expect(cf.unhandled).toEqual([]);
  }, 60_000);
});

test("runs as a process of its own, steered over HTTP", async () => {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "main.ts")], {
    stdin: "pipe",
    stdout: "pipe",
  });
  const { value } = await child.stdout.getReader().read();
  const { url, env } = JSON.parse(new TextDecoder().decode(value));
  const post = async (path: string, body: unknown) =>
    (await fetch(`${url}/__control${path}`, { method: "POST", body: JSON.stringify(body) })).json();
  const create = () =>
    fetch(`${env.CLOUDFLARE_BASE_URL}/accounts/${env.CLOUDFLARE_ACCOUNT_ID}/d1/database`, {
      method: "POST",
      headers: { Authorization: `Bearer ${env.CLOUDFLARE_API_TOKEN}` },
      body: JSON.stringify({ name: "db" }),
    });
  await post("/faults", { kind: "500", path: "d1" });
  expect((await create()).status).toBe(500);
  expect((await create()).status).toBe(200);
  const query = "CREATE TABLE t (a); INSERT INTO t VALUES (1); SELECT * FROM t";
  expect(await post("/sql", { database: "db", query })).toEqual([{ a: 1 }]);
  const state = await (await fetch(`${url}/__control/state`)).json();
  expect(state).toMatchObject([{ kind: "D1Database", name: "db", data: 1 }]);
  child.stdin.end();
  expect(await child.exited).toBe(0);
}, 20_000);
