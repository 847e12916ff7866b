/** Hostnames of raw resources: what Alchemy does alone, and what the guard refuses before it begins. */
import { expect, test } from "bun:test";
import type { App } from "../../support/program.ts";
import {
  alone,
  answers,
  attached,
  DESTROY,
  guarded,
  HOST,
  resolve,
  routed,
  started,
  TIME,
  worker,
} from "./programs.ts";

const PATTERN = `${HOST}/api/*`;
const ADOPT = ["--adopt"];

/** Production, made with Alchemy alone: it may be older than the guard. */
async function production(app: App, options: string): Promise<void> {
  resolve(app, "*.example.com");
  await app.deploy("prod", alone(worker(options)));
}

test(
  "Alchemy alone: a preview takes production's route over, and takes it down",
  async () => {
    await using app = await started();
    await production(app, `routes: ["${PATTERN}"],`);
    const preview = alone(worker(`routes: ["${PATTERN}"],`));
    await app.deploy("pr-1", preview, { args: ADOPT });
    expect(routed(app)).toEqual({ [PATTERN]: "api-pr-1" });
    await app.deploy("pr-1", preview, { args: DESTROY });
    expect(routed(app)).toEqual({});
  },
  TIME,
);

test.each([
  ["the routes of a Worker", worker(`routes: ["${PATTERN}"],`), "route-taken"],
  [
    "a `Route`",
    `${worker()} await raw.Route("r", { pattern: "${PATTERN}", script: api, adopt: true });`,
    "route-taken",
  ],
  ["the domains of a Worker", worker(`domains: ["${HOST}"],`), "hostname-taken"],
  [
    "a domain with an override",
    worker(`domains: [{ domainName: "${HOST}", adopt: true, overrideExistingOrigin: true }],`),
    "hostname-taken",
  ],
  [
    "a `CustomDomain`",
    `${worker()} await raw.CustomDomain("d", { name: "${HOST}", workerName: api.name,
  overrideExistingOrigin: true });`,
    "hostname-taken",
  ],
  [
    "a wildcard route over production's host",
    `${worker()} await raw.Route("r", { pattern: "*.example.com/*", script: api });`,
    "route-swallows",
  ],
])(
  "%s: a preview cannot have what is production's",
  async (_, body, code) => {
    await using app = await started();
    const isRoute = code === "route-taken";
    await production(app, isRoute ? `routes: ["${PATTERN}"],` : `domains: ["${HOST}"],`);
    const url = `https://${HOST}/api/x`;
    for (const args of [[], ADOPT]) {
      const from = app.cloudflare.log.length;
      await app.refused("pr-1", code, guarded(body), { args });
      const hosts = app.changesSince(from).filter((call) => /domains|routes/.test(call));
      expect(hosts).toEqual([]);
      // What a Worker would take is refused before its script is uploaded.
      if (!body.includes("raw.Route") && !body.includes("CustomDomain")) {
        expect(app.changesSince(from)).toEqual([]);
      }
    }
    expect(answers(app, url)).toBe("api-prod");
    await app.run("pr-1", guarded(body), { args: DESTROY });
    expect(answers(app, url)).toBe("api-prod");
  },
  TIME,
);

test(
  "a hostname that went to another Worker stays when the stage that had it is destroyed",
  async () => {
    await using app = await started();
    await production(app, `domains: ["${HOST}"], routes: ["${PATTERN}"],`);
    const preview = alone(
      worker(`domains: [{ domainName: "${HOST}", adopt: true, overrideExistingOrigin: true }],
  routes: [{ pattern: "${PATTERN}", adopt: true }],`),
    );
    await app.deploy("pr-1", preview);
    expect(attached(app)).toEqual({ [HOST]: "api-pr-1" });
    const prod = worker(`domains: ["${HOST}"], routes: ["${PATTERN}"],`);
    await app.deploy("prod", guarded(prod), { args: DESTROY });
    expect(attached(app)).toEqual({ [HOST]: "api-pr-1" });
    expect(routed(app)).toEqual({ [PATTERN]: "api-pr-1" });
  },
  TIME,
);

test(
  "ordinary life passes: a new domain, a route that changes, one Worker that hands over to another",
  async () => {
    await using app = await started();
    resolve(app, "*.example.com");
    const second = worker("").replaceAll("api", "web");
    await app.deploy(
      "pr-1",
      guarded(worker(`domains: ["a.example.com"], routes: ["b.example.com/*"],`)),
    );
    await app.deploy(
      "pr-1",
      guarded(worker(`domains: ["c.example.com"], routes: ["b.example.com/x"],`)),
    );
    expect(attached(app)).toEqual({ "c.example.com": "api-pr-1" });
    const handed = (script: string) =>
      guarded(`${worker()}\n${second}
await raw.CustomDomain("d", { name: "d.example.com", workerName: ${script}.name });`);
    await app.deploy("pr-1", handed("api"));
    await app.deploy("pr-1", handed("web"));
    expect(attached(app)["d.example.com"]).toBe("web-pr-1");
    await app.deploy("pr-1", handed("web"), { args: DESTROY });
    expect(attached(app)).toEqual({});
  },
  TIME,
);

test(
  "production goes on where a preview stands under its wildcard already",
  async () => {
    await using app = await started();
    const prod = (more = "") => guarded(worker(`routes: ["*.example.com/*"], ${more}`));
    await app.deploy("prod", prod());
    await app.deploy("pr-1", alone(worker('domains: ["app-pr-1.example.com"],')));
    await app.deploy("prod", prod('compatibilityDate: "2026-01-01",'));
    await app.deploy("pr-1", guarded(worker('domains: ["app-pr-1.example.com"],')));
    await app.refused("pr-2", "route-swallows", guarded(worker('domains: ["x.example.com"],')));
  },
  TIME,
);

test(
  "a route may be on the domain of its own Worker, which brings the record",
  async () => {
    await using app = await started();
    const own = worker('domains: ["a.b.example.com"], routes: ["a.b.example.com/api/*"],');
    await app.deploy("pr-1", guarded(own));
    const met = app.account.meet("https://a.b.example.com/api/x");
    expect(met).toMatchObject({ script: "api-pr-1", dns: true, tls: true });
  },
  TIME,
);

const ZONE = 'await raw.Zone("zone", { name: "example.com" });';

test(
  "a zone is not taken over by a preview, and not deleted with a stage",
  async () => {
    await using app = await started();
    await app.refused("pr-1", "would-delete-zone", guarded(ZONE));
    await app.deploy("prod", guarded(ZONE));
    await app.deploy("prod", guarded(""));
    await app.deploy("prod", guarded(ZONE));
    await app.deploy("prod", guarded(ZONE), { args: DESTROY });
    expect([...app.account.zones.all.values()].map(({ name }) => name)).toEqual(["example.com"]);
    const own = 'await raw.Zone("own", { name: "mine.example", delete: true });';
    await app.deploy("pr-1", guarded(own));
    await app.refused("pr-1", "would-delete-zone", guarded(""));
    await app.deploy("pr-1", guarded('createBlocks({ release: ["own"] });'));
    expect([...app.account.zones.all.values()].map(({ name }) => name)).toEqual(["example.com"]);
  },
  TIME,
);

test(
  "a preview does not overwrite a record, and may make its own",
  async () => {
    await using app = await started();
    resolve(app, "www.example.com");
    const { id } = app.account.zones.of("example.com") ?? { id: "" };
    const record = (name: string) => `await raw.DnsRecords("dns", { zoneId: "${id}", records: [
  { name: "${name}.example.com", type: "AAAA", content: "::1" }] });`;
    await app.refused("pr-1", "hostname-taken", guarded(record("www")));
    await app.deploy("pr-1", guarded(record("www-pr-1")));
    await app.deploy("pr-1", guarded(record("www-pr-1")), { args: DESTROY });
    expect([...app.account.zones.dns.values()].map(({ name }) => name)).toEqual([
      "www.example.com",
    ]);
  },
  TIME,
);

test(
  "a warning names the permission that a token lacks, once, and the deploy goes on",
  async () => {
    await using app = await started();
    for (const path of ["dns_records", "certificate_packs"]) {
      app.cloudflare.faults.add({ method: "GET", path: new RegExp(path), kind: "403", count: 99 });
    }
    const two = `${worker()} await raw.Route("a", { pattern: "a.example.com/*", script: api });
await raw.Route("b", { pattern: "b.example.com/*", script: api });`;
    const output = await app.deploy("pr-1", guarded(two));
    expect(output.match(/`DNS Read`/g)).toHaveLength(1);
    expect(output.match(/`SSL and Certificates Read`/g)).toHaveLength(1);
  },
  TIME,
);
