/** What the monitor finds after real deploys, and that it finds nothing else. */
import { expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { App, program, SCRIPT, unguarded } from "../support/program.ts";
import { monitor, run } from "./monitor.ts";

const TIME = 120_000;

/** An app in which every stage has its own. */
const SHOP = `
const db = await Database("shop-db", { adopt: true });
const bills = await Bucket("shop-bills", { adopt: true });
const eu = await Bucket("shop-eu", { adopt: true, jurisdiction: "eu" });
const menu = await KV("shop-menu", { adopt: true });
const sales = await alchemy.run("inner", () => Queue("shop-sales", { adopt: true }));
const room = DurableObject("room", { className: "Room", sqlite: true });
const flow = AlchemyWorkflow("shop-flow", { className: "Onboarding" });
await raw.Worker("api", {
  name: blocks.physicalName("worker", "shop-api", stage),
  script: ${JSON.stringify(SCRIPT)},
  adopt: true,
  bindings: { db, bills, eu, menu, sales, room, flow },
});`;

async function deployed(body: string, ...stages: string[]): Promise<App> {
  const app = await App.start();
  for (const stage of stages) await app.deploy(stage, program(body));
  return app;
}

const lose = (app: App, stage: string) =>
  rm(join(app.folder, ".alchemy", "shop", stage), { recursive: true });

test(
  "nothing is found where every stage has its own",
  async () => {
    await using app = await deployed(SHOP, "prod", "pr-1", "feature/Login");
    const { found, unknown, code, error, report } = await monitor(app);
    expect({ found, unknown, code, error }).toEqual({ found: [], unknown: [], code: 0, error: "" });
    expect(report.summary).toMatchObject({
      names: 24,
      apps: ["shop"],
      stages: ["feature/Login", "pr-1", "prod"],
    });
    const { out } = await run(app, []);
    expect(out).toStartWith("stages\n");
    expect(out).toEndWith("\n\n✓ no findings: looked at 24 names in 3 stages of 1 app\n");
  },
  TIME,
);

test(
  "two stages share a workflow",
  async () => {
    const body = `
const flow = raw.Workflow("flow", { className: "Onboarding" });
await raw.Worker("api", { script: ${JSON.stringify(SCRIPT)}, adopt: true, bindings: { flow } });`;
    await using app = await App.start();
    // The guard would refuse the second.
    for (const stage of ["prod", "pr-1"]) await app.deploy(stage, unguarded(body));
    const { found, report, code } = await monitor(app);
    expect(found).toEqual(["error shared-class workflow Onboarding"]);
    expect(code).toBe(1);
    const states = report.findings[0]?.claims.filter(({ source }) => source === "state");
    expect(states).toEqual([
      { app: "shop", stage: "pr-1", id: "flow", source: "state" },
      { app: "shop", stage: "prod", id: "flow", source: "state" },
    ]);
  },
  TIME,
);

test(
  "two stages share a script, and with it a class",
  async () => {
    const body = `
const room = raw.DurableObjectNamespace("room", { className: "Room", sqlite: true });
await raw.Worker("api", { name: "api", script: ${JSON.stringify(SCRIPT)}, adopt: true, bindings: { room } });`;
    await using app = await deployed(body, "prod", "pr-1");
    const { found } = await monitor(app);
    expect(found).toEqual([
      "error shared-class durable-object api/Room",
      // The second stage has adopted it, and leaves it alone when it goes.
      "info collision worker api",
    ]);
  },
  TIME,
);

test(
  "a fixed name is adopted twice",
  async () => {
    const body = `await raw.D1Database("db", { name: "fixed", adopt: true, delete: true });`;
    await using app = await deployed(body, "prod", "pr-1");
    expect((await monitor(app)).found).toEqual(["error collision database fixed"]);
    expect((await monitor(app, ["--offline"])).found).toEqual(["error collision database fixed"]);
    // What blocks share on purpose outlives every stage but its owner.
    const shared = `await Database("db", { stage: "prod", adopt: true });`;
    await using kept = await deployed(shared, "prod", "pr-1");
    const { found, code } = await monitor(kept);
    expect({ found, code }).toEqual({ found: ["info collision database db-prod"], code: 0 });
  },
  TIME,
);

/** Runs `body` for `stage` and kills it when it is about to delete a database. */
const RELEASED = 'createBlocks({ release: ["db"] });';

async function killed(app: App, stage: string, body: string, args: string[]): Promise<void> {
  const path = "/d1/database";
  const hang = app.cloudflare.faults.add({ kind: "hang", method: "DELETE", path, count: 9 });
  const child = await app.spawn(stage, program(body), { args });
  await hang.reached;
  child.kill("SIGKILL");
  await child.exited;
  app.cloudflare.faults.clear();
}

test(
  "a killed destroy leaves orphans, once its state is gone with the machine",
  async () => {
    await using app = await deployed(SHOP, "prod", "pr-7");
    await killed(app, "pr-7", SHOP, ["--destroy"]);
    // As long as there is a state, running the destroy again ends it.
    expect((await monitor(app)).found).toEqual([]);
    await lose(app, "pr-7");
    const { found, report } = await monitor(app);
    expect(found).toContain("warning orphan database shop-db-pr-7");
    expect(found.filter((one) => !/^warning orphan .*-pr-7$/.test(one))).toEqual([]);
    expect(report.findings[0]?.claims).toEqual([
      { app: "shop", stage: "pr-7", id: "shop-db", source: "source" },
    ]);
  },
  TIME,
);

test(
  "a killed replacement leaves an orphan",
  async () => {
    const body = (name: string) =>
      `${RELEASED} await raw.D1Database("db", { name: "${name}-" + stage });`;
    await using app = await deployed(body("old"), "qa");
    await killed(app, "qa", body("new"), []);
    const armed = "error armed-stage database new-qa";
    expect((await monitor(app)).found).toEqual([armed, "warning orphan database old-qa"]);
    await app.deploy("qa", program(body("new")));
    expect((await monitor(app)).found).toEqual([armed]);
  },
  TIME,
);

test(
  "a killed replacement deletes what the source has gone back to",
  async () => {
    const body = (name: string) =>
      `${RELEASED} await raw.D1Database("db", { name: "${name}-" + stage, adopt: true });`;
    await using app = await deployed(body("old"), "qa");
    await killed(app, "qa", body("new"), []);
    await app.write("alchemy.qa.run.ts", program(body("old")));
    expect((await monitor(app)).found).toEqual([
      "error collision database old-qa",
      "error armed-stage database new-qa",
      "warning drift database new-qa",
    ]);
    // What Alchemy does if nobody minds it: the database that is in use again is gone.
    await app.deploy("qa", unguarded(body("old").replace(RELEASED, "")));
    expect([...app.account.databases.all.values()].map(({ name }) => name)).toEqual([]);
  },
  TIME,
);

test(
  "a stage has lost its state",
  async () => {
    await using app = await deployed(SHOP, "prod", "pr-1");
    await lose(app, "prod");
    const { found, code } = await monitor(app);
    expect(found).toEqual(
      [
        "database shop-db-prod",
        "bucket shop-bills-prod",
        "bucket shop-eu-prod",
        "kv shop-menu-prod",
        "queue shop-sales-prod",
        "worker shop-api-prod",
        "workflow shop-flow-prod",
      ]
        .map((name) => `warning orphan ${name}`)
        .sort(),
    );
    expect(code).toBe(1);
  },
  TIME,
);

test(
  "a resource is gone from the account",
  async () => {
    await using app = await deployed(SHOP, "prod");
    const { account } = app;
    account.journal.during([], () => {
      for (const { id } of [...account.databases.all.values()]) account.databases.delete(id);
    });
    expect((await monitor(app)).found).toEqual(["error missing database shop-db-prod"]);
  },
  TIME,
);

test(
  "a resource is made by hand",
  async () => {
    await using app = await deployed(SHOP, "prod");
    app.account.journal.during([], () => app.account.namespaces.create("notes of Ann"));
    const { found, code } = await monitor(app);
    expect({ found, code }).toEqual({ found: ["info foreign kv notes of Ann"], code: 0 });
    expect((await monitor(app, ["--fail-on", "foreign"])).code).toBe(1);
    expect((await monitor(app, ["--fail-on", "info"])).code).toBe(1);
    expect((await monitor(app, ["--fail-on", "orphan", "--fail-on", "error"])).code).toBe(0);
  },
  TIME,
);

test(
  "the source has another name than the state",
  async () => {
    await using app = await deployed(
      `await raw.D1Database("db", { name: "db-" + stage });`,
      "prod",
    );
    const other = `await raw.D1Database("db", { name: \`data-\${stage}\` });`;
    await app.write("alchemy.prod.run.ts", program(other));
    const { found, report } = await monitor(app);
    expect(found).toEqual(["warning drift database db-prod"]);
    expect(report.findings[0]?.message).toContain("`data-prod`");
  },
  TIME,
);

test(
  "base names that can meet",
  async () => {
    const body = `
await raw.D1Database("db", { name: "db-" + stage });
await raw.D1Database("other", { name: "db-pr-" + stage });`;
    await using app = await deployed(body, "pr-1");
    expect((await monitor(app)).found).toEqual(["warning ambiguous database db-pr-1"]);
  },
  TIME,
);

/** So many deploys in one process, as real as those of as many. */
const MANY = `
import alchemy from "alchemy";
import { Database, Queue } from "@alch/blocks";
// Without the stage of the command line, which the guard would hold against the others.
process.argv.length = 2;
for (let at = 1; at <= 200; at++) {
  const app = await alchemy("shop", { stage: \`pr-\${at}\`, quiet: true, noTrack: true });
  await Database("shop-db", {});
  await Queue("shop-jobs", {});
  await app.finalize();
}`;

test(
  "200 stages",
  async () => {
    await using app = await App.start();
    await app.deploy("pr-1", MANY);
    const { found, unknown, report } = await monitor(app);
    expect({ found, unknown }).toEqual({ found: [], unknown: [] });
    expect(report.summary.stages.length).toBe(200);
    expect(report.summary.names).toBe(400);
    expect(report.summary.quotas.find(({ kind }) => kind === "database")?.used).toBe(200);
    await lose(app, "pr-117");
    expect((await monitor(app)).found).toEqual([
      "warning orphan database shop-db-pr-117",
      "warning orphan queue shop-jobs-pr-117",
    ]);
    const free = await monitor(app, ["--plan", "free"]);
    expect(free.found[0]).toBe("error quota database ");
  },
  TIME,
);
