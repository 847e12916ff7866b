/** A shop in two stages that the real Alchemy has deployed, and what it has used. */
import { expect } from "bun:test";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import type { CostReport } from "../../ts/cli/cost/report.ts";
import { ownerLabel } from "../../ts/cli/render/cost.ts";
import { cli, type Ended, type How } from "../cli/cli.ts";
import { expectValid } from "../cli/schemas.ts";
import type { UsageRow } from "../cloudflare/analytics.ts";
import { App, program, SCRIPT } from "../support/program.ts";

const SHOP = `
const db = await Database("shop-db");
const bills = await Bucket("shop-bills");
const eu = await Bucket("shop-eu", { jurisdiction: "eu" });
const menu = await KV("shop-menu");
const sales = await Queue("shop-sales");
const room = DurableObject("room", { className: "Room", sqlite: true });
const flow = AlchemyWorkflow("shop-flow", { className: "Onboarding" });
await raw.Worker("api", {
  name: blocks.physicalName("worker", "shop-api", stage),
  script: ${JSON.stringify(SCRIPT)},
  bindings: { db, bills, eu, menu, sales, room, flow },
});`;

export const TOKEN = "stand-in-token";
const DAY_MS = 86_400_000;

/** A day that is so many days ago, in UTC. */
export function dayBefore(days: number): string {
  return new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);
}

export function use(key: string, id: string, values: UsageRow["values"], more = {}): UsageRow {
  return { date: dayBefore(2), dimensions: { [key]: id, ...more }, values };
}

export async function deployed(): Promise<App> {
  const app = await App.start();
  for (const stage of ["prod", "pr-7"]) await app.deploy(stage, program(SHOP));
  return app;
}

/** Has the state of `pr-7` claim the KV namespace of `prod`, as a fixed name does. */
export function share(app: App): void {
  const row = (stage: string) => join(app.folder, ".alchemy", "shop", stage, "shop-menu.json");
  copyFileSync(row("prod"), row("pr-7"));
}

/** Everything that a month has used, of all kinds. */
export function useAll({ account }: App): void {
  const { analytics } = account;
  const id = <T extends { id: string }>(found: T | undefined) => found?.id ?? "";
  const object = account.durableObjects.named("shop-api-pr-7", "Room");
  analytics.note(
    "workersInvocationsAdaptive",
    use("scriptName", "shop-api-prod", { requests: 12e6, cpuTimeUs: 6e9 }, { status: "success" }),
    use("scriptName", "shop-api-prod", { requests: 3e6, cpuTimeUs: 0 }, { status: "error" }),
    use("scriptName", "shop-api-pr-7", { requests: 5e6, cpuTimeUs: 0 }),
    use("scriptName", "old-api", { requests: 20e6, cpuTimeUs: 0 }),
  );
  const database = use("databaseId", id(account.databases.named("shop-db-prod")), {
    rowsRead: 1e6,
    rowsWritten: 51e6,
  });
  analytics.note("d1AnalyticsAdaptiveGroups", database);
  analytics.note(
    "r2OperationsAdaptiveGroups",
    use("bucketName", "shop-bills-prod", { requests: 2e6 }, { actionType: "PutObject" }),
    use("bucketName", "eu_shop-eu-pr-7", { requests: 2e6 }, { actionType: "PutObject" }),
  );
  const menu = id(account.namespaces.named("shop-menu-prod"));
  const write = use("namespaceId", menu, { requests: 2e6 }, { actionType: "write" });
  analytics.note("kvOperationsAdaptiveGroups", write);
  const queue = id(account.queues.named("shop-sales-pr-7"));
  analytics.note(
    "queueMessageOperationsAdaptiveGroups",
    use("queueId", queue, { billableOperations: 3.5e6 }),
  );
  const lasted = use("namespaceId", id(object), { duration: 900_000, rowsRead: 0, rowsWritten: 0 });
  analytics.note("durableObjectsPeriodicGroups", lasted);
  const steps = use(
    "workflowName",
    "shop-flow-pr-7",
    { count: 1e6 },
    { eventType: "STEP_SUCCESS" },
  );
  analytics.note("workflowsAdaptiveGroups", steps);
}

export interface Priced extends Ended {
  report: CostReport;
  /** Of each owner who it is, and its part of the bill in dollars. */
  parts: Record<string, number>;
  unknown: string[];
}

/** Runs `cost` with JSON. */
export async function cost(app: App, args: readonly string[] = [], how: How = {}): Promise<Priced> {
  const ended = await run(app, [...args, "--json"], how);
  if (ended.out === "") throw new Error(`it printed nothing: ${ended.error}`);
  const report = JSON.parse(ended.out) as CostReport;
  expectValid("cost", report);
  const bill = report.owners.reduce((sum, one) => sum + one.cost, report.subscription);
  expect(bill).toBe(report.total);
  const parts = report.owners.map((one) => [ownerLabel(one), one.cost / 1e6]);
  const unknown = report.unknown.map(({ source, kind, code }) => `${source} ${kind} ${code}`);
  return { ...ended, report, parts: Object.fromEntries(parts), unknown };
}

/** The same, as it is for people. */
export async function run(app: App, args: readonly string[], how: How = {}): Promise<Ended> {
  const env = { ...app.cloudflare.env, ...how.env };
  const ended = await cli(app.folder, ["cost", ...args], { runtime: "Bun", ...how, env });
  for (const text of [ended.out, ended.error]) expect(text).not.toContain(TOKEN);
  expect(app.cloudflare.unhandled).toEqual([]);
  return ended;
}
