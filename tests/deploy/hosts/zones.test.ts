/** Zones that are not ours or not ready, hostnames deeper than certificates reach, and other hostnames. */
import { expect, test } from "bun:test";
import type { App } from "../../support/program.ts";
import {
  attached,
  DESTROY,
  guarded,
  HOST,
  resolve,
  routed,
  started,
  TIME,
  withBlocks,
  worker,
} from "./programs.ts";

const PROGRAMS = [
  ["`Domain`", withBlocks('await Domain("app.example.dev", { worker: api });')],
  ["`Route`", withBlocks('await Route("app.example.dev/*", { worker: api });')],
  ["the domains of a Worker", guarded(worker('domains: ["app.example.dev"],'))],
  ["the routes of a Worker", guarded(worker('routes: ["app.example.dev/*"],'))],
] as const;

/** The token may use both accounts, and only the other one has the zone. */
async function foreign(): Promise<App> {
  const others = [{ accountId: "f".repeat(32), token: "stand-in-token" }];
  const app = await started({ others });
  app.cloudflare.accounts.get("f".repeat(32))?.addZone("example.dev");
  return app;
}

async function pending(): Promise<App> {
  const app = await started();
  app.account.zones.add("example.dev", "pending");
  return app;
}

test.each(
  [
    ["missing", () => started(), "the account has no zone for"],
    ["in another account", foreign, "the account has no zone for"],
    ["pending", pending, "the zone `example.dev` is not active yet"],
  ].flatMap(([what, start, message]) =>
    PROGRAMS.map(([form, source]) => ({ what, start, message, form, source })),
  ) as { what: string; start: () => Promise<App>; message: string; form: string; source: string }[],
)(
  "a zone that is $what: $form is refused",
  async ({ start, message, source, form }) => {
    await using app = await start();
    const output = await app.refused("pr-1", "zone-missing", source);
    expect(output).toContain(message);
    for (const { zones, scripts } of app.cloudflare.accounts.values()) {
      expect([zones.domains.size, zones.routes.size]).toEqual([0, 0]);
      // What belongs to a Worker is judged before its script.
      if (form.includes("of a Worker")) expect(scripts.all.size).toBe(0);
    }
  },
  TIME,
);

test(
  "a pending zone is used when Cloudflare has activated it",
  async () => {
    await using app = await pending();
    const program = withBlocks('await Domain("app.example.dev", { worker: api });');
    await app.refused("pr-1", "zone-missing", program);
    for (const zone of app.account.zones.all.values()) zone.status = "active";
    await app.deploy("pr-1", program);
    expect(attached(app)).toEqual({ "app-pr-1.example.dev": "api-pr-1" });
  },
  TIME,
);

test(
  "a route deeper than the zone's certificate is refused until a certificate covers it",
  async () => {
    await using app = await started();
    resolve(app, "*.app.example.com");
    const deep = withBlocks('await Route("v1.app.example.com/*", { worker: api });');
    const output = await app.refused("pr-1", "tls-uncovered", deep);
    expect(output).toContain("v1-pr-1.app.example.com");
    expect(routed(app)).toEqual({});
    app.account.zones.certificates.push({ id: "own", hostname: "*.app.example.com" });
    await app.deploy("pr-1", deep);
    expect(routed(app)).toEqual({ "v1-pr-1.app.example.com/*": "api-pr-1" });
    await app.deploy("pr-1", deep, { args: DESTROY });
    // A domain brings a certificate of its own, however deep it is.
    await app.deploy("pr-1", withBlocks('await Domain("v1.app.example.com", { worker: api });'));
    const met = app.account.meet("https://v1-pr-1.app.example.com/");
    expect(met).toMatchObject({ script: "api-pr-1", dns: true, tls: true });
  },
  TIME,
);

test(
  'with `onRename: "replace"` the program has the new hostname, and the old one stays attached',
  async () => {
    await using app = await started();
    const named = (name: string, more = "") =>
      withBlocks(`await Domain("site", { name: "${name}", worker: api, ${more} });`);
    await app.deploy("prod", named(HOST));
    await app.deploy("prod", named("www.example.com", 'onRename: "replace"'));
    const script = "api-prod";
    expect(attached(app)).toEqual({ [HOST]: script, "www.example.com": script });
    // The state has the new one: nothing is renamed any more.
    await app.deploy("prod", named("www.example.com"));
    await app.deploy("prod", named("www.example.com"), { args: DESTROY });
    expect(app.account.meet("https://www.example.com/").script).toBeUndefined();
  },
  TIME,
);
