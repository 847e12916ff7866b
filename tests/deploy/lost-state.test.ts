/** The state is gone: `adopt` finds everything again, with all its data. */
import { expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { data, fill, names } from "../support/data.ts";
import { App, program } from "../support/program.ts";
import { migrations, shop } from "../support/shop.ts";
import { FLOW, worker } from "./holes/holes.ts";

const STAGES = ["prod", "pr-7"];

async function lose(app: App): Promise<void> {
  await rm(join(app.folder, ".alchemy"), { recursive: true });
}

/** Two stages of the app with data in all that they hold. */
async function start(): Promise<App> {
  const app = await App.start();
  await migrations(app);
  for (const stage of STAGES) {
    await app.deploy(stage, shop(false));
    app.account.sql(`shop-db-${stage}`, "insert into orders (note) values (?)", `of ${stage}`);
  }
  fill(app);
  return app;
}

test("with `adopt` everything is as before", async () => {
  await using app = await start();
  const before = { held: app.account.state(), data: data(app) };
  await lose(app);
  const from = app.cloudflare.log.length;
  for (const stage of STAGES) await app.deploy(stage, shop(true));
  expect({ held: app.account.state(), data: data(app) }).toEqual(before);
  for (const stage of STAGES) {
    const orders = app.account.sql(`shop-db-${stage}`, "select note from orders");
    expect(orders).toEqual([{ note: `of ${stage}` }]);
  }
  expect(app.cloudflare.deletions()).toEqual([]);
  expect(app.cloudflare.takeovers()).toEqual([]);
  const made = app.cloudflare.log.slice(from).filter(({ action }) => action === "create");
  expect(made).toEqual([]);
  // The next deploy goes on without it, as if nothing had happened.
  for (const stage of STAGES) await app.deploy(stage, shop(false));
  expect({ held: app.account.state(), data: data(app) }).toEqual(before);
  expect(app.cloudflare.deletions()).toEqual([]);
  expect(app.cloudflare.unhandled).toEqual([]);
}, 60_000);

test("without `adopt` the deploy fails, and what it leaves behind harms nothing", async () => {
  await using app = await start();
  const before = { held: app.account.state(), data: data(app) };
  await lose(app);
  for (const stage of STAGES) {
    const { code, output } = await app.run(stage, shop(false));
    expect({ code, output }).toMatchObject({ code: 1, output: expect.stringContaining("exists") });
  }
  expect({ held: app.account.state(), data: data(app) }).toEqual(before);
  for (const stage of STAGES) await app.deploy(stage, shop(true));
  expect({ held: app.account.state(), data: data(app) }).toEqual(before);
  expect(app.cloudflare.deletions()).toEqual([]);
}, 60_000);

test("tearing a stage down without its state deletes nothing", async () => {
  await using app = await start();
  const before = { held: app.account.state(), data: data(app) };
  await lose(app);
  for (const stage of STAGES) await app.deploy(stage, shop(true), { args: ["--destroy"] });
  expect({ held: app.account.state(), data: data(app) }).toEqual(before);
}, 60_000);

test("what a preview has adopted outlives it, until somebody says `delete: true`", async () => {
  await using app = await start();
  const ofProd = () => data(app).filter((one) => one.includes("-prod"));
  const before = ofProd();
  await lose(app);
  for (const stage of STAGES) await app.deploy(stage, shop(true));
  app.account.buckets.named("shop-bills-pr-7")?.objects.clear();
  await app.deploy("pr-7", shop(true), { args: ["--destroy"] });
  expect(ofProd()).toEqual(before);
  expect(names(app, "D1Database")).toContain("shop-db-pr-7");
  expect(names(app, "Queue")).toContain("shop-sales-pr-7");
  const away = shop(true).replaceAll("adopt: true", "adopt: true, delete: true");
  await app.deploy("pr-7", away);
  await app.deploy("pr-7", away, { args: ["--destroy"] });
  expect(ofProd()).toEqual(before);
  expect(app.account.state().filter(({ name }) => name.includes("pr-7"))).toEqual([]);
}, 60_000);

test("a workflow moves to another Worker of the stage, which has lost its state", async () => {
  await using app = await App.start();
  const held = program(`${FLOW}\n${worker("flow")}`);
  await app.deploy("pr-1", held);
  await lose(app);
  await app.deploy("pr-1", held);
  await app.deploy("pr-1", program(`${worker("")}\n${FLOW}\n${worker("flow", "web")}`));
  const flow = app.account.state().find(({ kind }) => kind === "Workflow");
  expect(flow).toMatchObject({ name: "flow-pr-1", script: "shop-web-pr-1" });
}, 60_000);
