/** A sweep without state: what the ledger of earlier runs proves goes, and a person judges the rest. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { destroy, files, goneOf, held, send } from "../destroy/stage.ts";
import { CLOSED, OPEN, OTHER, PROGRAM, World } from "./world.ts";

setDefaultTimeout(180_000);

const ALL = ["--max-share", "100"];

type Entry = Record<string, unknown> & { row: Record<string, string> };

const ledgerOf = ({ app }: World) => join(app.folder, "metrics", "ledger.json");

async function entriesOf(world: World): Promise<Entry[]> {
  return JSON.parse(await readFile(ledgerOf(world), "utf8")).entries;
}

/** Writes a ledger as somebody would who knows how it is made. */
async function forge(world: World, change: (entry: Entry) => Entry): Promise<void> {
  const entries = (await entriesOf(world)).map(change);
  const digest = createHash("sha256").update(JSON.stringify(entries)).digest("hex");
  await writeFile(ledgerOf(world), JSON.stringify({ version: 1, digest, entries }));
}

/** The rows of a stage are gone, as Alchemy drops them in a wrong account. */
async function lose(world: World, stage: string): Promise<void> {
  await rm(join(world.app.folder, ".alchemy", "shop", stage), { recursive: true });
}

/** A closed stage that a run has seen, and whose rows are lost by now. */
async function lost(): Promise<World> {
  const world = await World.with({ "pr-1": CLOSED, "pr-2": OPEN, prod: undefined });
  await world.sweep();
  await lose(world, "pr-1");
  return world;
}

const nameOf = (one: string) => one.split(" ").slice(0, 2).join(" ");

test("what a run has seen of a closed stage goes when its rows are lost, in two runs", async () => {
  await using world = await lost();
  const { app } = world;
  const before = held(app);
  const rows = await readFile(ledgerOf(world), "utf8");
  for (const secret of ["stand-in-token", "compatibility", "/pr-1/db"]) {
    expect(rows).not.toContain(secret);
  }
  // The mark of a stage with rows is not enough for one without.
  const first = await world.delete(ALL);
  expect(first).toMatchObject({ code: 0, results: {}, verdicts: { "pr-1": "unmarked" } });
  expect(await world.verdicts(["--grace", "0"])).toMatchObject({ "pr-1": "sweep closed" });
  const ended = await world.delete(ALL);
  expect(ended).toMatchObject({ code: 0, results: { "pr-1": "destroyed" } });
  const gone = before.filter((one) => !held(app).includes(one)).map(nameOf);
  expect(gone.sort()).toEqual(goneOf("pr-1"));
  // What was retained was never noted: a person judges it.
  expect(ended.leftovers).toEqual(["shop-kept-pr-1"]);
  const next = await world.delete(ALL);
  expect(next.verdicts).toEqual({ "pr-2": "pull-open", prod: "protected" });
  const left = await entriesOf(world);
  expect([...new Set(left.map(({ row }) => row.stage))]).toEqual(["pr-2"]);
});

test("a state that is lost as a whole has to be named", async () => {
  await using world = await World.with({ "pr-1": CLOSED, "pr-2": OPEN });
  await world.sweep(ALL);
  const before = held(world.app);
  await rm(join(world.app.folder, ".alchemy"), { recursive: true });
  const none = await world.delete(ALL);
  expect(none.code).toBe(2);
  expect(none.error).toContain("there is no state here");
  // A store of something else is no proof that the state is lost.
  const row = '{"kind":"fs::File","id":"x","status":"created"}';
  await world.app.write(".alchemy/blog/prod/x.json", row);
  expect((await world.delete(ALL)).verdicts["pr-1"]).toBe("state-lost");
  await rm(join(world.app.folder, ".alchemy"), { recursive: true });
  const named = [...ALL, "--state-lost"];
  const marked = await world.delete(named);
  expect(marked.verdicts).toEqual({ "pr-1": "unmarked", "pr-2": "pull-open" });
  expect(held(world.app)).toEqual(before);
  expect(await world.delete(named)).toMatchObject({ code: 0, results: { "pr-1": "destroyed" } });
  const gone = before.filter((one) => !held(world.app).includes(one)).map(nameOf);
  expect(gone.sort()).toEqual(goneOf("pr-1"));
  // The rest was open when a run saw its rows last.
  world.github.pulls.set(2, { ...CLOSED, closed_at: new Date().toISOString() });
  for (const _ of [1, 2]) {
    expect((await world.delete(named)).verdicts).toEqual({ "pr-2": "seen-before" });
  }
});

test("a person can take what a run has seen before the end", async () => {
  await using world = await World.with({ "pr-1": OPEN, "pr-2": OPEN, prod: undefined });
  await world.sweep();
  await lose(world, "pr-1");
  world.github.pulls.set(1, { ...CLOSED, closed_at: new Date().toISOString() });
  const seen = await world.sweep();
  expect(seen.verdicts["pr-1"]).toBe("seen-before");
  expect(seen.out).toContain("run `npx @alch/blocks destroy` for stage `pr-1` with `--ledger`");
  const before = held(world.app);
  const stage = ["--stage", "pr-1"];
  expect((await destroy(world.app, stage)).error).toContain("the state has no stage `pr-1`");
  const ended = await destroy(world.app, [...stage, "--ledger", "metrics/ledger.json"]);
  expect(ended).toMatchObject({ code: 0, result: "destroyed" });
  const gone = before.filter((one) => !held(world.app).includes(one)).map(nameOf);
  expect(gone.sort()).toEqual(goneOf("pr-1"));
});

test("a ledger that is stale, forged or of another account takes nothing", async () => {
  await using world = await lost();
  const { app } = world;
  const [before, ledger] = [held(app), await readFile(ledgerOf(world), "utf8")];
  const only = (id: string, more: object) => (entry: Entry) =>
    entry.row.id === id ? { ...entry, row: { ...entry.row, ...more } } : entry;
  const forged: Record<string, (entry: Entry) => Entry> = {
    "foreign-account": (entry) => ({ ...entry, account: OTHER.accountId }),
    "seen-before": (entry) => ({ ...entry, seen: 1 }),
    "another-resource": only("db", { identity: "no-such-id" }),
    "another-resource again": (entry) => ({ ...entry, created: 1 }),
    "pull-missing": (entry) => ({ ...entry, row: { ...entry.row, stage: "pr-99" } }),
    "other-app": (entry) => ({ ...entry, row: { ...entry.row, app: "blog" } }),
    protected: (entry) => ({ ...entry, row: { ...entry.row, stage: "production" } }),
    adopted: (entry) => ({ ...entry, row: { ...entry.row, stage: "pr-3" } }),
    "strange-part": only("logo", { uses: ["bucket:shop-files-other"] }),
    "strange-part again": only("logo", { uses: ["bucket:shop-files-pr-1", "bucket:x"] }),
    "strange-part of nothing": only("logo", { uses: [] }),
  };
  world.github.pulls.set(3, CLOSED);
  for (const [what, change] of Object.entries(forged)) {
    await writeFile(ledgerOf(world), ledger);
    await forge(world, change);
    for (const _ of [1, 2]) {
      const { verdicts, results } = await world.delete(ALL);
      const { "pr-2": _open, prod: _prod, ...lost } = verdicts;
      expect([what, ...Object.values(lost)]).toEqual([what, what.split(" ")[0] ?? ""]);
      expect(results).toEqual({});
      // What the account does not have is forgotten.
      await writeFile(ledgerOf(world), ledger);
      await forge(world, change);
    }
  }
  // By hand, without the digest; cut; of a later version.
  const texts = [ledger.replace("shop-db-pr-1", "shop-db-prod"), ledger.slice(0, -9), "[]", ""];
  for (const text of texts) {
    await writeFile(ledgerOf(world), text);
    const ended = await world.delete(ALL);
    expect(ended).toMatchObject({ code: 0, results: {} });
    expect(ended.verdicts).toEqual({ "pr-2": "pull-open", prod: "protected" });
    expect(ended.error).toContain("is not as a sweep has written it: nothing in it counts");
  }
  expect(held(app)).toEqual(before);
});

test("what was made again, or is somebody else's by now, stays", async () => {
  await using world = await lost();
  const { app } = world;
  const ledger = await readFile(ledgerOf(world), "utf8");
  const twice = async () => {
    await world.delete(ALL);
    const { verdicts, results } = await world.delete(ALL);
    expect(results).toEqual({});
    await writeFile(ledgerOf(world), ledger);
    return verdicts["pr-1"];
  };
  // A program that gives the name in production.
  await app.write("alchemy.run.ts", `${PROGRAM}await D1Database("x", { name: "shop-db-pr-1" });\n`);
  expect(await twice()).toBe("claimed");
  await app.write("alchemy.run.ts", PROGRAM);
  // Somebody has made the bucket again, under the name that is its id.
  await send(app, "DELETE", "/r2/buckets/shop-files-pr-1/objects/img%2Flogo%201.svg");
  await send(app, "DELETE", "/r2/buckets/shop-files-pr-1");
  await send(app, "POST", "/r2/buckets", JSON.stringify({ name: "shop-files-pr-1" }));
  const before = held(app);
  expect(await twice()).toBe("another-resource");
  expect(held(app)).toEqual(before);
});

test("what a run had deleted before it was ended keeps nothing for ever", async () => {
  await using world = await lost();
  const { app } = world;
  const before = held(app);
  const entries = await entriesOf(world);
  const idOf = (end: string) =>
    entries.find(({ row }) => row.resource?.endsWith(end))?.row.identity ?? "";
  const queue = `/queues/${idOf("::Queue")}`;
  await send(app, "DELETE", `${queue}/consumers/${idOf("QueueConsumer")}`);
  await send(app, "DELETE", "/workers/scripts/shop-api-pr-1?force=true");
  await send(app, "DELETE", queue);
  await world.delete(ALL);
  expect(await world.delete(ALL)).toMatchObject({ code: 0, results: { "pr-1": "destroyed" } });
  const gone = before.filter((one) => !held(app).includes(one)).map(nameOf);
  // Workflows outlive a Worker that is deleted first: the run would have deleted it before.
  expect(gone.sort()).toEqual(goneOf("pr-1").filter((one) => !one.startsWith("Workflow")));
});

test("what another stage has adopted by now is that stage's: the rest goes without it", async () => {
  await using world = await lost();
  const { app } = world;
  const row = join(app.folder, ".alchemy", "shop", "prod", "db.json");
  const { row: db } = (await entriesOf(world)).find((entry) => entry.row.id === "db") ?? {};
  const adopted = JSON.parse(await readFile(row, "utf8"));
  adopted.output = { ...adopted.output, id: db?.identity, name: db?.name };
  await writeFile(row, JSON.stringify(adopted));
  const before = held(app);
  await world.delete(ALL);
  expect(await world.delete(ALL)).toMatchObject({ code: 0, results: { "pr-1": "destroyed" } });
  const gone = before.filter((one) => !held(app).includes(one)).map(nameOf);
  expect(gone.sort()).toEqual(goneOf("pr-1").filter((one) => one !== "D1Database shop-db-pr-1"));
});

test("a stage that is deployed again has its rows, and the ledger counts no more", async () => {
  await using world = await World.with({ "pr-1": CLOSED, "pr-2": OPEN, prod: undefined });
  await world.sweep();
  const folder = join(world.app.folder, ".alchemy", "shop", "pr-1");
  // All rows but one are lost: the stage has state, and that alone decides.
  for (const file of await files(world.app, "pr-1")) {
    if (!file.endsWith("menu.json") && !file.endsWith("inner.json")) await rm(file);
  }
  expect(existsSync(folder)).toBe(true);
  await world.sweep();
  const ended = await world.delete(ALL);
  expect(ended).toMatchObject({ code: 0, results: { "pr-1": "destroyed" } });
  // Then the rest of it is known from the ledger alone.
  expect((await world.sweep()).verdicts["pr-1"]).toBe("unmarked");
  expect((await world.delete(ALL)).results).toEqual({ "pr-1": "destroyed" });
  const left = held(world.app).filter((one) => /-pr-1 ?$/.test(one));
  expect(left).toEqual(["D1Database shop-kept-pr-1 "]);
});
