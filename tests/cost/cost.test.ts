/** What `cost` says of real deploys and of what they have used. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { Analytics } from "../cloudflare/analytics.ts";
import type { App } from "../support/program.ts";
import { cost, dayBefore, deployed, run, share, use, useAll } from "./world.ts";

const TIME = 120_000;
const WORKERS = "workersInvocationsAdaptive";
const KV = "kvOperationsAdaptiveGroups";

let app: App;

beforeAll(async () => {
  app = await deployed();
  share(app);
}, TIME);

afterAll(() => app?.[Symbol.asyncDispose]());

beforeEach(() => {
  app.account.analytics = new Analytics();
  app.account.plans = ["workers_paid"];
  app.cloudflare.faults.clear();
});

const queries = () => app.cloudflare.log.filter(({ path }) => path.endsWith("/graphql")).length;

test(
  "usage is matched to stages, and the parts are the bill",
  async () => {
    useAll(app);
    const asked = queries();
    const { parts, report, code, unknown, error } = await cost(app);
    expect({ code, unknown, error }).toEqual({ code: 0, unknown: [], error: "" });
    // 30 million requests over the 10 that are included are $9, of which pr-7 has 5 of 40.
    expect(parts).toEqual({
      "shop / pr-7": 1.125 + 6.75 + 1 + 12.5 + 4,
      "shop / prod": 3.375 + 1 + 6.75,
      unknown: 4.5,
      "shared by shop / pr-7, shop / prod": 5,
    });
    expect(report).toMatchObject({
      ...{ plan: "paid", planFrom: "account", subscription: 5e6, shareOf: "bill" },
      ...{ from: dayBefore(30), to: dayBefore(1), days: 30 },
    });
    const buckets = report.resources.filter(({ kind }) => kind === "bucket");
    expect(buckets.map(({ name, place, cost }) => [name, place, cost])).toEqual([
      ["shop-eu-pr-7", "eu", 6_750_000],
      ["shop-bills-prod", "", 6_750_000],
    ]);
    expect(report.resources.find(({ owner }) => owner === "unknown")?.name).toBe("old-api");
    // One for each dataset.
    expect(queries() - asked).toBe(12);
  },
  TIME,
);

test(
  "people get a table of stages and kinds",
  async () => {
    useAll(app);
    const { out, code } = await run(app, [], { runtime: "Node 20" });
    expect(code).toBe(0);
    const cells = out.split("\n").map((line) => line.trim().split(/ {2,}/));
    expect(cells).toContainEqual(["shop / prod", "$11.13", "$64.62", "24.2 % ████▉"]);
    expect(cells).toContainEqual(["1 Durable Object", "$12.50", "$11.25", "27.2 % █████▍"]);
    expect(cells).toContainEqual(["the plan itself", "$5.00"]);
    expect(cells).toContainEqual(["Worker old-api", "$4.50", "$6.00"]);
    expect(cells).toContainEqual([
      "Worker: requests",
      "40,000,000 requests; 10,000,000 a month are included",
    ]);
    expect(out).toContain("which Cloudflare has no analytics");
    expect(out).toEndWith("\na month costs $51.00\n");
  },
  TIME,
);

test(
  "without usage, each deployed stage has a line, and nothing has a share",
  async () => {
    const { out, code } = await run(app, []);
    expect(code).toBe(0);
    const cells = out.split("\n").map((line) => line.trim().split(/ {2,}/));
    expect(cells).toContainEqual(["shop / prod", "$0.00", "$0.00"]);
    expect(cells).toContainEqual(["shop / pr-7", "$0.00", "$0.00"]);
    expect(out.split("\n")[0]).toEndWith("; no usage was found.");
    expect(out).not.toContain("shares are");
    expect(out).not.toContain("%");
  },
  TIME,
);

describe("--fail-over", () => {
  test.each([
    ["51", 0, "✓ a month costs $51.00, which is not more than $51.00"],
    ["50.99", 1, "✗ a month costs $51.00, which is more than $50.99"],
    ["0", 1, "✗ a month costs $51.00, which is more than $0.00"],
  ] as const)(
    "%s ends with %d",
    async (limit, expected, line) => {
      useAll(app);
      const { out, code } = await run(app, ["--fail-over", limit]);
      expect({ code, last: out.trimEnd().split("\n").at(-1) }).toEqual({
        code: expected,
        last: line,
      });
    },
    TIME,
  );

  test(
    "compares the plan's own price, too",
    async () => {
      expect((await cost(app, ["--fail-over", "4.99"])).code).toBe(1);
      expect((await cost(app, ["--fail-over", "5"])).code).toBe(0);
    },
    TIME,
  );
});

test(
  "a short time counts for a month",
  async () => {
    app.account.analytics.note(
      WORKERS,
      {
        ...use("scriptName", "shop-api-prod", { requests: 7e6, cpuTimeUs: 0 }),
        date: dayBefore(7),
      },
      {
        ...use("scriptName", "shop-api-prod", { requests: 9e9, cpuTimeUs: 0 }),
        date: dayBefore(8),
      },
    );
    const { parts, report } = await cost(app, ["--since", "7d"]);
    expect(report).toMatchObject({ from: dayBefore(7), to: dayBefore(1), days: 7 });
    expect(parts).toEqual({ "shop / prod": 6, "shop / pr-7": 0 });
  },
  TIME,
);

describe("the plan", () => {
  test(
    "is what the account says, or what was given",
    async () => {
      useAll(app);
      app.account.plans = ["r2_paid"];
      const free = await cost(app);
      expect(free.report).toMatchObject({ plan: "free", planFrom: "account", total: 13_500_000 });
      const { out } = await run(app, []);
      expect(out).toContain("on the free plan, as the account says");
      // In a day it had 40 million requests of the 100,000 that it may have.
      expect(out).toMatch(
        /Worker: requests +40,000,000 requests, at most 40,000,000 of 100,000 a day/,
      );
      const given = await cost(app, ["--plan", "paid"]);
      expect(given.report).toMatchObject({ plan: "paid", planFrom: "given", total: 51_000_000 });
    },
    TIME,
  );

  test(
    "of a contract is paid",
    async () => {
      app.account.plans = ["workers_ent"];
      expect((await cost(app)).report).toMatchObject({ plan: "paid", planFrom: "account" });
    },
    TIME,
  );

  test(
    "that may not be read is taken for the paid one, and said",
    async () => {
      app.account.plans = undefined;
      const { report, unknown } = await cost(app);
      expect(report).toMatchObject({ plan: "paid", planFrom: "assumed" });
      expect(unknown).toEqual([]);
      expect((await run(app, [])).out).toContain(
        "on the paid plan, which is assumed: to read it needs the permission `Billing: Read`;",
      );
    },
    TIME,
  );
});

describe("what cannot be read whole ends with 2 and is said", () => {
  const old = "cannot request data older than 2678400s";

  test(
    "a token without the permission",
    async () => {
      app.account.analytics.forbidden = true;
      const { code, unknown, report } = await cost(app, ["--fail-over", "1"]);
      expect({ code, unknown }).toEqual({ code: 2, unknown: ["account usage forbidden"] });
      expect(report.unknown[0]?.help).toContain("`Account Analytics: Read`");
    },
    TIME,
  );

  test(
    "a dataset that fails leaves the others known",
    async () => {
      useAll(app);
      app.account.analytics.break(KV, "Internal server error");
      const { code, unknown, parts, report } = await cost(app);
      expect({ code, unknown }).toEqual({ code: 2, unknown: ["account usage failed"] });
      expect(Object.keys(parts)).toEqual(["shop / pr-7", "shop / prod", "unknown"]);
      const unread = report.meters.filter(({ read }) => !read).map(({ id }) => id);
      expect(unread).toEqual(["kv-read", "kv-write", "kv-delete", "kv-list"]);
      const { out } = await run(app, []);
      expect(out).toContain("the usage of KV namespaces cannot be read: Internal server error");
      expect(out).toEndWith("\na month costs at least $46.00\n");
    },
    TIME,
  );

  test(
    "an answer with rows and an error is no whole answer",
    async () => {
      useAll(app);
      app.account.analytics.break(KV, old, true);
      const { code, unknown, parts } = await cost(app);
      expect({ code, unknown }).toEqual({ code: 2, unknown: ["account usage partial"] });
      expect(parts["shared by shop / pr-7, shop / prod"]).toBeUndefined();
    },
    TIME,
  );

  test(
    "a day with more rows than an answer can have",
    async () => {
      const rows = Array.from({ length: 10_001 }, (_, at) =>
        use("namespaceId", `n${at}`, { requests: 1 }, { actionType: "read" }),
      );
      app.account.analytics.note(KV, ...rows);
      const { code, unknown, report } = await cost(app);
      expect({ code, unknown }).toEqual({ code: 2, unknown: ["account usage cut"] });
      expect(report.unknown[0]?.message).toContain("one day has more than 10,000 rows");
    },
    TIME,
  );

  test(
    "Cloudflare wants fewer calls for longer than it is worth to wait",
    async () => {
      const fault = { kind: "429", path: "/graphql", count: 99, retryAfter: 7200 } as const;
      app.cloudflare.faults.add(fault);
      const { code, unknown } = await cost(app);
      expect({ code, unknown }).toEqual({ code: 2, unknown: ["account usage rate-limited"] });
    },
    TIME,
  );

  test(
    "the budget of queries stays depleted",
    async () => {
      app.account.analytics.budget = 11;
      const asked = queries();
      const { code, unknown, report } = await cost(app);
      expect({ code, unknown }).toEqual({ code: 2, unknown: ["account usage rate-limited"] });
      expect(report.unknown[0]?.help).toContain("in five minutes");
      // The last one is tried four times more.
      expect(queries() - asked).toBe(16);
    },
    TIME,
  );

  test(
    "an answer of another shape",
    async () => {
      app.cloudflare.faults.add({ kind: "odd", path: "/graphql", nth: 1 });
      const { code, unknown } = await cost(app);
      expect({ code, unknown }).toEqual({ code: 2, unknown: ["account usage failed"] });
    },
    TIME,
  );

  test(
    "no token at all",
    async () => {
      const { code, out, error } = await run(app, [], { env: { CLOUDFLARE_API_TOKEN: "" } });
      expect({ code, out }).toEqual({ code: 2, out: "" });
      expect(error).toContain("error: there is no token for the Cloudflare account");
    },
    TIME,
  );
});

test(
  "a call that is refused once is made again",
  async () => {
    useAll(app);
    app.cloudflare.faults.add({ kind: "429", path: "/graphql", count: 2, retryAfter: 1 });
    const { code, report } = await cost(app);
    expect({ code, total: report.total }).toEqual({ code: 0, total: 51_000_000 });
  },
  TIME,
);

test(
  "more rows than an answer can have are asked for in halves",
  async () => {
    const { analytics } = app.account;
    for (const day of [3, 25]) {
      const rows = Array.from({ length: 6000 }, (_, at) => ({
        ...use("namespaceId", `n${at}`, { requests: 1 }, { actionType: "list" }),
        date: dayBefore(day),
      }));
      analytics.note(KV, ...rows);
    }
    const asked = queries();
    const { code, report } = await cost(app);
    const used = report.meters.find(({ id }) => id === "kv-list")?.usage;
    expect({ code, used, queries: queries() - asked }).toEqual({
      code: 0,
      used: 12_000,
      queries: 14,
    });
  },
  TIME,
);

test(
  "a kind that is left out is neither listed nor asked for",
  async () => {
    useAll(app);
    const from = app.cloudflare.log.length;
    const { code, report } = await cost(app, ["--without", "bucket", "--without", "kv"]);
    expect({ code, total: report.total }).toEqual({ code: 0, total: 51_000_000 - 18_500_000 });
    const paths = app.cloudflare.log.slice(from).map(({ path }) => path);
    expect(paths.filter((path) => /r2|kv|zones/.test(path))).toEqual([]);
    expect(paths.filter((path) => path.endsWith("/graphql"))).toHaveLength(8);
    const { out } = await run(app, ["--without", "kv"]);
    expect(out).toContain("not in it: KV namespaces, which you left out");
  },
  TIME,
);

test(
  "names of strangers turn and hide nothing",
  async () => {
    const names = ["\u202egnp.api", "::error::boo", "a\u001b[31mred", `x${"y".repeat(300)}`, ""];
    const rows = names.map((name) => use("scriptName", name, { requests: 9e6, cpuTimeUs: 0 }));
    app.account.analytics.note(WORKERS, ...rows);
    const { out, code } = await run(app, []);
    expect(code).toBe(0);
    expect(out).toContain("Worker \\u{202e}gnp.api");
    expect(out).toContain("Worker without a name");
    expect(out).not.toMatch(/[\u202a-\u202e]/);
    expect(out).not.toContain("\u001b");
    expect(out).not.toMatch(/^\s*::/m);
    const { report } = await cost(app);
    expect(report.resources.map(({ name }) => name).sort()).toEqual(names.sort());
  },
  TIME,
);
