/** Twenty stages come and go at once, each by its own process, while production is in use. */
import { expect, test } from "bun:test";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { physicalName } from "@alch/blocks/naming";
import { data, fill } from "../support/data.ts";
import { App, program, SCRIPT } from "../support/program.ts";

const STAGES = [
  "preview",
  "staging",
  "main",
  "feat/login",
  "feat-login",
  "Feat-Login",
  "feat_login",
  "fix/ünïcode",
  "dependabot/npm_and_yarn/some-package-1.2.3",
  "dependabot/npm_and_yarn/some-package-1.2.4",
  ...Array.from({ length: 10 }, (_, at) => `pr-${at + 1}`),
];

const SHOP = program(`
const db = await Database("shop-db", { migrationsDir: "migrations" });
const bills = await Bucket("shop-bills", { empty: stage !== "prod" });
const menu = await KV("shop-menu", { share: "prod" });
const sales = await Queue("shop-sales");
const counter = DurableObject("shop-counter", { className: "Counter", sqlite: true });
const flow = AlchemyWorkflow("shop-ship", { className: "Onboarding" });
await raw.Worker("shop", {
  name: blocks.physicalName("worker", "shop", stage),
  script: ${JSON.stringify(SCRIPT)},
  bindings: { db, bills, menu, sales, counter, flow },
});`);

/** Writes to production, one thing of each kind after the other, until the caller stops it. */
class Writer implements AsyncDisposable {
  readonly #app: App;
  readonly #ids = new Map<string, string>();
  #stopped = false;
  #done: Promise<void> | undefined;
  written = 0;

  constructor(app: App) {
    this.#app = app;
    for (const { kind, name, id } of app.account.state()) {
      if (name.endsWith("-prod")) this.#ids.set(kind, id);
    }
  }

  start(): void {
    this.#done = this.#write();
    // Whoever stops it sees what went wrong.
    this.#done.catch(() => {});
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#done;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop().catch(() => {});
  }

  async #write(): Promise<void> {
    const id = (kind: string) => this.#ids.get(kind);
    for (; !this.#stopped; this.written++) {
      const note = `order ${this.written}`;
      const order = { sql: "insert into orders (note) values (?)", params: [note] };
      await this.#send("POST", `d1/database/${id("D1Database")}/query`, order);
      await this.#send("PUT", `r2/buckets/shop-bills-prod/objects/${this.written}`, note);
      const value = `storage/kv/namespaces/${id("KVNamespace")}/values/${this.written}`;
      await this.#send("PUT", value, note);
      await this.#send("POST", `queues/${id("Queue")}/messages`, { body: note });
      await Bun.sleep(5);
    }
  }

  async #send(method: string, path: string, body: object | string): Promise<void> {
    const { CLOUDFLARE_BASE_URL: base, CLOUDFLARE_API_TOKEN: token } = this.#app.cloudflare.env;
    const text = typeof body === "string";
    const response = await fetch(`${base}/accounts/${this.#app.account.id}/${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${token}`,
        "Content-Type": text ? "text/plain" : "application/json",
      },
      body: text ? body : JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
    await response.arrayBuffer();
  }

  /** The numbers of all that was written and is there no more. */
  lost(): number[] {
    const { account } = this.#app;
    const rows = account.sql("shop-db-prod", "select note from orders").map(({ note }) => note);
    const messages = account.messages("shop-sales-prod");
    return Array.from({ length: this.written }, (_, at) => at).filter((at) => {
      const note = `order ${at}`;
      const objects = account.getObject("shop-bills-prod", `${at}`) === note;
      const values = account.getValue("shop-menu-prod", `${at}`) === note;
      return !(objects && values && rows.includes(note) && messages.includes(note));
    });
  }
}

/** What a stage is to have of its own. */
function named(stage: string): string[] {
  return [
    `D1Database ${physicalName("database", "shop-db", stage)}`,
    `R2Bucket ${physicalName("bucket", "shop-bills", stage)}`,
    `Queue ${physicalName("queue", "shop-sales", stage)}`,
    `Worker ${physicalName("worker", "shop", stage)}`,
    `DurableObjectNamespace Counter of ${physicalName("worker", "shop", stage)}`,
    `Workflow ${physicalName("workflow", "shop-ship", stage)}`,
  ];
}

function held({ account }: App): string[] {
  return account
    .state()
    .map(({ kind, name, script }) =>
      kind === "DurableObjectNamespace" ? `${kind} ${name} of ${script}` : `${kind} ${name}`,
    )
    .sort();
}

/** The numbers by which Alchemy orders what it destroys: the Worker before its queue. */
async function order(app: App, stage: string): Promise<Record<string, number>> {
  const folder = join(app.folder, ".alchemy", "shop", stage);
  const files = (await readdir(folder)).filter((name) => name.endsWith(".json"));
  const rows = files.map(async (name) => JSON.parse(await readFile(join(folder, name), "utf8")));
  return Object.fromEntries((await Promise.all(rows)).map(({ id, seq }) => [id, seq]));
}

test("the order in which a stage is torn down is that of the program", async () => {
  await using app = await App.start();
  await app.write("migrations/1.sql", "create table orders (id integer primary key, note text);");
  await app.deploy("prod", SHOP);
  for (let run = 0; run < 2; run++) {
    await app.deploy("pr-1", SHOP);
    expect(await order(app, "pr-1")).toEqual({
      "shop-db": 0,
      "shop-bills": 1,
      "shop-sales": 2,
      shop: 3,
    });
  }
}, 60_000);

test("no stage meets another, and production loses nothing", async () => {
  await using app = await App.start();
  await app.write("migrations/1.sql", "create table orders (id integer primary key, note text);");
  await app.deploy("prod", SHOP);
  app.account.putDurable("shop-prod", "Counter", "object", "count", 1);
  app.account.startInstance("shop-ship-prod", "order");
  const ofProd = held(app);
  await using writer = new Writer(app);
  writer.start();

  const all = (args: string[] = []) =>
    Promise.all(STAGES.map((stage) => app.deploy(stage, SHOP, { args })));
  await all();
  const expected = [...ofProd, ...STAGES.flatMap(named)].sort();
  expect(new Set(expected).size).toBe(ofProd.length + 6 * STAGES.length);
  expect(held(app)).toEqual(expected);
  fill(app);
  const filled = data(app).filter((one) => !one.includes("-prod"));
  await all();
  expect(held(app)).toEqual(expected);
  expect(data(app).filter((one) => !one.includes("-prod"))).toEqual(filled);
  expect(app.cloudflare.deletions()).toEqual([]);
  await all(["--destroy"]);
  expect(held(app)).toEqual(ofProd);

  const deployed = writer.written;
  await app.deploy("prod", SHOP);
  await writer.stop();
  expect(writer.written).toBeGreaterThan(deployed);
  expect(writer.lost()).toEqual([]);
  expect(app.account.getDurable("shop-prod", "Counter", "object", "count")).toBe(1);
  expect(app.account.workflows.all.get("shop-ship-prod")?.instances.size).toBe(2);
  // Alchemy asks for Workers that are not there yet; all else must succeed.
  const refused = app.cloudflare.log.filter(({ status, path }) => {
    return status >= 400 && !(status === 404 && path.includes("/workers/scripts/"));
  });
  expect(refused.map(({ status, method, path }) => `${status} ${method} ${path}`)).toEqual([]);
  expect(app.cloudflare.takeovers()).toEqual([]);
  expect(app.cloudflare.unhandled).toEqual([]);
  console.log(`${STAGES.length} stages, ${4 * writer.written} writes to production, none lost`);
}, 120_000);
