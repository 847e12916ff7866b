/** `sweep`: which stages go, when, and what stops it. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { files, held, others, run } from "../destroy/stage.ts";
import { App } from "../support/program.ts";
import { CLOSED, OPEN, OTHER, PROGRAM, World } from "./world.ts";

setDefaultTimeout(120_000);

/** What the account has of the stages but one. */
const without = (app: App, stage: string) =>
  held(app).filter((one) => !one.includes(`-${stage} `) && !one.includes("DurableObject"));

test("a closed stage is marked in one run and swept in a later one, and no neighbour is touched", async () => {
  await using world = await World.with({
    "pr-1": CLOSED,
    "pr-12": OPEN,
    "pr-1x": undefined,
    "pr-1/x": undefined,
    prod: undefined,
  });
  const { app } = world;
  const [before, rows] = [held(app), await others(app, "pr-1")];
  const first = await world.delete(["--max-share", "100"]);
  expect(first).toMatchObject({ code: 0, results: {} });
  expect(first.verdicts).toEqual({
    "pr-1": "unmarked",
    "pr-1/x": "not-preview",
    "pr-12": "pull-open",
    "pr-1x": "not-preview",
    prod: "protected",
  });
  expect(held(app)).toEqual(before);

  // Without `--delete`, nothing goes.
  const dry = await world.sweep();
  expect(dry).toMatchObject({ code: 0, verdicts: { "pr-1": "closed" }, results: {} });
  expect(held(app)).toEqual(before);

  const second = await world.delete();
  expect(second).toMatchObject({ code: 0, results: { "pr-1": "destroyed" } });
  expect(held(app).filter((one) => /-pr-1 $/.test(one))).toEqual(["D1Database shop-kept-pr-1 "]);
  expect(without(app, "pr-1")).toEqual(
    before.filter((one) => !/-pr-1( |$)/.test(one) && !one.includes("DurableObject")),
  );
  expect(await others(app, "pr-1")).toBe(rows);
});

test("a stage that was deployed, or whose pull request was closed again, has to be marked anew", async () => {
  await using world = await World.with({ "pr-1": CLOSED, prod: undefined });
  await world.sweep();
  world.github.pulls.set(1, { ...CLOSED, closed_at: "2026-01-03T00:00:00Z" });
  expect((await world.delete()).verdicts["pr-1"]).toBe("unmarked");
  const [row = ""] = await files(world.app, "pr-1");
  const text = await Bun.file(row).json();
  await Bun.write(row, JSON.stringify({ ...text, seq: 99 }));
  await Bun.sleep(1100);
  expect((await world.delete()).verdicts["pr-1"]).toBe("unmarked");
  await world.age("pr-1");
  expect((await world.delete()).results["pr-1"]).toBe("destroyed");
});

test("what is not known to be closed stays", async () => {
  await using world = await World.with({
    "pr-1": undefined,
    "pr-2": { ...CLOSED, closed_at: null },
    "pr-3": { ...CLOSED, repository: 1 },
    "pr-4": { ...CLOSED, run: "in_progress" },
    "pr-5": { ...CLOSED, run: "completed" },
  });
  const verdicts = {
    "pr-1": "pull-missing",
    "pr-2": "pull-unknown",
    "pr-3": "pull-elsewhere",
    "pr-4": "under-way",
    "pr-5": "unmarked",
  };
  expect(await world.sweep()).toMatchObject({ code: 2, verdicts });
  world.github.faults.push({ method: "GET", path: /^pulls\/5/, times: 9, status: 500 });
  expect((await world.delete()).verdicts["pr-5"]).toBe("pull-unknown");
  world.github.faults.length = 0;
  const before = held(world.app);
  expect((await world.delete([], "24")).verdicts["pr-5"]).toBe("grace");
  expect(held(world.app)).toEqual(before);
});

test("one that is reopened while the sweep begins stays", async () => {
  await using world = await World.with({ "pr-1": CLOSED, prod: undefined });
  await world.sweep();
  let asked = 0;
  world.github.before = async (request) => {
    if (request === "GET pulls/1" && ++asked === 2) world.github.pulls.set(1, OPEN);
  };
  const before = held(world.app);
  const ended = await world.delete();
  expect(ended).toMatchObject({ code: 1, results: { "pr-1": "incomplete" } });
  expect(ended.out).toContain("pull request 1 is not known to be closed: open");
  expect(held(world.app)).toEqual(before);
});

test("limits: a share of all stages, a number of stages, the oldest first", async () => {
  await using world = await World.with({
    "pr-1": { ...CLOSED, closed_at: "2026-01-03T00:00:00Z" },
    "pr-2": { ...CLOSED, closed_at: "2026-01-01T00:00:00Z" },
    prod: undefined,
  });
  await world.sweep();
  const refused = await world.delete();
  expect(refused.code).toBe(2);
  expect(refused.error).toContain("the sweep would take 2 of 3 stages, which is more than 50 %");
  const ended = await world.delete(["--max-share", "100", "--max-stages", "1"]);
  expect(ended).toMatchObject({ code: 0, results: { "pr-2": "destroyed" } });
});

test("a failure is no end: the stage comes last in the next run, which finishes it", async () => {
  await using world = await World.with({ "pr-1": CLOSED, "pr-2": CLOSED, prod: undefined });
  const all = ["--max-share", "100", "--max-stages", "1"];
  await world.sweep();
  world.app.account.putObject("shop-files-pr-1", "more", "x");
  const first = await world.delete(all);
  expect(first).toMatchObject({ code: 1, results: { "pr-1": "incomplete" } });
  expect(first.out).toContain("`--empty-buckets` deletes them with it");
  expect(await world.delete(all)).toMatchObject({ code: 0, results: { "pr-2": "destroyed" } });
  await world.age("pr-1");
  await world.sweep();
  const last = await world.delete([...all, "--empty-buckets"]);
  expect(last).toMatchObject({ code: 0, results: { "pr-1": "destroyed" } });
});

test("where nothing may be concluded, nothing goes", async () => {
  await using world = await World.with({ "pr-1": CLOSED, prod: undefined });
  await world.sweep();
  const before = held(world.app);
  const wrong = await world.sweep(["--delete", "--account", OTHER.accountId]);
  expect(wrong).toMatchObject({ results: {}, verdicts: { "pr-1": "foreign-account" } });
  for (const file of await files(world.app, "pr-1")) {
    const text = await Bun.file(file).text();
    await Bun.write(file, text.replaceAll('"accountId"', '"was"'));
  }
  for (const file of await files(world.app, "prod")) {
    const text = await Bun.file(file).text();
    await Bun.write(file, text.replaceAll('"accountId"', '"was"'));
  }
  const unnoted = await world.sweep(["--delete", "--account", OTHER.accountId]);
  expect(unnoted).toMatchObject({ code: 2, results: {}, verdicts: { "pr-1": "wrong-account" } });
  await world.app.write(join(".alchemy", "shop", "pr-1", "db.json"), "{");
  expect(await world.delete()).toMatchObject({ code: 2, results: {} });
  expect(held(world.app)).toEqual(before);
});

test("it needs the account and the repository", async () => {
  await using app = await App.start();
  const account = await run(app, ["sweep", "--delete"]);
  expect(account.code).toBe(2);
  expect(account.error).toContain("`--delete` needs the account to delete in");
  const token = { GITHUB_TOKEN: "t", GITHUB_REPOSITORY: "a/b" };
  const programs = await run(app, ["sweep"], { env: token });
  expect(programs.code).toBe(2);
  expect(programs.error).toContain("no program here names an app");
  await app.write("alchemy.run.ts", PROGRAM);
  const state = await run(app, ["sweep"], { env: token });
  expect(state.code).toBe(2);
  expect(state.error).toContain("there is no state here");
  const repository = await run(app, ["sweep"]);
  expect(repository.code).toBe(2);
  expect(repository.error).toContain("nothing says where the pull requests are");
});
