/** Warnings for mistakes that used to be silent, and advice that is safe to follow. */
import { expect, test } from "bun:test";
import { said } from "../../support/harm.ts";
import { App, program, SCRIPT } from "../../support/program.ts";
import { ended, kept, run, STORES, seeded, stored, TIME } from "./holes.ts";

const WARNED: Record<string, { stage?: string; body: string; says: string }> = {
  "unknown-queue": {
    body: 'await Queue("jobs", { dlq: "dead" });',
    says: "`dlq` names the queue `dead-pr-1`, which nothing in this program declares",
  },
  "release-unused": {
    body: 'createBlocks({ release: ["gone"] }); await KV("kv");',
    says: "`release` names `gone`, but this deploy deleted nothing with that id",
  },
  "unknown-stage": {
    stage: "prod",
    body: 'await KV("kv", { pin: { prodd: "legacy" } });',
    says: "`pin` names the stage `prodd`, which looks like `prod`",
  },
};

test.each(Object.keys(WARNED))(
  "`%s` is warned of, and the deploy goes on",
  async (code) => {
    const { stage = "pr-1", body, says } = WARNED[code] as (typeof WARNED)[string];
    await using app = await App.start();
    expect(await app.deploy(stage, program(body))).toContain(`@alch/blocks: ${says} (${code})`);
  },
  TIME,
);

test("what the program does declare is not warned of", async () => {
  await using app = await App.start();
  const body = `await Queue("dead"); await Queue("jobs", { dlq: "dead" });
await raw.Queue("raw", { name: "raw-pr-1" }); await Queue("other", { dlq: "raw" });
await KV("kv", { pin: { prod: "legacy", "pr-2": "other" } });`;
  for (const _ of ["first", "second"]) {
    expect(await app.deploy("pr-1", program(body))).not.toContain("@alch/blocks:");
  }
}, 120_000);

const UNHEARD = "`pin` names the stage `live`, which neither the state nor the config has";
const LIVE = 'await KV("kv", { pin: { live: "legacy", prodd: "other" } });';

test.each(Object.keys(STORES))(
  "a stage is known by the state or by the config: state in %s",
  async (store) => {
    await using app = await App.start();
    const there = async (stage: string) => {
      const step = { stage, body: LIVE };
      const { first } = stored(store, { first: [step], next: [] });
      const end = await run(app, first[0] as typeof step);
      ended(end, "well");
      return end.output.split("\n").filter((line) => line.includes("(unknown-stage)"));
    };
    // A state that has no other stage says nothing about `live`.
    expect(await there("prodd")).toEqual([]);
    expect(await there("pr-1")).toEqual([expect.stringContaining(UNHEARD)]);
    await app.write("alch-blocks.json", JSON.stringify({ stages: ["live"] }));
    expect(await there("pr-1")).toEqual([]);
  },
  TIME,
);

test("a block that is bound without `await` is refused", async () => {
  await using app = await App.start();
  const bindings = 'bindings: { DB: Database("db") }';
  const worker = `await raw.Worker("api", { script: ${JSON.stringify(SCRIPT)}, ${bindings} });`;
  await app.refused("pr-1", "binding-unawaited", program(worker));
}, 120_000);

test("a mistyped option lists its values, and an id that Alchemy loses is refused", async () => {
  await using app = await App.start();
  const keep = program('await KV("kv", { onRename: "keeep" });');
  const { message, help } = said(await app.refused("pr-1", "option-invalid", keep));
  expect(message).toBe("the option `onRename` of `KV` is `keeep`, which looks like `keep`");
  expect(help).toBe('pass `"refuse"`, `"keep"` or `"replace"`, or leave it out');
  const id = program('await Database("a\\\\b", { name: "ab" });');
  await app.refused("pr-1", "id-invalid", id);
  expect(app.account.state()).toEqual([]);
}, 120_000);

test("`share` prints what it has bound", async () => {
  await using app = await App.start();
  await app.deploy("prod", program('await KV("kv");'));
  const shared = program('await KV("kv", { share: "prod" });', "shop", "{ quiet: false }");
  const output = await app.deploy("pr-1", shared);
  expect(output).toContain("@alch/blocks: kv is bound to kv-prod of another stage");
}, 120_000);

test("the pin in the help of `ambiguous-stage` works in that stage, and nothing else changes", async () => {
  await using app = await App.start();
  const two = (options = "") => `await KV("jobs"); await KV("jobs-dead", { ${options} });`;
  await app.deploy("prod", program(two()));
  const before = seeded(app.account);
  const { help } = said(await app.refused("dead-letters", "ambiguous-stage", program(two())));
  const pin = /`(pin: .*?)`/.exec(help)?.[1] ?? "";
  await app.deploy("dead-letters", program(two(pin)));
  await app.deploy("prod", program(two(pin)));
  kept(app, before);
}, 120_000);

test("the help for a renamed id keeps the data", async () => {
  await using app = await App.start();
  await app.deploy("pr-1", program('await Database("hello-db");'));
  const before = seeded(app.account);
  const renamed = program('await Database("hello-data");');
  const { help } = said(await app.refused("pr-1", "would-delete", renamed));
  expect(help).toContain('write `Database("hello-db")` in its place to keep the data');
  const release = /with `(createBlocks\(.*?\))` for the new one/.exec(help)?.[1];
  const back = `${release}; await Database("hello-db");`;
  await app.deploy("pr-1", program(back));
  kept(app, before);
}, 120_000);
