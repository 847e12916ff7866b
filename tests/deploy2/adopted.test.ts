/** What was in the account before a stage took it. */
import { expect, test } from "bun:test";
import { data, names } from "../support/data.ts";
import { App2, COUNTER, guarded, TIME, unguarded, worker } from "./app.ts";

const BODY = `yield* D1.Database("db", { name: "legacy" });
${worker(COUNTER, { name: '"legacy"' })}`;
const ADOPT = { args: ["--adopt"] };

/** An app, and one with a store of its own in the same account. */
async function start(body: string) {
  const app = await App2.start();
  await app.deploy("prod", guarded(body));
  app.fill();
  return { app, other: await App2.start(app.cloudflare) };
}

test.concurrent(
  "without the guard, to destroy a stage deletes what it has adopted",
  async () => {
    const { app, other } = await start(BODY);
    await using _ = app;
    await using __ = other;
    await other.deploy("pr-1", unguarded(BODY), ADOPT);
    await other.destroy("pr-1", unguarded(BODY));
    expect(app.lost()).toContain("D1Database legacy");
    expect(app.lost()).toContain("Worker legacy");
  },
  TIME,
);

test.concurrent(
  "with the guard, what was adopted stays, until it is released",
  async () => {
    const { app, other } = await start(BODY);
    await using _ = app;
    await using __ = other;
    const before = data(app);
    await other.deploy("pr-1", guarded(BODY), ADOPT);
    await other.deploy("pr-1", guarded(BODY));
    await other.destroy("pr-1", guarded(BODY));
    expect(data(app)).toEqual(before);
    // What the stage has made itself goes.
    const own = 'yield* KV.Namespace("kv", { title: "own" });';
    await other.deploy("pr-2", guarded(`${BODY}\n${own}`), ADOPT);
    const release = '{ release: ["db"] }';
    await other.deploy("pr-2", guarded(`${BODY}\n${own}`, release));
    await other.destroy("pr-2", guarded(`${BODY}\n${own}`, release));
    expect(app.lost()).toEqual(["D1Database legacy", "KVNamespace own"]);
  },
  TIME,
);
const COMPUTED = `const files = yield* R2.Bucket("files", { name: "shared-x" });
yield* D1.Database("db", { name: files.bucketName });`;

test.concurrent(
  "with the guard, a name that another resource gives is looked for in the account",
  async () => {
    const { app, other } = await start('yield* D1.Database("db", { name: "shared-x" });');
    await using _ = app;
    await using __ = other;
    const ended = await other.run("pr-1", guarded(COMPUTED));
    expect(ended.output).toContain("code: owned-elsewhere\n");
    // The store knows it, too.
    const again = await app.run("pr-1", guarded(COMPUTED), ADOPT);
    expect(again.output).toContain("code: owned-elsewhere\n");
    await other.destroy("pr-1", guarded(COMPUTED));
    expect(names(app, "D1Database")).toEqual(["shared-x"]);
  },
  TIME,
);
