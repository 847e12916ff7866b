/** What the monitor makes of an account that answers badly, or not at all. */
import { describe, expect, test } from "bun:test";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Pace } from "../../ts/cli/monitor/collect/pace.ts";
import { LISTED_KINDS } from "../../ts/kinds.ts";
import { App, program } from "../support/program.ts";
import { filesWith, monitor, run, TOKEN } from "./monitor.ts";

const BODY = `
await Database("shop-db", {});
await Bucket("shop-files", {});
await KV("shop-menu", {});
await Queue("shop-jobs", {});`;

async function deployed(): Promise<App> {
  const app = await App.start();
  await app.deploy("prod", program(BODY));
  return app;
}

test.each(LISTED_KINDS)("a token that may not list the kind `$kind`", async ({ kind, listing }) => {
  await using app = await deployed();
  const { path, permission } = listing;
  app.cloudflare.faults.add({ kind: "403", path: `/${path}` });
  const { found, unknown, code, report } = await monitor(app);
  expect({ found, unknown, code }).toEqual({
    found: [],
    unknown: [`account ${kind} forbidden`],
    code: 2,
  });
  expect(report.unknown[0]?.help).toContain(`\`${permission}\``);
  expect(report.summary.quotas.map((quota) => quota.kind)).not.toContain(kind);
  const { unknown: left } = await monitor(app, ["--without", kind]);
  expect(left).toEqual([]);
});

test("the account is named, and one whose name may not be read is no problem", async () => {
  await using app = await deployed();
  const { id } = app.account;
  const named = await monitor(app);
  expect(named.report.account).toEqual({ id, name: id });
  for (const kind of ["403", "429", "500", "malformed", "odd"] as const) {
    app.cloudflare.faults.clear();
    // A second try would wait for an hour.
    const path = new RegExp(`/accounts/${id}$`);
    app.cloudflare.faults.add({ kind, path, count: 9, retryAfter: 3600 });
    const { report, unknown, code } = await monitor(app);
    expect({ kind, unknown, code }).toEqual({ kind, unknown: [], code: 0 });
    expect(report.account?.id).toBe(id);
    if (kind !== "odd") expect(report.account?.name).toBeNull();
  }
  const offline = await monitor(app, ["--offline"]);
  expect(offline.report.account).toBeUndefined();
});

test.each(["malformed", "odd"] as const)(
  "a listing that is %s is unknown, not empty",
  async (kind) => {
    await using app = await deployed();
    app.cloudflare.faults.add({ kind, path: "/storage/kv/namespaces" });
    const { found, unknown, code } = await monitor(app);
    const expected = { found: [], unknown: ["account kv odd-listing"], code: 2 };
    expect({ found, unknown, code }).toEqual(expected);
  },
);

test("a jurisdiction that cannot be listed leaves the others known", async () => {
  await using app = await deployed();
  const { account, cloudflare } = app;
  account.journal.during([], () => account.buckets.create("strange", "eu"));
  const fault = { kind: "403", path: "/r2/buckets", nth: 3 } as const;
  cloudflare.faults.add(fault);
  const { unknown, report, found, code } = await monitor(app);
  expect({ unknown, found, code }).toEqual({
    unknown: ["account bucket forbidden"],
    found: ["info foreign bucket strange"],
    code: 2,
  });
  const [refused] = report.unknown;
  expect(refused?.place).toBe("us");
  expect(refused?.message).toContain("in the jurisdiction `us`");
  expect(refused?.help).toContain("`--without bucket:us`");
  // What is not asked for is not refused.
  const log = cloudflare.log.length;
  const left = await monitor(app, ["--without", "bucket:us"]);
  expect({ unknown: left.unknown, code: left.code }).toEqual({ unknown: [], code: 0 });
  const lists = cloudflare.log.slice(log).filter(({ path }) => path.includes("/r2/buckets"));
  expect(lists).toHaveLength(4);
});

test("buckets outside a jurisdiction that cannot be listed are called so", async () => {
  await using app = await deployed();
  app.cloudflare.faults.add({ kind: "403", path: "/r2/buckets" });
  const { unknown, report } = await monitor(app);
  expect(unknown).toEqual(["account bucket forbidden"]);
  const [refused] = report.unknown;
  expect(refused?.place).toBe("");
  expect(refused?.message).toContain("buckets outside a jurisdiction in the account");
  // Leaving out all buckets is not what is missing.
  expect(refused?.help).not.toContain("--without");
});

const FOR_ALL = [
  { kind: "401", code: "forbidden", calls: 1 },
  { kind: "429", code: "rate-limited", calls: 1 },
  // Tried again four times.
  { kind: "cut-before", code: "unreachable", calls: 5 },
] as const;

describe.each(FOR_ALL)("an error that is the same in all jurisdictions: $kind", (one) => {
  const { kind, code, calls } = one;
  // Bun sends a call again by itself when the connection breaks.
  const NODE = { runtime: "Node 22" } as const;
  const fault = { kind, path: "/r2/buckets", count: 99, retryAfter: 7200 };

  test("is met once", async () => {
    await using app = await deployed();
    const added = app.cloudflare.faults.add(fault);
    const { unknown, report } = await monitor(app, [], NODE);
    expect({ unknown, hits: added.hits }).toEqual({
      unknown: [`account bucket ${code}`],
      hits: calls,
    });
    expect(report.unknown[0]?.place).toBeUndefined();
  });

  test("leaves those after it unknown, and those before it known", async () => {
    await using app = await deployed();
    const { account, cloudflare } = app;
    account.journal.during([], () => account.buckets.create("strange", "eu"));
    const added = cloudflare.faults.add({ ...fault, nth: 3 });
    const { found, report } = await monitor(app, [], NODE);
    const unknown = report.unknown.map((open) => `${open.code} ${open.place}`);
    const later = ["us", "fedramp", "fedramp-high"].map((place) => `${code} ${place}`);
    expect({ unknown, hits: added.hits }).toEqual({ unknown: later, hits: calls });
    expect(found).toEqual(["info foreign bucket strange"]);
  });
});

test("a kind that is refused in every jurisdiction is unknown once", async () => {
  await using app = await deployed();
  app.cloudflare.faults.add({ kind: "403", path: "/r2/buckets", count: 5 });
  const { unknown, report } = await monitor(app);
  expect(unknown).toEqual(["account bucket forbidden"]);
  expect(report.unknown[0]?.place).toBeUndefined();
});

test("buckets of every jurisdiction are listed", async () => {
  await using app = await deployed();
  const { account } = app;
  const all = ["default", "eu", "us", "fedramp", "fedramp-high"];
  account.journal.during([], () => {
    for (const jurisdiction of all) account.buckets.create(`in-${jurisdiction}`, jurisdiction);
  });
  const { found } = await monitor(app);
  expect(found.sort()).toEqual(all.map((one) => `info foreign bucket in-${one}`).sort());
});

test("too many calls are made again when Cloudflare says", async () => {
  await using app = await deployed();
  const fault = app.cloudflare.faults.add({ kind: "429", path: "/queues", retryAfter: 1 });
  const before = app.cloudflare.log.length;
  const { found, unknown } = await monitor(app);
  expect({ found, unknown, hits: fault.hits }).toEqual({ found: [], unknown: [], hits: 1 });
  const calls = app.cloudflare.log.slice(before).filter(({ path }) => path.includes("/queues"));
  expect(calls.map(({ status }) => status)).toEqual([429, 200]);
});

test("a wait of hours is not waited for, and nothing is taken for empty", async () => {
  await using app = await deployed();
  const fault = app.cloudflare.faults.add({ kind: "429", path: "/queues", retryAfter: 7200 });
  const { found, unknown } = await monitor(app);
  const expected = { found: [], unknown: ["account queue rate-limited"], hits: 1 };
  expect({ found, unknown, hits: fault.hits }).toEqual(expected);
});

test("all pages are read", async () => {
  await using app = await deployed();
  const { account } = app;
  account.journal.during([], () => {
    for (let at = 0; at < 230; at++) account.namespaces.create(`kv-${at}`);
    for (let at = 0; at < 120; at++) account.buckets.create(`bucket-${at}`, "fedramp");
  });
  const { found, unknown } = await monitor(app);
  expect(unknown).toEqual([]);
  expect(found.filter((one) => one.startsWith("info foreign kv kv-")).length).toBe(230);
  expect(found.filter((one) => one.startsWith("info foreign bucket bucket-")).length).toBe(120);
  const { out } = await run(app, []);
  expect(out).toContain("… and 330 more of `foreign`; `--json` has all");
});

/** A row of a state that takes none of the names that are looked at. */
const NO_CLAIM = JSON.stringify({ kind: "random::String", id: "x", status: "created" });

describe("credentials", () => {
  const without = { CLOUDFLARE_API_TOKEN: "", CLOUDFLARE_ACCOUNT_ID: "" };

  test("none", async () => {
    await using app = await deployed();
    const { unknown, code, report } = await monitor(app, [], { env: without });
    expect({ unknown, code }).toEqual({ unknown: ["account null no-credentials"], code: 2 });
    expect(report.unknown[0]?.help).toEndWith(", or give `--offline`");
    const { out } = await run(app, [], { env: without });
    expect(out).toContain("unknown: there is no token for the Cloudflare account [no-credentials]");
    for (const { permission } of LISTED_KINDS.map(({ listing }) => listing)) {
      expect(report.unknown[0]?.help).toContain(permission);
    }
    const offline = await monitor(app, ["--offline"], { env: without });
    expect({ unknown: offline.unknown, code: offline.code }).toEqual({ unknown: [], code: 0 });
  });

  test("unknown, malformed, and of another account", async () => {
    await using app = await deployed();
    const env = (token: string) => ({ env: { CLOUDFLARE_API_TOKEN: token } });
    for (const token of ["wrong-token-value", "two words of it"]) {
      const ended = await run(app, [], env(token));
      expect(ended.code).toBe(2);
      expect(ended.out).toContain("Cloudflare does not accept the token");
      expect(ended.out + ended.error).not.toContain(token);
    }
    const other = await monitor(app, ["--account", "f".repeat(32)]);
    expect(other.unknown).toEqual(["account null no-account"]);
    expect(other.found).toEqual([]);
  });

  test("an account that is not allowed, or not said, or another's", async () => {
    const others = [
      { accountId: "a".repeat(32), token: TOKEN },
      { accountId: "b".repeat(32), token: "other-token" },
    ];
    await using app = await App.start({ others });
    await app.deploy("prod", program(BODY));
    const unsaid = await monitor(app, [], { env: { CLOUDFLARE_ACCOUNT_ID: "" } });
    expect(unsaid.unknown).toEqual(["account null account-unknown"]);
    const forbidden = await monitor(app, ["--account", "b".repeat(32)]);
    expect(forbidden.unknown).toEqual(["account null forbidden"]);
    const empty = await monitor(app, ["--account", "a".repeat(32)]);
    expect({ unknown: empty.unknown, found: empty.found }).toEqual({
      unknown: ["account null wrong-account"],
      found: [],
    });
    const only = { CLOUDFLARE_ACCOUNT_ID: "", CLOUDFLARE_API_TOKEN: "other-token" };
    expect((await monitor(app, [], { env: only })).unknown).toEqual(["account null wrong-account"]);
  });

  test("are in no output, error and file", async () => {
    await using app = await deployed();
    app.cloudflare.faults.add({ kind: "500", path: "/d1/database", count: 99 });
    const ended = await run(app, ["--metrics", "metrics"]);
    expect(ended.out).toContain("databases cannot be listed: status 500");
    expect(filesWith(app.folder, TOKEN)).toEqual([]);
  }, 60_000);
});

/** An API that answers as the test says, or sends back what it got. */
async function answering(answer: (path: string, token: string) => unknown): Promise<Server> {
  const server = createServer(({ url = "", headers }, response) => {
    const body = answer(url, headers.authorization ?? "");
    response.setHeader("Content-Type", "application/json");
    if ((body as { success?: boolean }).success === false) response.statusCode = 418;
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

describe("pages that lie", () => {
  const listing = (result: unknown, info: object) => ({ success: true, result, result_info: info });
  const kv = (id: number) => ({ id: `id-${id}`, title: `kv-${id}` });
  const all = (count: number) => Array.from({ length: count }, (_, at) => kv(at));
  const pageOf = (path: string) => Number(new URL(path, "http://x").searchParams.get("page"));
  const LIES: Record<string, (path: string) => unknown> = {
    "there are more items than are given": () => listing(all(2), { total_count: 3 }),
    "there are fewer": () => listing(all(2), { total_count: 1 }),
    "every page is the first": () => listing(all(100), { total_count: 300 }),
    "the number changes": (path) => listing([kv(pageOf(path))], { total_count: 10 + pageOf(path) }),
    "the number is missing": () => listing(all(2), {}),
    "an item has no name": () => listing([{ id: "1" }], { total_count: 1 }),
    "an item is none": () => listing([null], { total_count: 1 }),
    "there is no list": () => listing({}, { total_count: 0 }),
    "it is no success": () => ({ success: "yes", result: [], result_info: { total_count: 0 } }),
  };
  const rest = (path: string) =>
    path.includes("r2") ? listing({ buckets: [] }, {}) : listing([], { total_count: 0 });

  test.each(Object.keys(LIES))("%s", async (name) => {
    await using app = await App.start();
    await app.write(".alchemy/shop/prod/x.json", NO_CLAIM);
    const lie = LIES[name] ?? rest;
    const server = await answering((path) => (path.includes("/kv/") ? lie(path) : rest(path)));
    const env = {
      CLOUDFLARE_BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    };
    try {
      const { unknown, found } = await monitor(app, [], { env });
      expect({ unknown, found }).toEqual({ unknown: ["account kv odd-listing"], found: [] });
    } finally {
      server.close();
    }
  });

  test("a bucket listing that has more, and does not say where", async () => {
    await using app = await App.start();
    await app.write(".alchemy/shop/prod/x.json", NO_CLAIM);
    const more = listing({ buckets: [{ name: "a" }] }, { is_truncated: true });
    const server = await answering((path) => (path.includes("r2") ? more : rest(path)));
    const env = {
      CLOUDFLARE_BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    };
    try {
      const { unknown } = await monitor(app, [], { env });
      expect(unknown).toEqual(["account bucket odd-listing"]);
    } finally {
      server.close();
    }
  });

  test("a kind that is left out does not decide whose account it is", async () => {
    await using app = await App.start();
    for (const name of ["one", "two"]) {
      const row = {
        kind: "cloudflare::Queue",
        id: name,
        status: "created",
        output: { id: "1", name },
      };
      await app.write(`.alchemy/shop/prod/${name}.json`, JSON.stringify(row));
    }
    const server = await answering(rest);
    const env = {
      CLOUDFLARE_BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    };
    try {
      expect((await monitor(app, ["--without", "queue"], { env })).unknown).toEqual([]);
      expect((await monitor(app, [], { env })).unknown).toEqual(["account null wrong-account"]);
    } finally {
      server.close();
    }
  });

  test("an error that says the token back", async () => {
    await using app = await App.start();
    await app.write(".alchemy/shop/prod/x.json", NO_CLAIM);
    const server = await answering((_, token) => ({
      success: false,
      errors: [{ code: 1, message: token }],
    }));
    const env = {
      CLOUDFLARE_BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    };
    try {
      const ended = await run(app, ["--metrics", "metrics"], { env });
      expect(ended.out).toContain("status 418");
      expect(filesWith(app.folder, TOKEN)).toEqual([]);
    } finally {
      server.close();
    }
  });
});

test("no more calls are made in five minutes than Cloudflare allows", async () => {
  let now = 0;
  const waits: number[] = [];
  const sleep = async (milliseconds: number) => {
    now += milliseconds;
  };
  const pace = new Pace((wait) => waits.push(wait), { now: () => now, sleep });
  const made: number[] = [];
  for (let call = 0; call < 3000; call++) {
    await pace.next();
    made.push(now);
    now += 10;
  }
  for (const [at, time] of made.entries()) {
    const first = made[at - 1200];
    if (first !== undefined) expect(time - first).toBeGreaterThanOrEqual(300_000);
  }
  expect(waits.length).toBeGreaterThan(0);
});
