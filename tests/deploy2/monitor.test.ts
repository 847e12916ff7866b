/** The monitor and the state of Alchemy 2, as real deploys leave both. */
import { expect, test } from "bun:test";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startCloudflare } from "../cloudflare/index.ts";
import { monitor } from "../monitor/monitor.ts";
import { App2, COUNTER, FLOW, TIME, unguarded, worker } from "./app.ts";

const SIX = `
const db = yield* D1.Database("db", { name: "db-" + stage });
yield* D1.Database("automatic");
yield* R2.Bucket("files", { name: "files-" + stage, jurisdiction: "eu" });
yield* KV.Namespace("kv", { title: "kv-" + stage });
yield* Queues.Queue("jobs", { name: "jobs-" + stage });
${worker(`${COUNTER} ${FLOW} DB: db,`, { more: 'crons: ["0 * * * *"],' })}
`;

/** What the monitor finds, by the state and the account alone. */
async function monitored(app: App2) {
  // The programs of a repository are read, too.
  await mkdir(join(app.folder, ".git"), { recursive: true });
  for (const file of await readdir(app.folder)) {
    if (file.endsWith(".run.ts")) await rm(join(app.folder, file));
  }
  return monitor(app);
}

test.concurrent(
  "all that Alchemy 2 has deployed is known, in both stages",
  async () => {
    await using app = await App2.start();
    await app.deploy("prod", unguarded(SIX));
    await app.deploy("pr-1", unguarded(SIX));
    const { found, unknown, report, code } = await monitored(app);
    expect({ found, unknown, code }).toEqual({ found: [], unknown: [], code: 0 });
    const inProd = report.summary.matrix.filter(({ stage }) => stage === "prod");
    expect(inProd.map(({ kind, resources }) => `${resources} ${kind}`).sort()).toEqual([
      "1 bucket",
      "1 durable-object",
      "1 kv",
      "1 queue",
      "1 worker",
      "1 workflow",
      "2 database",
    ]);
    expect(report.summary.quotas.filter(({ kind }) => kind === "cron")).toEqual([
      { kind: "cron", used: 2, limit: 250 },
    ]);
  },
  TIME,
);

test.concurrent(
  "a resource that 0.94 and 2 both hold is found, until one of them lets go",
  async () => {
    await using app = await App2.start();
    await app.deploy("prod", unguarded('yield* D1.Database("db", { name: "db-" + stage });'));
    const [database] = app.account.state();
    const row = join(app.folder, ".alchemy", "shop", "prod", "db.json");
    await mkdir(join(row, ".."), { recursive: true });
    const output = { id: database?.id, name: "db-prod" };
    const old = { kind: "cloudflare::D1Database", id: "db", status: "created", data: {}, output };
    await writeFile(row, JSON.stringify(old));
    const both = await monitored(app);
    expect(both.found).toEqual(["error two-versions database db-prod"]);
    expect(both.report.findings[0]?.help).toContain("`npx @alch/blocks migrate --to-v2 --retire`");
    await rm(row);
    expect((await monitored(app)).found).toEqual([]);
  },
  TIME,
);

test.concurrent(
  "stages that share a name, and what was deleted by hand, are found",
  async () => {
    await using app = await App2.start();
    const shared = unguarded('yield* KV.Namespace("kv", { title: "shared" });');
    await app.deploy("prod", shared);
    await app.deploy("pr-1", shared);
    expect((await monitored(app)).found).toEqual(["error collision kv shared"]);
    await app.destroy("prod", shared);
    const { found, report } = await monitored(app);
    expect(found).toEqual(["error missing kv shared"]);
    expect(report.findings[0]?.help).toContain(".alchemy/state/<stack>/<stage>/<id>.json");
    // Which is what the help says to do.
    await rm(join(app.folder, ".alchemy", "state", "shop", "pr-1", "kv.json"));
    await app.deploy("pr-1", shared);
    expect((await monitored(app)).found).toEqual([]);
  },
  TIME,
);

test.concurrent(
  "rows of another account are not compared with this one",
  async () => {
    await using app = await App2.start();
    await using other = await startCloudflare({ accountId: "2".repeat(32) });
    const shared = unguarded('yield* KV.Namespace("kv", { title: "kv" });');
    await app.deploy("prod", shared);
    const elsewhere = { ...other.env, CLOUDFLARE_STAND_IN: other.url };
    await app.deploy("pr-1", shared, { env: elsewhere });
    expect((await monitored(app)).found).toEqual([]);
  },
  TIME,
);
