/** `Domain` and `Route`: each stage has hostnames of its own. */
import { expect, test } from "bun:test";
import { program } from "../../support/program.ts";
import {
  answers,
  attached,
  DESTROY,
  HOST,
  resolve,
  routed,
  started,
  TIME,
  withBlocks,
} from "./programs.ts";

const DOMAIN = `await Domain("${HOST}", { worker: api });`;
const ROUTE = `await Route("${HOST}/api/*", { worker: api });`;

test(
  "three stages have hostnames of their own, and destroying one leaves the others",
  async () => {
    await using app = await started();
    const both = withBlocks(`${DOMAIN}\n${ROUTE}`);
    for (const stage of ["prod", "pr-1", "pr-12"]) await app.deploy(stage, both);
    const expected: Record<string, string> = {
      [HOST]: "api-prod",
      "app-pr-1.example.com": "api-pr-1",
      "app-pr-12.example.com": "api-pr-12",
    };
    expect(attached(app)).toEqual(expected);
    for (const [host, script] of Object.entries(expected)) {
      expect(app.account.meet(`https://${host}/`)).toMatchObject({ script, dns: true, tls: true });
      expect(answers(app, `https://${host}/api/x`)).toBe(script);
    }
    await app.deploy("pr-1", both, { args: DESTROY });
    delete expected["app-pr-1.example.com"];
    expect(attached(app)).toEqual(expected);
    expect(Object.values(routed(app)).sort()).toEqual(["api-pr-12", "api-prod"]);
  },
  TIME,
);

test(
  "an unchanged deploy sends nothing, and a lost state is repaired",
  async () => {
    await using app = await started();
    resolve(app, "*.example.com");
    const both = withBlocks(`${DOMAIN}\n${ROUTE}`);
    await app.deploy("pr-1", both);
    const before = [attached(app), routed(app)];
    const from = app.cloudflare.log.length;
    await app.deploy("pr-1", both);
    expect(app.changesSince(from).filter((call) => !call.includes("workers/scripts"))).toEqual([]);
    await Bun.$`rm -rf ${app.folder}/.alchemy`.quiet();
    await app.deploy("pr-1", both, { args: ["--adopt"] });
    expect([attached(app), routed(app)]).toEqual(before);
    expect(app.cloudflare.takeovers()).toEqual([]);
    const again = app.cloudflare.log.length;
    await app.deploy("pr-1", both);
    expect(app.changesSince(again).filter((call) => !call.includes("workers/scripts"))).toEqual([]);
  },
  TIME,
);

test(
  "the settings of a set of blocks and the options say what the hostname is",
  async () => {
    await using app = await started();
    app.account.zones.add("example.dev");
    const source = (more: string) =>
      withBlocks(`const set = createBlocks({ bare: "live", previewDomain: "example.dev" });
await set.Domain("${HOST}", { worker: "api-" + stage });
await set.Domain("site", { name: "example.com", zone: "example.com", worker: api, ${more} });`);
    await app.deploy("live", source(""));
    await app.deploy("prod", source('pin: { prod: "old.example.com" }'));
    expect(attached(app)).toEqual({
      [HOST]: "api-live",
      "example.com": "api-live",
      "app-prod.example.dev": "api-prod",
      "old.example.com": "api-prod",
    });
  },
  TIME,
);

test(
  "a Worker takes a hostname over only where the program says from whom, and can be given back",
  async () => {
    await using app = await started();
    await app.deploy("prod", withBlocks(DOMAIN));
    const pinned = (more = "") =>
      withBlocks(`await Domain("site", { name: "${HOST}", stage: false, worker: api, ${more} });`);
    for (const args of [[], ["--adopt"]]) {
      const from = app.cloudflare.log.length;
      const output = await app.refused("pr-1", "hostname-taken", pinned(), { args });
      expect(output.replaceAll("\\", "")).toContain('takeFrom: "api-prod"');
      expect(app.changesSince(from).filter((call) => call.includes("domains"))).toEqual([]);
    }
    await app.refused("pr-1", "hostname-taken", pinned('takeFrom: "other"'));
    await app.deploy("pr-1", pinned('takeFrom: "api-prod"'));
    expect(attached(app)).toEqual({ [HOST]: "api-pr-1" });
    // Production does not take it back by itself, and its end does not take it down.
    await app.deploy("prod", withBlocks(DOMAIN), { args: DESTROY });
    expect(attached(app)).toEqual({ [HOST]: "api-pr-1" });
  },
  TIME,
);

test(
  "a changed hostname is refused until the program says what becomes of the old one",
  async () => {
    await using app = await started();
    const named = (name: string, more = "") =>
      withBlocks(`await Domain("site", { name: "${name}", worker: api, ${more} });`);
    await app.deploy("prod", named(HOST));
    await app.refused("prod", "would-orphan", named("www.example.com"));
    await app.deploy("prod", named("www.example.com", 'onRename: "keep"'));
    expect(attached(app)).toEqual({ [HOST]: "api-prod" });
    const moved = withBlocks(`await Domain("www", { name: "www.example.com", worker: api });`);
    await app.deploy("prod", moved);
    expect(attached(app)).toEqual({ "www.example.com": "api-prod" });
  },
  TIME,
);

test.each([
  ["the Worker is missing", `await Domain("${HOST}", {});`, "script-invalid"],
  ["the id is no hostname", `await Domain("App", { worker: api });`, "base-invalid"],
  [
    "two ids have one hostname",
    `${DOMAIN} await Domain("b", { name: "${HOST}", worker: api });`,
    "duplicate-name",
  ],
  [
    "a wildcard is not in the bare stage",
    `await Route("*.example.com/*", { worker: api });`,
    "route-swallows",
  ],
  [
    "the account has no such zone",
    `await Domain("app.example.org", { worker: api });`,
    "zone-missing",
  ],
  ["a route has no record", ROUTE, "dns-missing"],
])(
  "refused: %s",
  async (_, body, code) => {
    await using app = await started();
    const output = await app.refused("pr-1", code, withBlocks(body));
    expect(output).not.toContain("stand-in-token");
    // The first of two is attached by then.
    const first = code === "duplicate-name" ? ["app-pr-1.example.com"] : [];
    expect([...Object.keys(attached(app)), ...Object.keys(routed(app))]).toEqual(first);
  },
  TIME,
);

test(
  "local mode asks nobody, whoever has the hostname",
  async () => {
    await using app = await started();
    await app.deploy("prod", withBlocks(`${DOMAIN}\n${ROUTE}`));
    const [from, before] = [app.cloudflare.log.length, [attached(app), routed(app)]];
    const others = `const { Domain, Route } = blocks;
      await Domain("${HOST}", { worker: "theirs", stage: false });
      await Route("${HOST}/api/*", { worker: "theirs", stage: false });
      await Domain("nowhere.example.org", { worker: "theirs" });`;
    await app.deploy("pr-1", program(others), { args: ["--local"] });
    const asked = app.cloudflare.log.slice(from).map(({ path }) => path);
    expect(asked.filter((path) => /zones|domains|routes/.test(path))).toEqual([]);
    expect([attached(app), routed(app)]).toEqual(before);
    // Without it, the same is refused.
    await app.refused("pr-1", "hostname-taken", program(others));
  },
  TIME,
);
