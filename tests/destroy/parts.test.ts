/** Where in the API the parts are that an interrupted replacement has left: by their own ids, not by the row that tells of them. */
import { expect, test } from "bun:test";
import { connect } from "../../ts/cli/account/connect.ts";
import { remove } from "../../ts/cli/destroy/resource.ts";
import type { Task } from "../../ts/cli/destroy/task.ts";
import { rowsOf } from "../../ts/cli/stages/origins.ts";

const PARTS: Record<string, object> = {
  Route: { id: "route-1", zoneId: "zone-1", script: "shop-api-pr-1" },
  CustomDomain: { id: "domain-1", zoneId: "zone-1", workerName: "shop-api-pr-1" },
  QueueConsumer: { id: "consumer-1", queueId: "queue-1" },
  R2Object: { key: "a b.svg", bucket: { name: "files", jurisdiction: "eu" } },
};

const PATHS = [
  "DELETE /zones/zone-1/workers/routes/route-1",
  "DELETE /accounts/acc/workers/domains/domain-1",
  "DELETE /accounts/acc/queues/queue-1/consumers/consumer-1",
  "DELETE /accounts/acc/r2/buckets/files/objects/a%20b.svg eu",
];

test("each is deleted by what it says itself", async () => {
  const seen: string[] = [];
  using server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch(request) {
      const place = request.headers.get("cf-r2-jurisdiction");
      const { pathname } = new URL(request.url);
      seen.push([request.method, pathname, ...(place ? [place] : [])].join(" "));
      return Response.json({ success: true, result: null });
    },
  });
  const pendingDeletions = Object.entries(PARTS).map(([kind, output]) => ({
    resource: {
      "Symbol(alchemy::ResourceKind)": `cloudflare::${kind}`,
      "Symbol(alchemy::ResourceID)": kind,
      ...output,
    },
  }));
  const row = { kind: "alchemy::Scope", id: "pr-1", status: "created", data: { pendingDeletions } };
  const stageRow = { app: "shop", stage: "pr-1", scope: [], row, reachable: true };
  const stored = { get: async () => row, remove: async () => {} };
  const nothing = { rows: [], rootRows: [], rows2: [], problems: [], apart: false };
  const store = { ...nothing, store: ".alchemy", stageRows: [stageRow], stored };
  const { rows, origins } = rowsOf([store]);
  const env = { CLOUDFLARE_API_TOKEN: "t", CLOUDFLARE_BASE_URL: `${server.url}`.slice(0, -1) };
  const connection = connect(env, () => {});
  if (connection === undefined) throw new Error("there is no connection");
  const api = { ...connection, account: "acc", deadline: 10_000, emptyBuckets: false };
  for (const [at, row] of rows.entries()) {
    const step = { row: at, action: "delete", name: row.name, resource: row.resource, why: "" };
    await remove(api, { step, row, origin: origins[at] } as Task);
  }
  expect(seen).toEqual(PATHS);
});
