/** From raw resources to blocks: each pattern found in the wild, on real deploys with data. */
import { expect, test } from "bun:test";
import { data, fill } from "../support/data.ts";
import { App, program, SCRIPT, unguarded } from "../support/program.ts";

const UNPROTECTED = ["preview", "pr-1"];
const STAGES = ["prod", ...UNPROTECTED];

interface Pattern {
  /** How the raw app declares `db`, `files`, `kv`, `queue`, `counter` and `flow`, where it does. */
  raw: string;
  blocks: string;
  /** The refusal that comes first where `blocks` goes over only with what `advised` adds. */
  refused?: { code: string; stages: string[]; first: string };
  /** Where data and rows are in scopes or under names other than the default. */
  app?: string;
}

const PATTERNS: Record<string, Pattern> = {
  "a stage template": {
    raw: `
const db = await raw.D1Database("db", { name: \`shop-db-\${stage}\`, readReplication: { mode: "auto" } });
const files = await raw.R2Bucket("files", { name: \`shop-files-\${stage}\` });
const kv = await raw.KVNamespace("kv", { title: \`shop-kv-\${stage}\` });
const queue = await raw.Queue("queue", { name: \`shop-queue-\${stage}\`, settings: { deliveryDelay: 2 } });`,
    blocks: `
const db = await Database("db", { readReplication: { mode: "auto" }, name: "shop-db" });
const files = await Bucket("files", { name: "shop-files" });
const kv = await KV("kv", { title: "shop-kv" });
const queue = await Queue("queue", { settings: { deliveryDelay: 2 }, name: "shop-queue" });`,
  },
  "a queue as the dead letters of another": {
    raw: `
const dead = await raw.Queue("dead", { name: \`shop-dead-\${stage}\` });
const queue = await raw.Queue("queue", { name: \`shop-queue-\${stage}\`, dlq: dead });`,
    blocks: `
const dead = await Queue("dead", { name: "shop-dead" });
const queue = await Queue("queue", { name: "shop-queue", dlq: dead });`,
  },
  "no name": {
    raw: `
const db = await raw.D1Database("db");
const files = await raw.R2Bucket("files");
const kv = await raw.KVNamespace("kv");
const queue = await raw.Queue("queue");`,
    blocks: `
const shop = createBlocks({ prefix: "shop" });
const db = await shop.Database("db");
const files = await shop.Bucket("files");
const kv = await shop.KV("kv");
const queue = await shop.Queue("queue");`,
  },
  "a fixed literal in production": {
    raw: `
const named = stage === "prod" ? { name: "legacy" } : {};
const db = await raw.D1Database("db", named);
const files = await raw.R2Bucket("files", named);
const queue = await raw.Queue("queue", named);`,
    refused: {
      code: "would-replace",
      stages: ["prod"],
      first: `
const db = await Database("db", { name: "shop-db" });
const files = await Bucket("files", { name: "shop-files" });
const queue = await Queue("queue", { name: "shop-queue" });`,
    },
    blocks: `
const pin = { prod: "legacy" };
const db = await Database("db", { name: "shop-db", pin });
const files = await Bucket("files", { name: "shop-files", pin });
const queue = await Queue("queue", { name: "shop-queue", pin });`,
  },
  "a fixed literal with adopt in every stage": {
    raw: `
const db = await raw.D1Database("db", { name: "legacy", adopt: true });
const files = await raw.R2Bucket("files", { name: "legacy", adopt: true });
const kv = await raw.KVNamespace("kv", { title: "legacy", adopt: true });`,
    refused: {
      code: "would-replace",
      stages: STAGES,
      first: `
const db = await Database("db", { name: "shop-db", adopt: true });
const files = await Bucket("files", { name: "shop-files", adopt: true });
const kv = await KV("kv", { name: "shop-kv", adopt: true });`,
    },
    blocks: `
const pin = { prod: "legacy", preview: "legacy", "pr-1": "legacy" };
const db = await Database("db", { name: "shop-db", adopt: true, pin });
const files = await Bucket("files", { name: "shop-files", adopt: true, pin });
const kv = await KV("kv", { name: "shop-kv", adopt: true, pin });`,
  },
  "the stage inside the id": {
    raw: `
const db = await raw.D1Database(\`db-\${stage}\`, { name: \`shop-db-\${stage}\` });
const files = await raw.R2Bucket(\`files-\${stage}\`, { name: \`shop-files-\${stage}\` });`,
    refused: {
      code: "id-changed",
      // In `prod` the raw ones are retained, so that their rows may go.
      stages: UNPROTECTED,
      first: `
const db = await Database("db", { name: "shop-db", adopt: true });
const files = await Bucket("files", { name: "shop-files", adopt: true });`,
    },
    blocks: `
const db = await Database(\`db-\${stage}\`, { name: "shop-db" });
const files = await Bucket(\`files-\${stage}\`, { name: "shop-files" });`,
  },
  "nested scopes": {
    raw: `
const [db, files] = await alchemy.run("api", async () => [
  await raw.D1Database("db"), await alchemy.run("deep", () => raw.R2Bucket("files")),
]);`,
    refused: {
      code: "id-changed",
      stages: UNPROTECTED,
      first: `
const db = await Database("db", { name: "shop-api-db", adopt: true });`,
    },
    blocks: `
const [db, files] = await alchemy.run("api", async () => [
  await Database("db", { name: "shop-api-db" }),
  await alchemy.run("deep", () => Bucket("files", { name: "shop-api-deep-files" })),
]);`,
  },
};

const worker = (bindings: string, name = "") => `
await raw.Worker("api", {
  ${name} script: ${JSON.stringify(SCRIPT)}, adopt: true, bindings: { ${bindings} },
});`;

test.each(Object.keys(PATTERNS))(
  "%s",
  async (name) => {
    const pattern = PATTERNS[name] as Pattern;
    await using app = await App.start();
    for (const stage of STAGES) await app.deploy(stage, program(pattern.raw, pattern.app));
    fill(app);
    const before = data(app);
    for (const stage of pattern.refused?.stages ?? []) {
      const calls = app.cloudflare.log.length;
      const { code, first } = pattern.refused as { code: string; first: string };
      await app.refused(stage, code, program(first, pattern.app));
      expect(app.cloudflare.log.slice(calls)).toEqual([]);
      // A program that catches the refusal and goes on must lose nothing either.
      const caught = program(`try {${first}} catch {}`, pattern.app);
      await app.run(stage, caught);
      expect(app.changesSince(calls)).toEqual([]);
    }
    const calls = app.cloudflare.log.length;
    for (const stage of STAGES) await app.deploy(stage, program(pattern.blocks, pattern.app));
    expect(app.changesSince(calls)).toEqual([]);
    expect(data(app)).toEqual(before);
    expect(app.cloudflare.deletions()).toEqual([]);
    expect(app.cloudflare.unhandled).toEqual([]);
    for (const stage of STAGES) await app.deploy(stage, program(pattern.blocks, pattern.app));
    expect(app.changesSince(calls)).toEqual([]);
  },
  60_000,
);

test("Durable Objects, with and without a script name", async () => {
  const flow = (made: string) => `
${made}
${worker("counter, room")}
await raw.Worker("web", {
  script: ${JSON.stringify(SCRIPT)}, adopt: true, bindings: { far },
});`;
  const rawFlow = flow(`
const counter = raw.DurableObjectNamespace("counter", { className: "Counter", sqlite: true });
const room = raw.DurableObjectNamespace("room", { className: "Room", scriptName: \`shop-api-\${stage}\`, sqlite: true });
const far = raw.DurableObjectNamespace("far", { className: "Counter", scriptName: \`shop-api-\${stage}\` });`);
  const blocksFlow = flow(`
const counter = DurableObject("counter", { sqlite: true });
const room = DurableObject("room", { scriptName: \`shop-api-\${stage}\`, sqlite: true });
const far = DurableObject("far", { className: "Counter", scriptName: \`shop-api-\${stage}\` });`);
  await using app = await App.start();
  for (const stage of STAGES) await app.deploy(stage, program(rawFlow));
  fill(app);
  const before = data(app);
  for (const stage of STAGES) await app.deploy(stage, program(blocksFlow));
  expect(data(app)).toEqual(before);
  expect(app.cloudflare.deletions()).toEqual([]);
}, 60_000);

test("a workflow that is known by its class name", async () => {
  await using app = await App.start();
  const rawFlow = `const flow = raw.Workflow("flow", { className: "Onboarding" });${worker("flow")}`;
  const blocksFlow = (own: string) =>
    program(
      `const flow = AlchemyWorkflow("flow", { className: "Onboarding", ${own} });${worker("flow")}`,
    );
  // The guard would refuse the second stage.
  for (const stage of [...STAGES, "prod"]) await app.deploy(stage, unguarded(rawFlow));
  fill(app);
  const before = data(app);
  for (const stage of STAGES) {
    const calls = app.cloudflare.log.length;
    await app.refused(stage, "would-orphan", blocksFlow('name: "Onboarding"'));
    expect(app.changesSince(calls)).toEqual([]);
  }
  await app.deploy("prod", blocksFlow('name: "Onboarding", pin: { prod: "Onboarding" }'));
  for (const stage of ["preview", "pr-1"]) {
    await app.deploy(stage, blocksFlow('name: "Onboarding", onRename: "replace"'));
  }
  expect(data(app)).toEqual(expect.arrayContaining(before));
  const flows = app.account.state().filter(({ kind }) => kind === "Workflow");
  const owners = flows.map(({ name, script }) => [name, script]);
  expect(Object.fromEntries(owners)).toEqual({
    Onboarding: "shop-api-prod",
    "Onboarding-preview": "shop-api-preview",
    "Onboarding-pr-1": "shop-api-pr-1",
  });
  expect(app.cloudflare.deletions()).toEqual([]);
}, 60_000);

test("two apps in one account", async () => {
  await using app = await App.start();
  const body = `const db = await raw.D1Database("db");`;
  const blocked = `const db = await createBlocks({ prefix: app.name }).Database("db");`;
  for (const name of ["shop", "blog"]) {
    for (const stage of STAGES) await app.deploy(stage, program(body, name), { name });
  }
  fill(app);
  const before = data(app);
  const calls = app.cloudflare.log.length;
  for (const name of ["shop", "blog"]) {
    for (const stage of STAGES) await app.deploy(stage, program(blocked, name), { name });
  }
  expect(app.changesSince(calls)).toEqual([]);
  expect(data(app)).toEqual(before);
}, 60_000);
