/** Domains and routes of a stage that goes: what requests to the hosts of others meet stays as it is. */
import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expectValid } from "../cli/schemas.ts";
import type { FaultKind } from "../cloudflare/index.ts";
import { alone, answers, attached, routed, started, worker } from "../deploy/hosts/programs.ts";
import type { App } from "../support/program.ts";
import { destroy, files, run } from "./stage.ts";

setDefaultTimeout(240_000);

const STAGE = ["--stage", "pr-1"];

/** What a stage has: a domain and a route of the Worker's own, and one of each beside it. */
const hosts = (host: string) => `${worker(`domains: ["${host}"], routes: ["${host}/api/*"],`)}
await raw.CustomDomain("www", { name: "www-${host}", workerName: api.name });
await raw.Route("old", { pattern: "old-${host}/*", script: api });`;

const PROD = "app.example.com";
const PREVIEW = "app-pr-1.example.com";
/** One request to each host of production. */
const URLS = [PROD, `https://${PROD}/api/x`, `www-${PROD}`, `https://old-${PROD}/x`];

/** Production and a preview, with hostnames of their own. */
async function deployed(body = hosts(PREVIEW)): Promise<App> {
  const app = await started();
  await app.deploy("prod", alone(hosts(PROD)));
  await app.deploy("pr-1", alone(body));
  return app;
}

/** What requests to production meet. */
function production(app: App) {
  return URLS.map((url) => app.account.meet(url.includes("://") ? url : `https://${url}/`));
}

function isOfPreview([name]: [string, unknown]): boolean {
  return name.includes("pr-1");
}

/** The hosts of the preview that still lead somewhere. */
function left(app: App): string[] {
  const all = { ...attached(app), ...routed(app) };
  return Object.entries(all)
    .filter(isOfPreview)
    .map(([name]) => name);
}

async function journalOf(app: App): Promise<string> {
  return await readFile(join(app.folder, ".alchemy-journal/shop@pr-1.jsonl"), "utf8");
}

test("they go before their Worker, and those of others stay", async () => {
  await using app = await deployed();
  const before = production(app);
  expect(before.map(({ script }) => script)).toEqual(URLS.map(() => "api-prod"));
  const from = app.cloudflare.log.length;
  const ended = await destroy(app, STAGE);
  expect(ended).toMatchObject({ code: 0, result: "destroyed" });
  expect(left(app)).toEqual([]);
  expect(production(app)).toEqual(before);
  const calls = app.changesSince(from).map((call) => call.replaceAll(/[0-9a-f]{32}/g, "_"));
  expect(calls.at(-1)).toContain("DELETE workers/scripts/api-pr-1");
  expect(
    calls
      .slice(0, -1)
      .map((call) => call.split("/").at(-2))
      .sort(),
  ).toEqual(["domains", "domains", "routes", "routes"]);
  expect(await files(app, "pr-1")).toEqual([]);
});

test("`stages` names them", async () => {
  await using app = await deployed();
  const { out } = await run(app, ["stages", "--json", "--stage", "pr-1"]);
  const report = JSON.parse(out);
  expectValid("stages", report);
  expect(report.stages).toEqual([
    expect.objectContaining({
      resources: { domain: 2, route: 2, worker: 1 },
      hosts: [PREVIEW, `${PREVIEW}/api/*`, `old-${PREVIEW}/*`, `www-${PREVIEW}`],
    }),
  ]);
  const text = await run(app, ["stages", "--offline"]);
  expect(text.out).toContain("2 domains, 2 routes, 1 Worker");
});

test("what another Worker has by now stays, and its row goes", async () => {
  await using app = await deployed();
  for (const one of app.account.zones.domains.values()) {
    if (one.hostname === PREVIEW) one.service = "api-prod";
  }
  for (const one of app.account.zones.routes.values()) {
    if (one.pattern === `old-${PREVIEW}/*`) one.script = undefined;
  }
  const [plan, before] = [await run(app, ["destroy", ...STAGE]), production(app)];
  expect(plan.out).toMatch(
    /row only +custom domain +app-pr-1\.example\.com +it stays: the Worker `api-prod` has it by now/,
  );
  expect(plan.out).toMatch(
    /row only +route +old-app-pr-1.* it stays: it leads to no Worker by now/,
  );
  const ended = await destroy(app, STAGE);
  expect(ended).toMatchObject({ code: 0, result: "destroyed" });
  expect(attached(app)[PREVIEW]).toBe("api-prod");
  expect(left(app)).toEqual([PREVIEW, `old-${PREVIEW}/*`]);
  expect(production(app)).toEqual(before);
  expect(await files(app, "pr-1")).toEqual([]);
  const dropped = (await journalOf(app)).split("\n").filter((line) => line.includes("it stays"));
  expect(dropped.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({ event: "dropped", name: PREVIEW }),
    expect.objectContaining({ event: "dropped", name: `old-${PREVIEW}/*` }),
  ]);
});

test("what another Worker gets between the plan and the deletion stays", async () => {
  await using app = await deployed();
  // The first deletion of all is that of a host, and by then the plan is made.
  const fault = app.cloudflare.faults.add({ kind: "pause", method: "DELETE", nth: 1 });
  const running = destroy(app, STAGE);
  await fault.reached;
  const rest = [...app.account.zones.domains.values()].filter(({ hostname }) =>
    hostname.includes("pr-1"),
  );
  for (const one of rest) one.service = "api-prod";
  fault.release();
  const ended = await running;
  expect(ended).toMatchObject({ code: 1, result: "incomplete" });
  for (const { hostname } of rest) expect(attached(app)[hostname]).toBe("api-prod");
  expect(ended.out).toContain("leads to the Worker `api-prod` by now: run this again");
  const again = await destroy(app, STAGE);
  expect(again).toMatchObject({ code: 0, result: "destroyed" });
  for (const { hostname } of rest) expect(attached(app)[hostname]).toBe("api-prod");
});

test("what this stage took over from another one stays with its row", async () => {
  await using app = await deployed(
    worker(`domains: [{ domainName: "${PROD}", adopt: true, overrideExistingOrigin: true }],`),
  );
  expect(answers(app, PROD)).toBe("api-pr-1");
  const ended = await destroy(app, STAGE);
  expect(ended).toMatchObject({ code: 1, result: "refused", code_: "claimed" });
  expect(answers(app, PROD)).toBe("api-pr-1");
});

test("a zone and DNS records stay, and the command says so", async () => {
  await using app = await started();
  const zone = app.account.zones.of("example.com");
  const body = `${worker()}
await raw.Zone("zone", { name: "example.com", delete: true });
await raw.DnsRecords("dns", { zoneId: "${zone?.id}", records: [
  { name: "x.example.com", type: "AAAA", content: "100::" }] });`;
  await app.deploy("pr-1", alone(body));
  const ended = await destroy(app, STAGE);
  expect(ended).toMatchObject({ code: 0, result: "destroyed" });
  expect(ended.ends.filter((end) => !end.startsWith("deleted")).sort()).toEqual([
    "kept DnsRecords dns",
    "kept Zone example.com",
  ]);
  expect(ended.out).toContain("others can depend on it: zones and DNS records stay");
  expect(app.account.zones.of("x.example.com")?.id).toBe(zone?.id);
  expect([...app.account.zones.dns.values()].map(({ name }) => name)).toEqual(["x.example.com"]);
  const again = await destroy(app, STAGE);
  expect(again.ends.sort()).toEqual(["kept DnsRecords dns", "kept Zone example.com"]);
});

test.each(["workers/domains", "workers/routes"])(
  "a list of %s that cannot be read keeps the stage",
  async (path) => {
    await using app = await deployed();
    const from = app.cloudflare.log.length;
    app.cloudflare.faults.add({ kind: "403", method: "GET", path, count: 9 });
    const ended = await destroy(app, STAGE);
    expect(ended).toMatchObject({ code: 1, result: "refused", code_: "host-unknown" });
    expect(app.changesSince(from)).toEqual([]);
    app.cloudflare.faults.clear();
    expect(await destroy(app, STAGE)).toMatchObject({ code: 0, result: "destroyed" });
  },
);

/** Ways to fail. Each is tried with another call each day; `FAULTS_SEED` repeats the run of one. */
const FAULTS: readonly FaultKind[] = [
  "403",
  "500",
  "cut-before",
  "cut-after",
  "status500-after",
  "malformed",
  "odd",
];
const SEED = Number(process.env.FAULTS_SEED ?? Math.floor(Date.now() / 86_400_000));
const counts = { tried: 0, green: 0 };

test("no call to a host that fails makes it green too early, stuck, or changes what others meet", async () => {
  const calls = ["GET", "DELETE"].flatMap((method) =>
    ["/workers/domains/[0-9a-f]+$", "/workers/routes/[0-9a-f]+$"].map((path) => ({ method, path })),
  );
  for (const [at, call] of calls.entries()) {
    const kind = FAULTS[(at + SEED) % FAULTS.length] ?? "500";
    await using app = await deployed();
    const before = production(app);
    const fault = app.cloudflare.faults.add({ ...call, kind });
    const first = await destroy(app, STAGE);
    const what = `${kind}, ${call.method} ${call.path}`;
    expect(`${what}: ${fault.hits}`).toBe(`${what}: 1`);
    counts.tried += 1;
    if (first.code === 0) counts.green += 1;
    if (first.code === 0) expect(`${what}: ${left(app)}`).toBe(`${what}: `);
    app.cloudflare.faults.clear();
    expect(`${what}: ${(await destroy(app, [...STAGE, "--if-exists"])).code}`).toBe(`${what}: 0`);
    expect(left(app)).toEqual([]);
    expect(production(app)).toEqual(before);
    expect(await files(app, "pr-1")).toEqual([]);
  }
});

afterAll(() => {
  console.log(
    `destroy, hosts: FAULTS_SEED=${SEED}: ${counts.tried} tried, ${counts.green} green at once`,
  );
});
