/** What can go wrong around a sweep: two at once, lost notes, wrong clocks, cut listings, no state. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { files, held, make } from "../destroy/stage.ts";
import { CLOSED, OPEN, World } from "./world.ts";

setDefaultTimeout(180_000);

const ALL = ["--max-share", "100"];
const DAY_MS = 24 * 3_600_000;

/** What the account has of a stage that is not retained. */
function of({ app }: World, stage: string): string[] {
  const end = new RegExp(`-${stage} `);
  return held(app).filter((one) => end.test(one) && !one.includes("-kept-"));
}

test("`stages` says what a sweep with the same options would do", async () => {
  await using world = await World.with({
    "pr-1": CLOSED,
    "pr-2": OPEN,
    "pr-3": undefined,
    "pr-4": { ...CLOSED, run: "in_progress" },
    prod: undefined,
  });
  const same = async (grace: string) => {
    const verdicts = await world.verdicts(["--grace", grace]);
    expect(verdicts).toEqual((await world.sweep(ALL, grace)).said);
    return verdicts["pr-1"];
  };
  expect(await world.verdicts()).toMatchObject({ "pr-1": "keep grace" });
  expect(await same("24")).toBe("keep grace");
  expect(await world.verdicts(["--grace", "0"])).toMatchObject({ "pr-1": "mark unmarked" });
  await world.sweep();
  expect(await same("0")).toBe("sweep closed");
  // The marks of another folder do not count, as for the sweep.
  const other = await world.verdicts(["--grace", "0", "--metrics", "other"]);
  expect(other["pr-1"]).toBe("mark unmarked");
  expect(existsSync(join(world.app.folder, "other"))).toBe(false);
});

test("two sweeps at once: neither says that something is gone that is not, and the next ones finish it", async () => {
  await using world = await World.with({
    "pr-1": CLOSED,
    "pr-2": CLOSED,
    "pr-12": OPEN,
    prod: undefined,
  });
  await world.sweep(ALL);
  const neighbours = () => ["pr-12", "prod"].map((stage) => of(world, stage));
  const before = neighbours();
  const both = await Promise.all([world.delete(ALL), world.delete(ALL)]);
  for (const { code, results } of both) {
    for (const [stage, result] of Object.entries(results)) {
      if (result === "destroyed") expect(of(world, stage)).toEqual([]);
      else expect(code).not.toBe(0);
    }
  }
  expect(neighbours()).toEqual(before);
  // What one has marked, the other may have written over.
  await world.sweep(ALL);
  const last = await world.delete(ALL);
  expect(last.code).toBe(0);
  expect([...of(world, "pr-1"), ...of(world, "pr-2")]).toEqual([]);
  expect(neighbours()).toEqual(before);
});

test("with lost or broken marks a stage goes later, never sooner", async () => {
  await using world = await World.with({ "pr-1": CLOSED, prod: undefined });
  await world.sweep();
  const before = held(world.app);
  const notes = join(world.app.folder, "metrics", "stages.json");
  for (const text of [undefined, "", "{", '{"version":2,"marks":[],"failed":[]}', "[]"]) {
    if (text === undefined) await rm(join(world.app.folder, "metrics"), { recursive: true });
    else await writeFile(notes, text);
    expect(await world.delete()).toMatchObject({ results: {}, verdicts: { "pr-1": "unmarked" } });
  }
  expect(held(world.app)).toEqual(before);
  expect((await world.delete()).results).toEqual({ "pr-1": "destroyed" });
});

test("with a lost journal, what an earlier run has begun is finished", async () => {
  await using world = await World.with({ "pr-1": CLOSED, "pr-2": OPEN, prod: undefined });
  await world.sweep();
  // The bucket is full: the rest goes, with its rows.
  world.app.account.putObject("shop-files-pr-1", "more", "x");
  expect((await world.delete()).results).toEqual({ "pr-1": "incomplete" });
  await rm(join(world.app.folder, "metrics"), { recursive: true });
  expect((await world.delete(["--empty-buckets"])).verdicts["pr-1"]).toBe("unmarked");
  const last = await world.delete(["--empty-buckets"]);
  expect(last).toMatchObject({ code: 0, results: { "pr-1": "destroyed" } });
  expect(of(world, "pr-1")).toEqual([]);
});

test.each([3 * DAY_MS, -3 * DAY_MS])(
  "a runner's clock that is off by %d ms decides nothing",
  async (off) => {
    await using world = await World.with({ "pr-1": CLOSED, prod: undefined });
    const clock = `const now = Date.now;
Date.now = () => now() + ${off};
const Real = Date;
globalThis.Date = class extends Real {
  constructor(...all) { if (all.length > 0) super(...all); else super(Real.now()); }
};`;
    await world.app.write("clock.cjs", clock);
    const path = join(world.app.folder, "clock.cjs");
    const how = { runtime: "Node 20", env: { NODE_OPTIONS: `--require ${path}` } } as const;
    const fresh = await world.sweep([], "24", how);
    expect(fresh.verdicts).toEqual({ "pr-1": "grace", prod: "protected" });
    expect((await world.sweep([], "0", how)).verdicts["pr-1"]).toBe("unmarked");
    const args = ["--delete", "--account", world.app.account.id];
    expect((await world.sweep(args, "0", how)).results).toEqual({ "pr-1": "destroyed" });
  },
);

test("a mark or a pull request from the future does not count", async () => {
  const soon = new Date(Date.now() + DAY_MS).toISOString();
  await using world = await World.with({ "pr-1": { ...CLOSED, closed_at: soon }, prod: undefined });
  for (const _ of [1, 2]) {
    const ended = await world.delete();
    expect(ended).toMatchObject({ code: 0, results: {}, verdicts: { "pr-1": "grace" } });
  }
  expect(of(world, "pr-1")).not.toEqual([]);
});

test("a listing that is cut, or of another shape, is no empty one", async () => {
  await using world = await World.with({ "pr-1": CLOSED, prod: undefined });
  await world.sweep();
  const before = held(world.app);
  for (const kind of ["malformed", "odd", "cut-after", "403"] as const) {
    world.app.cloudflare.faults.add({ kind, path: /\/d1\/database\?/, count: 99 });
    const ended = await world.delete();
    expect(ended).toMatchObject({ code: 2, results: {}, verdicts: { "pr-1": "unreadable" } });
    world.app.cloudflare.faults.clear();
  }
  expect(held(world.app)).toEqual(before);
});

test("a stage that takes too long is ended, the next one goes, and a later run finishes it", async () => {
  await using world = await World.with({
    "pr-1": { ...CLOSED, closed_at: "2026-01-01T00:00:00Z" },
    "pr-2": CLOSED,
    prod: undefined,
  });
  await world.sweep();
  const { faults } = world.app.cloudflare;
  // The process of the first stage waits for an answer that never comes.
  faults.add({ kind: "hang", method: "DELETE", path: /-pr-1\?force/, count: 9 });
  const quick = ["--deadline", "4", "--pace", "1000/1"];
  const ended = await world.delete([...ALL, ...quick]);
  faults.clear();
  expect(ended).toMatchObject({ code: 2, results: { "pr-1": "unknown", "pr-2": "destroyed" } });
  expect(ended.out).toContain("it took longer than 5 s, and was ended");
  expect(of(world, "pr-2")).toEqual([]);
  for (let run = 0; run < 3 && of(world, "pr-1").length > 0; run++) await world.delete(ALL);
  expect(of(world, "pr-1")).toEqual([]);
  expect((await world.delete(ALL)).code).toBe(0);
});

test.each([false, true])(
  "a part of what is gone that nobody could look for keeps nothing for ever (rows lost: %p)",
  async (isLost) => {
    await using world = await World.with({ "pr-1": CLOSED, "pr-2": OPEN, prod: undefined });
    await world.sweep();
    if (isLost) {
      await rm(join(world.app.folder, ".alchemy", "shop", "pr-1"), { recursive: true });
      await world.sweep();
    }
    const { faults } = world.app.cloudflare;
    faults.add({ kind: "403", method: "GET", path: /objects\/img/, count: 9 });
    // Something else stays, too.
    faults.add({ kind: "403", method: "DELETE", path: /namespaces/, count: 9 });
    const first = await world.delete(ALL);
    expect(first).toMatchObject({ code: 2, results: { "pr-1": "unknown" } });
    faults.clear();
    for (let run = 0; run < 3; run++) await world.delete(ALL);
    const last = await world.delete(ALL);
    expect(last).toMatchObject({ code: 0, results: {} });
    expect(of(world, "pr-1")).toEqual([]);
    const left = (await files(world.app, "pr-1")).map((file) => basename(file));
    expect(left).toEqual(isLost ? [] : ["kept.json"]);
    expect(last.verdicts["pr-1"]).toBe(isLost ? undefined : "retained");
  },
);

test.each([
  ["while it is decided", 1],
  ["when it is to be destroyed", 2],
])("a stage that is deployed %s stays", async (_, nth) => {
  await using world = await World.with({ "pr-1": CLOSED, "pr-2": CLOSED, prod: undefined });
  await world.sweep();
  const before = held(world.app);
  let seen = 0;
  world.github.before = async (request) => {
    if (request !== "GET pulls/1" || ++seen !== nth) return;
    const [row = ""] = (await files(world.app, "pr-1")).filter((file) => file.endsWith("db.json"));
    await writeFile(row, JSON.stringify({ ...(await Bun.file(row).json()), seq: 99 }));
  };
  const ended = await world.delete([...ALL, "--stage", "pr-1"]);
  expect(seen).toBeGreaterThanOrEqual(nth);
  expect(ended).toMatchObject({ code: 1, results: { "pr-1": "incomplete" } });
  expect(ended.out).toMatch(/its rows have changed since|was changed meanwhile/);
  expect(held(world.app)).toEqual(before);
});

test("the stage of another app with the same name stays", async () => {
  await using world = await World.with({ "pr-1": CLOSED, "pr-2": OPEN });
  await make(world.app, "pr-1", "blog");
  await world.sweep();
  const before = held(world.app);
  const report = JSON.parse((await world.delete(ALL)).out);
  const ends = report.stages.map(({ app, stage, code, result }: Record<string, string>) => {
    return `${app} ${stage} ${code} ${result}`;
  });
  expect(ends).toEqual([
    "blog pr-1 other-app null",
    "shop pr-1 closed destroyed",
    "shop pr-2 pull-open null",
  ]);
  const gone = before.filter((one) => !held(world.app).includes(one));
  expect(gone.filter((one) => one.includes("blog"))).toEqual([]);
  expect(gone.length).toBeGreaterThan(5);
});

test("without a state, nothing is swept", async () => {
  await using world = await World.with({ "pr-1": CLOSED, prod: undefined });
  await world.sweep();
  const before = held(world.app);
  await rm(join(world.app.folder, ".alchemy"), { recursive: true });
  const none = await world.delete();
  expect(none.code).toBe(2);
  expect(none.error).toContain("there is no state here");
  // A state that has lost the stage has nothing to sweep either: the ledger alone is not enough then.
  await world.app.write(
    ".alchemy/shop/pr-9/x.json",
    '{"kind":"fs::File","id":"x","status":"created"}',
  );
  const { verdicts } = await world.delete();
  expect(verdicts).toEqual({ "pr-1": "state-lost", "pr-9": "pull-missing" });
  expect(held(world.app)).toEqual(before);
  expect(await files(world.app, "pr-1")).toEqual([]);
});
