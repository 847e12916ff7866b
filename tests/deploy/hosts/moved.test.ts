/** A hostname that moves to another row of its stage: nothing detaches it afterwards. */
import { expect, test } from "bun:test";
import {
  answers,
  DESTROY,
  guarded,
  HOST,
  resolve,
  started,
  TIME,
  withBlocks,
  worker,
} from "./programs.ts";

const REST = "*.example.com";
const of = (body: string) => guarded(`${worker()}\n${body}`);
const domain = (id: string) =>
  of(`await raw.CustomDomain("${id}", { name: "${HOST}", workerName: api.name });`);
const route = (id: string) =>
  of(`await raw.Route("${id}", { pattern: "${HOST}/*", script: api });`);
const block = (id: string) =>
  withBlocks(`await Domain("${id}", { name: "${HOST}", worker: api });`);
const inner = withBlocks(`await alchemy.run("inner", async () => {
  await Domain("a", { name: "${HOST}", worker: api });
});`);
const nested = guarded(worker(`domains: ["${HOST}"],`));

test.each([
  ["the id of a `CustomDomain`", domain("a"), domain("b")],
  ["the id of a `Route`", route("a"), route("b")],
  ["the id of a `Domain`", block("a"), block("b")],
  ["the kind of row: `Domain` to the domains of a Worker", block("a"), nested],
  ["the kind of row: the domains of a Worker to `Domain`", nested, block("a")],
  [
    "the kind of row: the routes of a Worker to `Route`",
    guarded(worker(`routes: ["${HOST}/*"],`)),
    route("a"),
  ],
  [
    "the kind of row: `Route` to the routes of a Worker",
    route("a"),
    guarded(worker(`routes: ["${HOST}/*"],`)),
  ],
  ["the scope, to one inside", block("a"), inner],
  ["the scope, from one inside", inner, block("a")],
])(
  "a program changes %s",
  async (_, before, after) => {
    await using app = await started({ subdomainPatienceMs: 20 });
    resolve(app, REST);
    await app.deploy("prod", before);
    expect(answers(app, HOST)).toBe("api-prod");
    await app.deploy("prod", after);
    expect(answers(app, HOST)).toBe("api-prod");
    await app.deploy("prod", after, { args: DESTROY });
    expect(answers(app, HOST)).toBeUndefined();
  },
  TIME,
);

test(
  "a program gives a domain another id and another Worker at once",
  async () => {
    await using app = await started();
    const second = worker().replaceAll("api", "web");
    const at = (id: string, script: string) =>
      of(`${second} await raw.CustomDomain("${id}", {
  name: "${HOST}", workerName: ${script}.name });`);
    await app.deploy("prod", at("a", "api"));
    await app.deploy("prod", at("b", "web"));
    expect(answers(app, HOST)).toBe("web-prod");
  },
  TIME,
);

test.each(["prod", "pr-1"])(
  "a program changes the id of records, and moves one to another list, in stage %s",
  async (stage) => {
    await using app = await started();
    const zoneId = app.account.zones.of("example.com")?.id;
    const record = (name: string) => ({
      name: `${name}.example.com`,
      type: "A",
      content: "1.1.1.1",
    });
    const list = (id: string, ...records: object[]) =>
      `await raw.DnsRecords("${id}", ${JSON.stringify({ zoneId, records })});`;
    const all = () => [...app.account.zones.dns.values()].map(({ name }) => name).sort();
    await app.deploy(stage, guarded(list("a", record("x"), record("y"))));
    const before = all();
    await app.deploy(stage, guarded(list("b", record("x"), record("y"))));
    expect(all()).toEqual(before);
    await app.deploy(stage, guarded(list("a", record("y")) + list("b", record("x"))));
    expect(all()).toEqual(before);
    await app.deploy(stage, guarded(list("a", record("y")) + list("b", record("x"))));
    await app.deploy(stage, guarded(""), { args: DESTROY });
    expect(all()).toEqual([]);
  },
  TIME,
);
