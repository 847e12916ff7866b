/** By what usage is matched: states of both versions, programs, and what the account lists. */
import { expect, test } from "bun:test";
import type { CostReport } from "../../ts/cli/cost/report.ts";
import { ownerLabel } from "../../ts/cli/render/cost.ts";
import { cli, Folder } from "../cli/cli.ts";
import { type Cloudflare, startCloudflare } from "../cloudflare/index.ts";
import { use } from "./world.ts";

/** A row of 0.94. */
function row(kind: string, id: string, output: object): string {
  return JSON.stringify({ kind, id, status: "created", data: {}, props: {}, output });
}

/** A row of Alchemy 2. */
function row2(fqn: string, attr: object): string {
  return JSON.stringify({
    ...{ status: "created", fqn, logicalId: fqn, instanceId: "0", props: {}, bindings: [] },
    ...{ resourceType: "Cloudflare.D1Database", removalPolicy: "destroy", providerMode: "live" },
    attr: { ...attr, databaseName: `blog-${fqn}` },
  });
}

async function priced(folder: Folder, cf: Cloudflare, env: Readonly<Record<string, string>> = {}) {
  const how = { runtime: "Bun", env: { ...cf.env, ...env } } as const;
  const { out, error, code } = await cli(folder.path, ["cost", "--json"], how);
  if (out === "") return { code, error, owners: {} };
  const { resources } = JSON.parse(out) as CostReport;
  const owners = resources.map((one) => [one.name, ownerLabel(one)]);
  return { code, error, owners: Object.fromEntries(owners) };
}

test("a state tells the id of what is gone from the account, in both versions", async () => {
  await using cf = await startCloudflare();
  using folder = new Folder();
  const output = { id: "one", name: "shop-db" };
  folder.write(".alchemy/shop/prod/db.json", row("cloudflare::D1Database", "db", output));
  const attr = { databaseId: "two", accountId: cf.account.id };
  folder.write(".alchemy/state/blog/pr-7/db.json", row2("db", attr));
  const elsewhere = { databaseId: "three", accountId: "another" };
  folder.write(".alchemy/state/blog/pr-8/old.json", row2("old", elsewhere));
  const ids = ["one", "two", "three", "four"];
  const rows = ids.map((id) => use("databaseId", id, { rowsRead: 1e9, rowsWritten: 1e6 }));
  cf.account.analytics.note("d1AnalyticsAdaptiveGroups", ...rows);
  const { owners } = await priced(folder, cf);
  expect(owners).toEqual({
    "shop-db": "shop / prod",
    "blog-db": "blog / pr-7",
    // Its row is of another account.
    "blog-old": "unknown",
    four: "unknown",
  });
}, 60_000);

test("a program claims in the stages of its app what no state has", async () => {
  await using cf = await startCloudflare();
  using folder = new Folder();
  const program = `import alchemy from "alchemy";
import { Bucket } from "@alch/blocks";
const app = await alchemy("shop");
await Bucket("shop-files");
await app.finalize();`;
  folder.write("alchemy.run.ts", program);
  const output = { id: "one", name: "shop-db" };
  folder.write(".alchemy/shop/prod/db.json", row("cloudflare::D1Database", "db", output));
  const rows = ["shop-files-prod", "shop-files-pr-9"].map((name) =>
    use("bucketName", name, { requests: 9e6 }, { actionType: "GetObject" }),
  );
  cf.account.analytics.note("r2OperationsAdaptiveGroups", ...rows);
  const { owners } = await priced(folder, cf);
  // No state says that there is a stage `pr-9`.
  expect(owners).toEqual({ "shop-files-prod": "shop / prod", "shop-files-pr-9": "unknown" });
}, 60_000);

test("without any state the usage is read, and all of it is unknown", async () => {
  await using cf = await startCloudflare();
  using folder = new Folder();
  const row = use("scriptName", "api", { requests: 9e6, cpuTimeUs: 0 });
  cf.account.analytics.note("workersInvocationsAdaptive", row);
  const { code, owners } = await priced(folder, cf);
  expect({ code, owners }).toEqual({ code: 2, owners: { api: "unknown" } });
}, 60_000);

test("without a token, it says what to set, and offers nothing that it does not have", async () => {
  await using cf = await startCloudflare();
  using folder = new Folder();
  const none = { CLOUDFLARE_API_TOKEN: "", CLOUDFLARE_ACCOUNT_ID: "" };
  const { code, error } = await priced(folder, cf, none);
  expect(code).toBe(2);
  expect(error).toContain("help: set `CLOUDFLARE_API_TOKEN` to a token with `D1: Read`");
  expect(error).not.toContain("--offline");
}, 60_000);

test("a token for several accounts needs to be told which", async () => {
  const others = [{ accountId: "other", token: "stand-in-token" }];
  await using cf = await startCloudflare({ others });
  using folder = new Folder();
  const { code, error } = await priced(folder, cf, { CLOUDFLARE_ACCOUNT_ID: "" });
  expect(code).toBe(2);
  expect(error).toContain("error: the token can use 2 accounts, and nothing says which is meant");
  expect(error).toContain("code: account-unknown\nhelp: give `--account <id>`");
}, 60_000);
