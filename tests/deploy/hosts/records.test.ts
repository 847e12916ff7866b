/** Raw `DnsRecords`: a preview touches no record of another stage, and takes none along. */
import { expect, test } from "bun:test";
import type { App } from "../../support/program.ts";
import { alone, answers, DESTROY, guarded, started, TIME, worker } from "./programs.ts";

const WWW = { name: "www.example.com", type: "A", content: "1.1.1.1" };

/** An app, the records of its zone, and programs that declare some. */
async function zoned() {
  const app = await started();
  const zone = app.account.zones.of("example.com")?.id;
  const declare = (...records: object[]) =>
    `await raw.DnsRecords("dns", ${JSON.stringify({ zoneId: zone, records })});`;
  return { app, declare };
}

function records(app: App): string[] {
  return [...app.account.zones.dns.values()].map((one) => `${one.type} ${one.name} ${one.content}`);
}

test.each([
  { ...WWW, content: "2.2.2.2" },
  { ...WWW, name: "WWW.example.com", content: "2.2.2.2" },
  { ...WWW, name: "www.example.com.", content: "2.2.2.2" },
  { ...WWW, type: "AAAA", content: "::2" },
])(
  "a preview cannot have %p",
  async (record) => {
    const { app, declare } = await zoned();
    await using _ = app;
    await app.deploy("prod", guarded(declare(WWW)));
    const before = records(app);
    await app.refused("pr-1", "hostname-taken", guarded(declare(record)));
    await app.run("pr-1", guarded(declare(record)), { args: DESTROY });
    expect(records(app)).toEqual(before);
    // Production may change its own, and another record of its.
    await app.deploy("prod", guarded(declare({ ...WWW, content: "9.9.9.9" })));
    expect(records(app)).toEqual(["A www.example.com 9.9.9.9"]);
  },
  TIME,
);

test.each([
  ["destroyed", (app: App) => app.deploy("pr-1", guarded(""), { args: DESTROY })],
  ["deployed without them", (app: App) => app.deploy("pr-1", guarded(""))],
])(
  "a preview that is %s leaves the record that it took before, and takes its own along",
  async (_, end) => {
    const { app, declare } = await zoned();
    await using __ = app;
    await app.deploy("prod", alone(declare(WWW)));
    const own = { name: "www-pr-1.example.com", type: "A", content: "3.3.3.3" };
    await app.deploy("pr-1", alone(declare({ ...WWW, content: "3.3.3.3" }, own)));
    expect(records(app)).toHaveLength(2);
    await end(app);
    expect(records(app)).toEqual(["A www.example.com 3.3.3.3"]);
  },
  TIME,
);

test(
  "a preview that drops one of its records leaves what another stage has",
  async () => {
    const { app, declare } = await zoned();
    await using _ = app;
    await app.deploy("prod", alone(declare(WWW)));
    const own = ["a", "b"].map((label) => ({ ...WWW, name: `${label}-pr-1.example.com` }));
    await app.deploy("pr-1", alone(declare(WWW, ...own)));
    await app.deploy("pr-1", guarded(declare(own[0] as object)));
    expect(records(app)).toEqual(["A www.example.com 1.1.1.1", "A a-pr-1.example.com 1.1.1.1"]);
  },
  TIME,
);

test(
  "a record that a person has changed stays",
  async () => {
    const { app, declare } = await zoned();
    await using _ = app;
    const own = { ...WWW, name: "www-pr-1.example.com" };
    await app.deploy("pr-1", guarded(declare(own)));
    for (const record of app.account.zones.dns.values()) record.content = "5.5.5.5";
    await app.deploy("pr-1", guarded(declare(own)), { args: DESTROY });
    expect(records(app)).toEqual(["A www-pr-1.example.com 5.5.5.5"]);
  },
  TIME,
);

test(
  "a program makes the record that its route needs, in one deploy",
  async () => {
    const { app, declare } = await zoned();
    await using _ = app;
    const own = { type: "AAAA", content: "100::", proxied: true };
    const both = guarded(`${worker()} ${declare({ ...own, name: "a-pr-1.example.com" })}
await raw.Route("a", { pattern: "a-pr-1.example.com/*", script: api });`);
    await app.deploy("pr-1", both);
    expect(answers(app, "a-pr-1.example.com")).toBe("api-pr-1");
  },
  TIME,
);
