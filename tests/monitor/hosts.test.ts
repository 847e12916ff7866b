/** What the monitor says of domains, routes and certificates. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { expectValid } from "../cli/schemas.ts";
import { alone, answers, guarded, started, worker } from "../deploy/hosts/programs.ts";
import { App } from "../support/program.ts";
import { monitor, run } from "./monitor.ts";

setDefaultTimeout(120_000);

const PROD = "app.example.com";
const PREVIEW = "app-pr-1.example.com";
const HOSTS = ["domain", "route", "certificate"];

const hosts = (host: string) => worker(`domains: ["${host}"], routes: ["${host}/api/*"],`);

/** Production and a preview, with hostnames of their own. */
async function deployed(): Promise<App> {
  const app = await started();
  await app.deploy("prod", alone(hosts(PROD)));
  await app.deploy("pr-1", alone(hosts(PREVIEW)));
  return app;
}

/** What is found of hostnames. Programs of the tests are written without a stage in some names. */
function ofHosts(found: readonly string[]): string[] {
  return found.filter((one) => HOSTS.includes(one.split(" ")[2] ?? ""));
}

function zoneOf(app: App) {
  const zone = app.account.zones.of("example.com");
  if (!zone) throw new Error("there is no zone");
  return zone;
}

/** The calls to zones and domains since the log had `from` entries. */
function callsSince(app: App, from: number): string[] {
  const calls = app.cloudflare.log.slice(from).map(({ path }) => path.replace(/^.*\/v4/, ""));
  return calls.filter((path) => path.startsWith("/zones") || path.endsWith("workers/domains"));
}

test("nothing is wrong with stages that have hostnames of their own", async () => {
  await using app = await deployed();
  const from = app.cloudflare.log.length;
  const { found, unknown, code, report } = await monitor(app);
  expect({ found: ofHosts(found), unknown, code }).toEqual({ found: [], unknown: [], code: 0 });
  expect(callsSince(app, from)).toHaveLength(4);
  const cells = report.summary.matrix.filter(({ kind }) => HOSTS.includes(kind));
  expect(cells.map(({ stage, kind, resources }) => `${stage} ${kind} ${resources}`)).toEqual([
    "pr-1 domain 1",
    "pr-1 route 1",
    "prod domain 1",
    "prod route 1",
  ]);
  expect(report.summary.quotas.filter(({ zone }) => zone)).toEqual([
    { kind: "domain", zone: "example.com", used: 2, limit: 100 },
    { kind: "route", zone: "example.com", used: 2, limit: 1000 },
  ]);
  expect(report.stages?.map(({ hosts }) => hosts)).toEqual([
    [PREVIEW, `${PREVIEW}/api/*`],
    [PROD, `${PROD}/api/*`],
  ]);
});

test("an account without zones costs one more call, and none with `--without host`", async () => {
  await using app = await App.start();
  await app.deploy("prod", alone(worker()));
  for (const [args, calls] of [[[], 1] as const, [["--without", "host"], 0] as const]) {
    const from = app.cloudflare.log.length;
    const { unknown, code } = await monitor(app, args);
    expect({ unknown, code }).toEqual({ unknown: [], code: 0 });
    expect(callsSince(app, from)).toHaveLength(calls);
  }
});

test("a preview that has taken production's hostnames over", async () => {
  await using app = await deployed();
  const takes = `domains: [{ domainName: "${PROD}", adopt: true, overrideExistingOrigin: true }],
  routes: [{ pattern: "${PROD}/api/*", adopt: true }],`;
  await app.deploy("pr-2", alone(worker(takes)));
  const { found, report, code } = await monitor(app);
  expect({ found: ofHosts(found), code }).toEqual({
    found: [`error shared-host domain ${PROD}`, `error shared-host route ${PROD}/api/*`],
    code: 1,
  });
  const [first] = report.findings;
  expect(first?.message).toBe(
    `the domain \`${PROD}\` is in the states of 2 stages, and leads to \`api-pr-2\``,
  );
  expect(first?.claims.map(({ stage, id }) => `${stage} ${id}`)).toEqual([
    `pr-2 api/${PROD}`,
    `prod api/${PROD}`,
  ]);
  const { out } = await run(app, []);
  expect(out).toContain(`    shop / pr-2 / api/${PROD}  (state)`);
});

test("the advice about a hostname of two stages takes nothing down", async () => {
  await using app = await deployed();
  const takes = `domains: [{ domainName: "${PROD}", adopt: true, overrideExistingOrigin: true }],`;
  await app.deploy("pr-2", alone(worker(takes)));
  await rm(join(app.folder, `.alchemy/shop/pr-2/api/${PROD}.json`));
  await app.deploy("pr-2", guarded(worker('domains: ["app-pr-2.example.com"],')));
  expect(answers(app, PROD)).toBe("api-pr-2");
  const { found } = await monitor(app);
  expect(ofHosts(found)).toEqual([]);
  const prod = worker(`domains: ["${PROD}"],`);
  await app.refused("prod", "hostname-taken", guarded(prod), { args: ["--force"] });
  const back = worker(
    `domains: [{ domainName: "${PROD}", adopt: true, overrideExistingOrigin: true }],`,
  );
  await app.deploy("prod", alone(back), { args: ["--force"] });
  await app.deploy("pr-2", guarded(worker()), { args: ["--destroy"] });
  expect(answers(app, PROD)).toBe("api-prod");
});

test("the advice about a route whose Worker is gone, and about hostnames of nobody or that are gone", async () => {
  await using app = await deployed();
  app.account.scripts.all.delete("api-prod");
  const gone = await monitor(app);
  expect(ofHosts(gone.found)).toEqual([`warning dead-route route ${PROD}/api/*`]);
  await app.deploy("prod", guarded(hosts(PROD)), { args: ["--force"] });
  await rm(join(app.folder, `.alchemy/shop/prod/api/${PROD}.json`));
  const lost = await monitor(app);
  expect(ofHosts(lost.found)).toEqual([`warning unclaimed-host domain ${PROD}`]);
  await app.deploy("prod", guarded(hosts(PROD)), { args: ["--force"] });
  expect(ofHosts((await monitor(app)).found)).toEqual([]);
  const own = guarded(worker('domains: ["app-pr-2.example.com"],'));
  await app.deploy("pr-2", own);
  const { zones } = app.account;
  for (const one of [...zones.domains.values()])
    if (one.hostname.includes("pr-2")) zones.detach(one);
  for (const [id, one] of zones.routes) if (one.pattern.startsWith(PROD)) zones.routes.delete(id);
  expect(ofHosts((await monitor(app)).found).slice(0, 2)).toEqual([
    "error missing domain app-pr-2.example.com",
    `error missing route ${PROD}/api/*`,
  ]);
  await app.deploy("prod", guarded(hosts(PROD)), { args: ["--force"] });
  await app.deploy("pr-2", own, { args: ["--force"] });
  expect(ofHosts((await monitor(app)).found)).toEqual([]);
  expect(answers(app, `https://${PROD}/api/x`)).toBe("api-prod");
});

test("what a rename, a deletion and a destroyed stage have left", async () => {
  await using app = await deployed();
  const { zones } = app.account;
  const named = (name: string) =>
    `${worker()} await raw.CustomDomain("d", { name: "${name}", workerName: api.name });`;
  await app.deploy("pr-2", alone(named("old-pr-2.example.com")));
  await app.deploy("pr-2", alone(named("new-pr-2.example.com")));
  await app.deploy("pr-1", alone(hosts(PREVIEW)), { args: ["--destroy"] });
  const zone = zoneOf(app);
  for (const [pattern, script] of [
    ["gone", "gone"],
    ["past", undefined],
    ["store", "alchemy-state-service"],
  ] as const) {
    zones.routes.set(pattern, { id: pattern, zone, pattern: `${pattern}.example.com/*`, script });
  }
  const { found, code } = await monitor(app);
  expect({ found: ofHosts(found), code }).toEqual({
    found: [
      "warning dead-route route gone.example.com/*",
      "warning unclaimed-host domain old-pr-2.example.com",
      `info stale-certificate certificate ${PREVIEW}`,
    ],
    code: 1,
  });
});

test("what a program declares in a stage whose state is elsewhere is not unclaimed", async () => {
  await using app = await deployed();
  const program = guarded(`${worker()}
const host = stage === "prod" ? "app.example.com" : \`app-\${stage}.example.com\`;
await raw.CustomDomain("d", { name: host, workerName: "site" });`);
  const { zones, scripts } = app.account;
  const zone = zoneOf(app);
  const script = scripts.all.get("api-prod");
  if (!script) throw new Error("production is not deployed");
  scripts.all.set("site", script);
  for (const label of ["app-pr-7", "app-pr-x", "other"]) {
    const hostname = `${label}.example.com`;
    const domain = { id: label, zone, hostname, service: "site", certificate: label };
    zones.domains.set(label, domain);
  }
  const unclaimed = async () => ofHosts((await monitor(app)).found);
  await app.write("alchemy.run.ts", alone(worker()));
  const all = ["app-pr-7", "app-pr-x", "other"].map((label) => {
    return `info unclaimed-host domain ${label}.example.com`;
  });
  expect(await unclaimed()).toEqual(all);
  await app.write("alchemy.run.ts", program);
  expect(await unclaimed()).toEqual(all.slice(1));
});

test("a limit of a zone that is near is shown, in the metrics, too", async () => {
  await using app = await deployed();
  const zone = zoneOf(app);
  for (let at = 0; at < 97; at++) {
    const [id, service] = [`d${at}`, "api-prod"];
    const domain = { id, zone, hostname: `x${at}.example.com`, service, certificate: id };
    app.account.zones.domains.set(id, domain);
  }
  const ended = await run(app, ["--metrics", "metrics"]);
  expect(ended.out).toContain("the zone `example.com` has 99 of at most 100 domains");
  expect(ended.out).toMatch(/ {2}domain of example\.com +99 of 100/);
  const metrics = await readFile(join(app.folder, "metrics/collision-metrics.json"), "utf8");
  expectValid("metrics", JSON.parse(metrics));
  expect(await readFile(join(app.folder, "metrics/dashboard.html"), "utf8")).toContain(
    "example.com",
  );
});

const LISTS = [
  { path: "/zones\\?", permission: "Zone Read", left: [] },
  { path: "/workers/domains", permission: "Workers Scripts Read", left: ["dead-route"] },
  { path: "/workers/routes", permission: "Workers Routes Read", left: ["unclaimed-host"] },
  {
    path: "/certificate_packs",
    permission: "SSL and Certificates Read",
    left: ["dead-route", "unclaimed-host"],
  },
];

test.each(LISTS)(
  "a token that lacks the permission $permission",
  async ({ path, permission, left }) => {
    await using app = await deployed();
    const { zones } = app.account;
    const zone = zoneOf(app);
    zones.routes.set("x", { id: "x", zone, pattern: "gone.example.com/*", script: "gone" });
    zones.domains.set("y", {
      id: "y",
      zone,
      hostname: "y.example.com",
      service: "api-prod",
      certificate: "c",
    });
    app.cloudflare.faults.add({ kind: "403", path: new RegExp(path), count: 9 });
    const { found, unknown, code, report } = await monitor(app);
    expect({ unknown, code }).toEqual({ unknown: ["account host forbidden"], code: 2 });
    const [open] = report.unknown;
    expect(open?.help).toContain(`\`${permission}\`, or leave them out with \`--without host\``);
    const codes = ofHosts(found).map((one) => one.split(" ")[1]);
    // Domains are listed for the account, whatever is known of its zones.
    expect(codes).toEqual(path.startsWith("/zones") ? ["unclaimed-host"] : left);
  },
);

test.each(["malformed", "odd"] as const)(
  "lists of hostnames that are %s are unknown",
  async (kind) => {
    for (const path of LISTS.map((one) => one.path)) {
      await using app = await deployed();
      app.cloudflare.faults.add({ kind, path: new RegExp(path) });
      const { found, unknown, code } = await monitor(app);
      expect({ found: ofHosts(found), unknown, code }).toEqual({
        found: [],
        unknown: ["account host odd-listing"],
        code: 2,
      });
    }
  },
);

test("one permission that is missing for all zones is said once", async () => {
  await using app = await deployed();
  for (const name of ["b.example", "c.example"]) app.account.zones.add(name);
  app.cloudflare.faults.add({ kind: "403", path: "/workers/routes", count: 9 });
  const { report } = await monitor(app);
  expect(report.unknown.map(({ message }) => message)).toEqual([
    expect.stringMatching(
      /^the token may not list Worker routes of the zone `[a-z.]+` and 2 more in the account/,
    ),
  ]);
});

test("a token that sees no zone is not told that all is well", async () => {
  await using app = await deployed();
  app.account.zones.all.clear();
  const { unknown, found, code } = await monitor(app);
  expect({ found: ofHosts(found), unknown, code }).toEqual({
    found: [],
    unknown: ["account host forbidden"],
    code: 2,
  });
});

test("a state that is not read has its hostnames, too", async () => {
  await using app = await deployed();
  await app.write(".alchemy/shop/prod/broken.json", "{");
  const { unknown, found } = await monitor(app);
  expect(unknown).toEqual(["state null state-unreadable"]);
  expect(ofHosts(found)).toEqual([]);
});
