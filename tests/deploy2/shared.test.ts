/** Two stages with one name: what Alchemy 2 does without the guard, and that the guard refuses it. */
import { expect, test } from "bun:test";
import { startCloudflare } from "../cloudflare/index.ts";
import { data, names } from "../support/data.ts";
import { App2, COUNTER, guarded, TIME, unguarded, worker } from "./app.ts";

const FOUR = `
yield* D1.Database("db", { name: "shared" });
yield* R2.Bucket("files", { name: "shared" });
yield* KV.Namespace("kv", { title: "shared" });
yield* Queues.Queue("q", { name: "shared" });
`;

test.concurrent(
  "without the guard, a second stage takes what has its names, and deletes it",
  async () => {
    await using app = await App2.start();
    await app.deploy("prod", unguarded(FOUR));
    app.fill();
    await app.deploy("pr-1", unguarded(FOUR));
    await app.run("pr-1", unguarded(FOUR), { command: "destroy" });
    // Only R2 keeps a bucket that is not empty.
    expect(app.lost()).toEqual(["D1Database shared", "KVNamespace shared", "Queue shared"]);
  },
  TIME,
);

test.concurrent(
  "with the guard, the second stage is refused",
  async () => {
    await using app = await App2.start();
    await app.deploy("prod", guarded(FOUR));
    app.fill();
    const output = await app.refused("pr-1", "owned-elsewhere", guarded(FOUR));
    expect(output).toContain("the database `shared` belongs to `db` in stage `prod` of `shop`");
    expect(output).toContain('bind the other stage\'s with `ref("db", { stage: "prod" })`');
    // What was taken before the guard came is not deleted with the stage.
    await app.deploy("pr-2", unguarded(FOUR));
    await app.refused("pr-2", "owned-elsewhere", guarded(FOUR), { command: "destroy" });
    await app.deploy("pr-2", guarded(FOUR));
    expect(app.lost()).toEqual([]);
  },
  TIME,
);

const SCRIPT = worker(`${COUNTER} DB: db.databaseId,`, { name: '"shared"' });
const BOUND = `const db = yield* D1.Database("db", { name: "db-" + stage });\n${SCRIPT}`;

test.concurrent(
  "without the guard, a second stage overwrites a Worker, and deletes it",
  async () => {
    await using app = await App2.start();
    await app.deploy("prod", unguarded(BOUND));
    app.fill();
    await app.deploy("pr-1", unguarded(BOUND));
    await app.destroy("pr-1", unguarded(BOUND));
    expect(app.lost()).toContain("Worker shared");
  },
  TIME,
);

test.concurrent(
  "with the guard, neither this store nor another one loses its Worker",
  async () => {
    await using app = await App2.start();
    await using elsewhere = await App2.start(app.cloudflare);
    await app.deploy("prod", guarded(BOUND));
    app.fill();
    await app.refused("pr-1", "owned-elsewhere", guarded(BOUND));
    const before = data(app).filter((one) => !one.includes("db-pr-1"));
    const ended = await elsewhere.run("pr-1", guarded(BOUND));
    expect(ended.output).toContain("code: owned-elsewhere\n");
    expect(data(app).filter((one) => !one.includes("db-pr-1"))).toEqual(before);
    expect(app.lost()).toEqual([]);
  },
  TIME,
);

test.concurrent(
  "with the guard, what only the account knows is taken when the user says so",
  async () => {
    await using app = await App2.start();
    await using elsewhere = await App2.start(app.cloudflare);
    await app.deploy("prod", guarded(FOUR));
    app.fill();
    const output = await elsewhere.refused("prod", "owned-elsewhere", guarded(FOUR));
    expect(output).toContain("exists in the account, and the state does not say whose it is");
    const before = data(app);
    await elsewhere.deploy("prod", guarded(FOUR), { args: ["--adopt"] });
    expect(data(app)).toEqual(before);
    expect(names(app)).toEqual(["shared", "shared", "shared", "shared"]);
  },
  TIME,
);

test.concurrent(
  "with the guard, one name in two accounts is two resources",
  async () => {
    await using app = await App2.start();
    await app.deploy("prod", guarded(FOUR));
    await using other = await startCloudflare({ accountId: "2".repeat(32) });
    const elsewhere = { ...other.env, CLOUDFLARE_STAND_IN: other.url };
    await app.deploy("pr-1", guarded(FOUR), { env: elsewhere });
    await app.destroy("pr-1", guarded(FOUR), { env: elsewhere });
    expect(app.lost()).toEqual([]);
  },
  TIME,
);
