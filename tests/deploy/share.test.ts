/** `share`: one stage owns, all others bind, on real deploys. */
import { expect, test } from "bun:test";
import { data, fill, names } from "../support/data.ts";
import { harmless } from "../support/harm.ts";
import { App, program, SCRIPT } from "../support/program.ts";

/** Some tests start twenty deploys, and the slowest machine sets the limit. */
const TIME = 120_000;
const LOCAL = { args: ["--local"] };
const DESTROY = { args: ["--destroy"] };

/** What the owner sets, and a preview's own deploy would reset. */
const SET = {
  Database: 'readReplication: { mode: "auto" }, migrationsDir: "migrations",',
  Bucket: "allowPublicAccess: true, empty: true,",
  KV: 'values: [{ key: "soup", value: "5" }],',
  Queue: "settings: { deliveryDelay: 7 },",
};
type Block = keyof typeof SET;
const BLOCKS = Object.keys(SET) as Block[];

/** All four kinds, shared by prod, and what else each is given. */
function shared(options = "", owner = '"prod"'): string {
  const calls = BLOCKS.map((block) => {
    const id = block.toLowerCase();
    return `const ${id} = await ${block}("my-${id}", { ${SET[block]} share: ${owner}, ${options} });`;
  });
  return calls.join("\n");
}

const BOUND = "bindings: { database, bucket, kv, queue }";

function worker(more = ""): string {
  return `
await raw.Worker("api", { script: ${JSON.stringify(SCRIPT)}, adopt: true, ${BOUND}, ${more} });`;
}

async function start(): Promise<App> {
  const app = await App.start();
  await app.write("migrations/0001.sql", "create table orders (id integer primary key);\n");
  return app;
}

/** An account in which prod has deployed and holds data. */
async function owned(options = ""): Promise<{ app: App; before: string[] }> {
  const app = await start();
  await app.deploy("prod", program(shared(options)));
  fill(app);
  return { app, before: data(app) };
}

/** What is set on prod's resources. */
function settings({ account }: App) {
  return {
    replication: [...account.databases.all.values()].map(({ replication }) => replication),
    publicAccess: [...account.buckets.all.values()].map(({ publicAccess }) => publicAccess),
    queues: [...account.queues.all.values()].map(({ settings: set, consumers }) => [
      JSON.stringify(set),
      consumers.size,
    ]),
  };
}

const OWN = ["my-bucket-prod", "my-database-prod", "my-kv-prod", "my-queue-prod"];

test(
  "the owner creates, others bind, and a preview goes without a trace",
  async () => {
    const { app, before } = await owned();
    await using _ = app;
    expect(names(app)).toEqual(OWN);
    const set = settings(app);
    expect(set).toMatchObject({ replication: ["auto"], publicAccess: [true] });

    const calls = app.cloudflare.log.length;
    // Looked up as they are, not as the preview's own options would have them.
    await app.deploy("pr-1", program(shared().replaceAll(/settings.*?},|readRep.*?},/g, "")));
    await app.deploy(
      "pr-2",
      program(shared("adopt: true, delete: true"), "shop", "{ adopt: true }"),
    );
    expect(app.changesSince(calls)).toEqual([]);
    const reads = app.cloudflare.log.slice(calls).map(({ path }) => path.replace(/\?.*/, ""));
    expect(reads).toHaveLength(8);

    await app.deploy("pr-1", program(shared() + worker()));
    const { bindings } = app.account.scripts.all.get("shop-api-pr-1")?.live ?? { bindings: [] };
    const ids = Object.fromEntries(app.account.state().map(({ name, id }) => [name, id]));
    expect(bindings).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: "database", type: "d1", id: ids["my-database-prod"] }),
        expect.objectContaining({ name: "bucket", bucket_name: "my-bucket-prod" }),
        expect.objectContaining({ name: "kv", namespace_id: ids["my-kv-prod"] }),
        expect.objectContaining({ name: "queue", queue_name: "my-queue-prod" }),
      ]),
    );
    const sent = app.changesSince(calls);
    expect(sent).not.toEqual([]);
    expect(sent.filter((call) => !/^\w+ workers\//.test(call))).toEqual([]);

    await app.deploy("pr-1", program(""), DESTROY);
    await app.deploy("pr-2", program('await KV("other");'));
    await app.deploy("pr-2", program(""), DESTROY);
    await app.deploy("prod", program(shared()));
    expect(data(app)).toEqual(before);
    expect(settings(app)).toEqual(set);
    const gone = app.cloudflare.deletions().map(({ name }) => name);
    expect(gone).toEqual(["shop-api-pr-1", "other-pr-2"]);
    expect(app.cloudflare.unhandled).toEqual([]);
  },
  TIME,
);

test(
  "a preview cannot consume the owner's messages",
  async () => {
    const { app, before } = await owned();
    await using _ = app;
    const ways = {
      "as an event source": worker("eventSources: [queue]"),
      "as an event source with settings": worker("eventSources: [{ queue, settings: {} }]"),
      "as a consumer": `${worker()}\nawait raw.QueueConsumer("eat", { queue, scriptName: "shop-api-pr-1" });`,
    };
    for (const [way, more] of Object.entries(ways)) {
      const { code } = await app.run("pr-1", program(shared() + more));
      expect({ way, failed: code !== 0 }).toEqual({ way, failed: true });
      expect({ way, ...settings(app) }).toMatchObject({ way, queues: [[expect.any(String), 0]] });
    }
    expect(data(app)).toEqual(expect.arrayContaining(before));
    await app.deploy("pr-1", program(""), DESTROY);
    expect(data(app)).toEqual(before);
    // The owner can.
    await app.deploy("prod", program(shared() + worker("eventSources: [queue]")));
    expect(settings(app).queues).toEqual([[expect.any(String), 1]]);
    expect(app.cloudflare.unhandled).toEqual([]);
  },
  TIME,
);

test(
  "a preview can read and write the owner's bucket from its program",
  async () => {
    const { app } = await owned();
    await using _ = app;
    const output = await app.deploy(
      "pr-1",
      program(`${shared()}
await bucket.put("note", "hello");
console.log(JSON.stringify({
  head: (await bucket.head("note"))?.key,
  text: await (await bucket.get("note"))?.text(),
  none: await bucket.get("nothing"),
  list: (await bucket.list()).objects.map(({ key }) => key),
}));
await bucket.delete("note");`),
    );
    expect(JSON.parse(output.trim())).toEqual({
      head: "note",
      text: "hello",
      none: null,
      list: ["key", "note"],
    });
    expect(app.account.getObject("my-bucket-prod", "note")).toBeUndefined();
    expect(app.account.getObject("my-bucket-prod", "key")).toBe("my-bucket-prod");
    expect(app.cloudflare.deletions()).toEqual([]);
  },
  TIME,
);

test(
  "an owner that has not been deployed is missing",
  async () => {
    await using app = await start();
    await Promise.all(
      BLOCKS.map(async (block, at) => {
        const body = `await ${block}("db", { share: "prod" });`;
        const output = await app.refused(`pr-${at}`, "owner-missing", program(body));
        expect(output).toContain("`db-prod`, which is not in the account");
        expect(output).toContain("deploy the stage that owns it first");
      }),
    );
    expect(app.changesSince(0)).toEqual([]);
    expect(names(app)).toEqual([]);
  },
  TIME,
);

test(
  "a stage that has a resource of its own under the id is refused",
  async () => {
    const { app } = await owned();
    await using _ = app;
    await Promise.all(
      BLOCKS.map(async (block) => {
        const stage = `pr-${block}`;
        const own = `await ${block}("my-${block.toLowerCase()}", { SET });`.replace(
          "SET",
          SET[block],
        );
        await app.deploy(stage, program(own));
      }),
    );
    fill(app);
    for (const block of BLOCKS) {
      const body = `await ${block}("my-${block.toLowerCase()}", { ${SET[block]} share: "prod" });`;
      const { message } = await harmless(app, `pr-${block}`, { code: "share-conflict", body });
      expect(message).toContain("this stage has deployed");
    }
    // Destroyed first, as the refusal says, it can be shared.
    await app.deploy("pr-Database", program(""), DESTROY);
    await app.deploy("pr-Database", program(shared()));
    expect(app.cloudflare.deletions().map(({ kind }) => kind)).toEqual(["D1Database"]);
  },
  TIME,
);

test(
  "what a stage has adopted can be shared at once, since it is retained",
  async () => {
    const { app, before } = await owned();
    await using _ = app;
    const taken = `
await raw.D1Database("my-database", { name: "my-database-prod", adopt: true });
await raw.R2Bucket("my-bucket", { name: "my-bucket-prod", adopt: true, empty: true });`;
    await app.deploy("pr-1", program(taken));
    await app.deploy("pr-1", program(shared()));
    await app.deploy("pr-1", program(""), DESTROY);
    expect(data(app)).toEqual(before);
    expect(app.cloudflare.deletions()).toEqual([]);
  },
  TIME,
);

test(
  "what local mode made under the id gives way, without a call",
  async () => {
    const { app, before } = await owned();
    await using _ = app;
    await app.deploy("pr-1", program(shared().replaceAll('share: "prod",', "")), LOCAL);
    // A raw bucket's row would have a bucket deleted by its name, whoever's it is.
    const bucket = 'await raw.R2Bucket("my-bucket", { name: "my-bucket-prod", empty: true });';
    await app.deploy("pr-2", program(bucket), LOCAL);
    const calls = app.cloudflare.log.length;
    await app.deploy("pr-2", program(shared()));
    await app.deploy("pr-1", program(shared()), LOCAL);
    await app.deploy("pr-1", program(shared()));
    await app.deploy("pr-1", program(""), DESTROY);
    expect(app.changesSince(calls)).toEqual([]);
    expect(data(app)).toEqual(before);
    expect(app.cloudflare.deletions()).toEqual([]);
  },
  TIME,
);

test(
  "local mode binds by name, without asking the account",
  async () => {
    await using app = await start();
    const output = await app.deploy(
      "pr-1",
      program(`${shared()}
console.log(JSON.stringify([database.name, bucket.name, kv.title, queue.name, queue.id]));`),
      LOCAL,
    );
    const names = ["my-database-prod", "my-bucket-prod", "my-kv-prod", "my-queue-prod", ""];
    expect(output).toContain(JSON.stringify(names));
    expect(app.cloudflare.log).toEqual([]);
  },
  TIME,
);

test(
  "the owner's pin and prefix apply in every stage",
  async () => {
    await using app = await start();
    await app.deploy("prod", program('await raw.D1Database("db", { name: "legacy" });'));
    const pinned = `
const db = await Database("db", { share: "prod", pin: { prod: "legacy", "pr-1": "mine" } });
console.log(db.name);`;
    await app.deploy("prod", program(pinned));
    expect(await app.deploy("pr-1", program(pinned))).toContain("legacy");
    const prefixed =
      'console.log((await createBlocks({ prefix: "x" }).KV("kv", { share: "prod" })).title);';
    await app.deploy("prod", program(`${pinned}\n${prefixed}`));
    expect(await app.deploy("pr-1", program(prefixed))).toContain("x-kv-prod");
    expect(names(app)).toEqual(["legacy", "x-kv-prod"]);
    expect(app.cloudflare.deletions()).toEqual([]);
  },
  TIME,
);

test(
  "a share of the wrong type, beside a stage, or of what holds no data is refused without a call",
  async () => {
    await using app = await start();
    const wrong = [
      'await Database("db", { share: 1 });',
      'await Bucket("db", { share: "" });',
      'await KV("db", { share: true });',
      'await Queue("db", { share: ["prod"] });',
      'await Database("db", { share: "prod", stage: "prod" });',
      'await Database("db", { share: "prod", stage: false });',
      'DurableObject("db", { share: "prod" });',
      'AlchemyWorkflow("db", { share: "prod" });',
    ];
    const caught = wrong.map((call) => `try { ${call} } catch (e) { console.log(e.code); }`);
    const { output } = await app.run("pr-1", program(caught.join("\n")));
    expect(output.match(/option-invalid/g)).toHaveLength(wrong.length);
    expect(app.cloudflare.log).toEqual([]);
  },
  TIME,
);
