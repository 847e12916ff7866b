/** Raw resources: moved, of another kind, taken up again, protected later, and moved programs. */
import { expect, test } from "bun:test";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { App } from "../../support/program.ts";
import { DESTROY, deployed, ended, type Hole, harmless, kept, run, seeded, TIME } from "./holes.ts";

const ONE = 'await raw.D1Database("a", { name: "one" });';
const MOVED = 'await raw.D1Database("b", { name: "one", adopt: true });';
const RELEASED = 'createBlocks({ release: ["a"] });';

const HOLES: Record<string, Hole> = {
  "a raw database gets another id with `adopt`, and the old one is released": {
    first: [{ body: ONE }],
    next: [
      { body: MOVED, ends: "id-changed" },
      { body: RELEASED + MOVED, ends: "id-changed" },
    ],
  },
  "a raw bucket moves into a scope with `adopt`": {
    first: [{ body: 'await raw.R2Bucket("a", { name: "one", empty: true });' }],
    next: [
      {
        body: `${RELEASED} await alchemy.run("in", () =>
  raw.R2Bucket("a", { name: "one", empty: true, adopt: true }));`,
        ends: "id-changed",
      },
    ],
  },
  "an id has another kind, raw for raw": {
    first: [{ body: 'await raw.Queue("api", { name: "old" });' }],
    next: [{ body: 'await raw.D1Database("api", { name: "new" });', ends: "would-replace" }],
  },
  "an id has another kind, raw for a block": {
    first: [{ body: 'await KV("api");' }],
    next: [{ body: 'await raw.D1Database("api");', ends: "would-replace" }],
  },
  "a raw resource adopts what an unfinished replacement is about to delete": {
    first: [{ body: 'await Database("a", { name: "one" });' }],
    next: [
      { body: 'await Database("a", { name: "two", onRename: "replace" }); throw new Error("no");' },
      {
        body: `await Database("a", { name: "two" });
await raw.D1Database("old", { name: "one-pr-1", adopt: true });`,
        ends: "pending-deletion",
      },
    ],
  },
  "a stage is protected after its raw resources were deployed": {
    first: [{ stage: "live", body: ONE }],
    next: [
      { stage: "live", body: `createBlocks({ protect: ["live"] }); ${ONE}`, ends: "well" },
      { stage: "live", body: ONE, args: DESTROY, ends: "well" },
    ],
  },
};

test.each(Object.keys(HOLES))(
  "nothing is lost where %s",
  async (way) => {
    await using app = await App.start();
    await harmless(app, HOLES[way] as Hole);
  },
  TIME,
);

test("a program that was moved deploys, drops what it releases, and destroys its stage", async () => {
  await using app = await App.start();
  const body = 'await Database("db"); await KV("kv");';
  await deployed(app, { body, name: "one" }, { body, name: "two" });
  const before = seeded(app.account);
  const less = 'createBlocks({ release: ["kv"] }); await Database("db");';
  await deployed(app, { body: less, name: "two" });
  kept(app, before, ["KVNamespace kv-pr-1"]);
  await deployed(app, { body: less, name: "three", args: DESTROY });
  expect(app.account.state()).toEqual([]);
}, 120_000);

test("a nested scope with a stage of its own comes and goes", async () => {
  await using app = await App.start();
  const inner = 'await alchemy.run("in", { stage: "inner" }, () => raw.KVNamespace("kv"));';
  await deployed(app, { body: inner }, { body: inner });
  await deployed(app, { body: 'createBlocks({ release: ["kv"] });' });
  expect(app.account.state()).toEqual([]);
}, 120_000);

test("a state that was moved to another stage is refused there, whatever is released", async () => {
  await using app = await App.start();
  await deployed(app, { stage: "sam", body: ONE });
  const before = seeded(app.account);
  const state = join(app.folder, ".alchemy", "shop");
  await rename(join(state, "sam"), join(state, "dev"));
  for (const body of [ONE, RELEASED + ONE]) {
    ended(await run(app, { stage: "dev", body }), "owned-elsewhere");
  }
  await rename(join(state, "dev"), join(state, "sam"));
  await deployed(app, { stage: "sam", body: ONE });
  kept(app, before);
}, 120_000);

test("files are imported into a database that was only local, and into one that replaces another", async () => {
  await using app = await App.start();
  await app.write("1.sql", "create table t (a);\ninsert into t values ('imported');\n");
  const files = (name: string) =>
    `await raw.D1Database("a", { name: "${name}", importFiles: ["1.sql"] });`;
  const rows = (name: string) => app.account.sql(name, "select a from t");
  await deployed(app, { body: files("one"), args: ["--local"] }, { body: files("one") });
  expect(rows("one")).toEqual([{ a: "imported" }]);
  await deployed(app, { body: RELEASED + files("two") });
  expect(rows("two")).toEqual([{ a: "imported" }]);
}, 120_000);
