/** The stand-in for Cloudflare's analytics: what it refuses, and in which words. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { type Cloudflare, startCloudflare } from "./index.ts";

let cf: Cloudflare;
beforeEach(async () => {
  cf = await startCloudflare({ others: [{ accountId: "other", token: "other-token" }] });
});
afterEach(() => cf.close());

const DAY_MS = 86_400_000;
const day = (before: number) => new Date(Date.now() - before * DAY_MS).toISOString().slice(0, 10);

interface Asked {
  fields?: string;
  filter?: string;
  limit?: number;
  token?: string;
}

const WORKERS = "workersInvocationsAdaptive";

async function ask({ fields, filter, limit = 10, token = "stand-in-token" }: Asked = {}) {
  const selection = fields ?? "dimensions { date scriptName } sum { requests }";
  const range = filter ?? `date_geq: "${day(30)}", date_leq: "${day(0)}"`;
  const query = `query ($account: string!) { viewer { accounts(filter: { accountTag: $account }) {
    ${WORKERS}(limit: ${limit}, filter: { ${range} }) { ${selection} } } } }`;
  const response = await fetch(`${cf.url}/client/v4/graphql`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables: { account: cf.account.id } }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: the tests look into answers of every shape.
  const { data, errors } = (await response.json()) as any;
  return {
    status: response.status,
    rows: data?.viewer.accounts[0][WORKERS],
    errors: (errors ?? []).map(({ message }: { message: string }) => message),
  };
}

function note(scriptName: string, requests: number, before = 2, status = "success"): void {
  const dimensions = { scriptName, status };
  cf.account.analytics.note(WORKERS, { date: day(before), dimensions, values: { requests } });
}

test("rows are grouped by the dimensions that are asked for", async () => {
  note("api", 1);
  note("api", 2, 2, "error");
  note("api", 4, 3);
  note("web", 8);
  const { rows } = await ask({ fields: "dimensions { scriptName } sum { requests } count" });
  expect(rows).toEqual([
    { dimensions: { scriptName: "api" }, sum: { requests: 7 }, count: 3 },
    { dimensions: { scriptName: "web" }, sum: { requests: 8 }, count: 1 },
  ]);
  const { rows: days } = await ask({ filter: `date: "${day(2)}", scriptName_in: ["api"]` });
  expect(days).toEqual([{ dimensions: { date: day(2), scriptName: "api" }, sum: { requests: 3 } }]);
  expect((await ask({ limit: 1 })).rows).toHaveLength(1);
});

describe("it refuses, with the status 200,", () => {
  const refused: [string, Asked, string][] = [
    ["a field that there is not", { fields: "sum { cpuTime }" }, 'Cannot query field "cpuTime"'],
    ["a value without fields", { fields: "sum" }, "must have a selection of subfields"],
    ["a filter that there is not", { filter: 'scriptId: "a"' }, '"scriptId" is not defined'],
    ["no time", { filter: 'scriptName: "api"' }, "error parsing args"],
    ["too many rows", { limit: 10_001 }, "not greater than 10000"],
    ["no rows", { limit: 0 }, "limit must be positive number"],
    [
      "a long time",
      { filter: `date_geq: "${day(31)}", date_leq: "${day(0)}"` },
      "query time range is too large",
    ],
    ["an old day", { filter: `date: "${day(33)}"` }, "cannot request data older than 2678400s"],
    ["another's account", { token: "other-token" }, "not authorized for that account"],
  ];

  test.each(refused)("%s", async (_, asked, message) => {
    const { status, errors } = await ask(asked);
    expect(status).toBe(200);
    expect(errors).toEqual([expect.stringContaining(message)]);
  });

  test("more queries than are allowed in five minutes", async () => {
    const { analytics } = cf.account;
    analytics.budget = 2;
    for (const expected of [0, 0, 1]) expect((await ask()).errors).toHaveLength(expected);
    expect((await ask()).errors[0]).toStartWith("rate limiter budget depleted");
    expect(analytics.isDepleted(1, Date.now() + 300_001)).toBe(false);
  });

  test("what a test breaks, alone or beside its rows", async () => {
    note("api", 1);
    cf.account.analytics.break(WORKERS, "Internal server error");
    expect(await ask()).toMatchObject({ rows: null, errors: ["Internal server error"] });
    cf.account.analytics.break(WORKERS, "Internal server error", true);
    expect(await ask()).toMatchObject({
      rows: [{ sum: { requests: 1 } }],
      errors: ["Internal server error"],
    });
  });
});
