/** From 0.94 to Alchemy 2: an app with data in three stages, on both real command lines. */
import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cli, type Ended } from "../cli/cli.ts";
import { data } from "../support/data.ts";
import { App, unguarded as raw } from "../support/program.ts";
import { App2, changes, SCRIPT, TIME, unguarded, worker } from "./app.ts";

const STAGES = ["prod", "staging", "pr-1"];
const SECRET = { SECRET: "not to be told" };

const OLD = raw(`
const db = await raw.D1Database("db", { name: \`shop-db-\${stage}\`, migrationsDir: "./migrations" });
const files = await raw.R2Bucket("files", { name: \`shop-files-\${stage}\`, delete: stage !== "prod" });
const kv = await raw.KVNamespace("kv");
const queue = await raw.Queue("queue", { name: stage === "prod" ? "legacy" : \`shop-queue-\${stage}\` });
const counter = raw.DurableObjectNamespace("counter", { className: "Counter", sqlite: true });
const flow = raw.Workflow("flow", { className: "Onboarding", workflowName: \`shop-flow-\${stage}\` });
await raw.Worker("api", {
  name: \`shop-api-\${stage}\`,
  entrypoint: "./script.ts",
  eventSources: [queue],
  crons: ["0 0 * * *"],
  bindings: {
    DB: db, FILES: files, KV: kv, QUEUE: queue, COUNTER: counter, FLOW: flow,
    SECRET: alchemy.secret(process.env.SECRET),
  },
});
`).replace("noTrack: true", 'noTrack: true, password: "password"');

/** Both programs beside each other, with one state: an old app, and a folder that has Alchemy 2. */
async function both(
  program: string,
  stages = STAGES,
  prepare: (old: App) => void = () => {},
): Promise<{ old: App; app: App2 }> {
  const old = await App.start();
  prepare(old);
  await old.write("script.ts", SCRIPT);
  await old.write("migrations/0001_init.sql", "create table m (a);");
  for (const stage of stages) await old.deploy(stage, program, { env: SECRET });
  const app = await App2.start(old.cloudflare);
  app.fill();
  await symlink(join(old.folder, ".alchemy"), join(app.folder, ".alchemy"));
  await mkdir(join(app.folder, "migrations"));
  await writeFile(join(app.folder, "migrations", "0001_init.sql"), "create table m (a);");
  await writeFile(join(app.folder, "alchemy.run.ts"), program);
  return { old, app };
}

const migrate = (app: App2, ...args: string[]) => cli(app.folder, ["migrate", ...args]);

async function written(app: App2, ...args: string[]): Promise<Ended & { backup: string }> {
  const ended = await migrate(app, ...args, "--write");
  if (ended.code !== 0) throw new Error(`it ended with ${ended.code}:\n${ended.out}${ended.error}`);
  const backup = /--undo (\S+)/.exec(ended.out)?.[1];
  if (backup === undefined) throw new Error(`no backup is named:\n${ended.out}`);
  return { ...ended, backup };
}

/** Every file of the program and its state, byte for byte. */
function tree(folder: string): Record<string, string> {
  const all: Record<string, string> = {};
  const visit = (at: string, shown: string) => {
    for (const name of readdirSync(at).sort()) {
      const path = join(at, name);
      if (["node_modules", ".alchemy-backup", ".bun"].includes(name)) continue;
      if (statSync(path).isDirectory()) visit(path, `${shown}${name}/`);
      else all[`${shown}${name}`] = readFileSync(path, "latin1");
    }
  };
  visit(folder, "");
  return all;
}

test.concurrent(
  "an app with data in three stages goes over, and nothing is lost",
  async () => {
    const { old, app } = await both(OLD);
    await using _ = { [Symbol.asyncDispose]: () => old[Symbol.asyncDispose]() };
    await using __ = app;
    const before = data(app);
    const calls = app.cloudflare.log.length;

    const untouched = tree(app.folder);
    const dry = await migrate(app, "--to-v2");
    expect(dry.code).toBe(0);
    expect(tree(app.folder)).toEqual(untouched);
    const { backup } = await written(app, "--to-v2");
    expect(tree(app.folder)).not.toEqual(untouched);
    expect((await migrate(app, "--undo", backup)).code).toBe(0);
    expect(tree(app.folder)).toEqual(untouched);
    await written(app, "--to-v2");
    expect(app.cloudflare.log).toHaveLength(calls);

    const redirect = join(import.meta.dir, "redirect.ts");
    const plan = await cli(app.folder, ["migrate", "--to-v2", "--plan", "--stage", "pr-1"], {
      runtime: "Node 24",
      env: {
        ...app.cloudflare.env,
        ...SECRET,
        HOME: app.folder,
        ALCHEMY_TELEMETRY_DISABLED: "1",
        CLOUDFLARE_STAND_IN: app.cloudflare.url,
        NODE_OPTIONS: `--import=${redirect}`,
      },
    });
    expect(plan.out).toContain("Plan: 1 to create, 2 to update");
    expect(plan.code).toBe(0);

    const program = readFileSync(join(app.folder, "alchemy.v2.run.ts"), "utf8");
    for (const stage of STAGES) await app.deploy(stage, program, { env: SECRET });
    const isNew = (one: string) => one.includes("-onboarding-");
    const after = data(app);
    expect(after.filter((one) => !isNew(one))).toEqual(before);
    expect(after.filter(isNew)).toHaveLength(STAGES.length);
    // Its migrations were not run again, which would have failed.
    const tables = app.account.sql("shop-db-prod", "select name from sqlite_master");
    expect(JSON.stringify(tables)).toContain("__alchemy_migrations");
    const settled = await app.deploy("prod", program, { env: SECRET, command: "plan" });
    expect(settled).toContain("Plan: no changes");

    const deployed = tree(app.folder);
    const retired = await written(app, "--to-v2", "--retire");
    for (const stage of STAGES) {
      const ended = await old.run(stage, OLD, { env: SECRET, args: ["--destroy"] });
      expect(ended.code).toBe(0);
    }
    const refused = await old.run("prod", OLD, { env: SECRET });
    expect(refused.code).not.toBe(0);
    expect(data(app)).toEqual(after);
    expect(app.lost()).toEqual([]);
    expect(app.cloudflare.unhandled).toEqual([]);

    expect((await migrate(app, "--undo", retired.backup)).code).toBe(0);
    // The old program has bundled the script anew.
    const bundles = ({ ...all }: Record<string, string>) => {
      for (const path of Object.keys(all))
        if (/\.alchemy\/(out|bundles|log)/.test(path)) delete all[path];
      return all;
    };
    expect(bundles(tree(app.folder))).toEqual(bundles(deployed));
  },
  TIME,
);

const BLOCKS = `
import alchemy from "alchemy";
import { Worker } from "alchemy/cloudflare";
import { AlchemyWorkflow, Bucket, Database, DurableObject, KV, physicalName, Queue } from "@alch/blocks";
const app = await alchemy("shop", { quiet: true, noTrack: true });
const db = await Database("db", { name: "shop-db", pin: { prod: "legacy-db" }, migrationsDir: "./migrations" });
const files = await Bucket("shop-files");
const kv = await KV("shop-kv");
const queue = await Queue("shop-queue");
const counter = DurableObject("counter", { sqlite: true });
const flow = AlchemyWorkflow("shop-flow", { className: "Onboarding" });
await Worker("api", {
  name: physicalName("worker", "shop", app.stage),
  entrypoint: "./script.ts",
  bindings: { DB: db, FILES: files, VALUES: kv, QUEUE: queue, COUNTER: counter, FLOW: flow },
});
await app.finalize();
`;

test.concurrent(
  "blocks for 0.94 become blocks for Alchemy 2, and nothing is lost",
  async () => {
    const { old, app } = await both(BLOCKS);
    await using _ = { [Symbol.asyncDispose]: () => old[Symbol.asyncDispose]() };
    await using __ = app;
    const before = data(app);
    const { out } = await written(app, "--to-v2");
    expect(out).toContain("The rows are in Alchemy 2's local store. For another store, ");
    const program = readFileSync(join(app.folder, "alchemy.v2.run.ts"), "utf8");
    expect(program).toContain('from "@alch/blocks/v2"');
    expect(program).not.toContain("by hand");
    for (const stage of STAGES) await app.deploy(stage, program);
    const isNew = (one: string) => one.includes("-onboarding-");
    expect(data(app).filter((one) => !isNew(one))).toEqual(before);
    expect(before.filter((one) => one.includes("pr-1"))).toHaveLength(7);
    expect(app.lost()).toEqual([]);
    const after = data(app);
    // What 0.94 has retained stays so, without a word in the new program. The new workflow stays with
    // its Worker.
    await app.destroy("prod", program);
    expect(app.lost()).toEqual([]);
    expect(data(app)).toEqual(after);
    expect(app.cloudflare.unhandled).toEqual([]);
  },
  TIME,
);

const CONNECTED = raw(`
const index = await raw.VectorizeIndex("index", { name: \`shop-index-\${stage}\`, dimensions: 768, metric: "cosine" });
const tenants = await raw.DispatchNamespace("tenants", { namespace: \`shop-tenants-\${stage}\` });
const own = await raw.DispatchNamespace("own");
const orders = await raw.Hyperdrive("orders", {
  name: \`shop-orders-\${stage}\`,
  origin: { host: "db.example.com", database: "shop", user: "me", password: alchemy.secret(process.env.SECRET) },
  caching: { max_age: 30 },
});
await raw.Worker("api", {
  name: \`shop-api-\${stage}\`,
  entrypoint: "./script.ts",
  bindings: { INDEX: index, TENANTS: tenants, ORDERS: orders },
});
`).replace("noTrack: true", 'noTrack: true, password: "password"');

test.concurrent(
  "indexes, Hyperdrive configurations and dispatch namespaces go over",
  async () => {
    const { old, app } = await both(CONNECTED, ["prod"]);
    await using _ = { [Symbol.asyncDispose]: () => old[Symbol.asyncDispose]() };
    await using __ = app;
    const held = () =>
      app.account
        .state()
        .map(({ kind, name, id }) => `${kind} ${name} ${id}`)
        .sort();
    const before = held();
    await written(app, "--to-v2");
    const program = readFileSync(join(app.folder, "alchemy.v2.run.ts"), "utf8");
    expect(program).not.toContain("by hand");
    expect(program).toContain('password: yield* Config.Redacted("SECRET")');
    const calls = app.cloudflare.log.length;
    await app.deploy("prod", program, { env: SECRET });
    expect(held()).toEqual(before);
    expect(app.lost()).toEqual([]);
    const sent = changes(app, calls);
    // The password and the script are sent again, and nothing is made.
    expect(sent.filter((one) => one.includes("hyperdrive"))).toEqual([
      expect.stringMatching(/^PUT hyperdrive\/configs\//),
    ]);
    expect(sent.filter((one) => /vectorize|dispatch/.test(one))).toEqual([]);
    const settled = await app.deploy("prod", program, { env: SECRET, command: "plan" });
    expect(settled).toContain("Plan: no changes");
    expect(app.cloudflare.unhandled).toEqual([]);
  },
  TIME,
);

test.concurrent(
  "without the rows, the same program would make everything anew",
  async () => {
    const names = "const kv = await raw.KVNamespace('kv');";
    const { old, app } = await both(raw(names), ["prod"]);
    await using _ = { [Symbol.asyncDispose]: () => old[Symbol.asyncDispose]() };
    await using __ = app;
    const calls = app.cloudflare.log.length;
    await app.deploy("prod", unguarded('yield* KV.Namespace("kv");'));
    const made = app.cloudflare.log.slice(calls).filter(({ method }) => method === "POST");
    expect(made).toHaveLength(1);
  },
  TIME,
);

test.concurrent(
  "the hostnames and routes of a Worker stay where they are",
  async () => {
    const program = raw(`
await raw.Worker("api", {
  name: \`api-\${stage}\`, entrypoint: "./script.ts",
  domains: [\`app-\${stage}.example.com\`, \`www-\${stage}.example.com\`],
  routes: [\`api-\${stage}.example.com/*\`],
});`);
    const prepare = ({ cloudflare }: App) => {
      const { zones } = cloudflare.account;
      const zone = zones.add("example.com");
      const record = { type: "AAAA", content: "100::", proxied: true, managed: false };
      zones.dns.set("wildcard", { id: "wildcard", zone, name: "*.example.com", ...record });
    };
    const { old, app } = await both(program, ["prod"], prepare);
    await using _ = { [Symbol.asyncDispose]: () => old[Symbol.asyncDispose]() };
    await using __ = app;
    const { zones } = app.account;
    const held = () => ({
      domains: [...zones.domains.values()],
      routes: [...zones.routes.values()],
    });
    const before = structuredClone(held());
    expect([before.domains.length, before.routes.length]).toEqual([2, 1]);
    await written(app, "--to-v2", "--account", app.account.id);
    const calls = app.cloudflare.log.length;
    await app.deploy("prod", readFileSync(join(app.folder, "alchemy.v2.run.ts"), "utf8"));
    expect(held()).toEqual(before);
    const gone = app.cloudflare.log.slice(calls).filter(({ method }) => method === "DELETE");
    expect(gone).toEqual([]);
  },
  TIME,
);

/** A Worker whose binding has another meaning for Alchemy 2. */
const KEYS: [what: string, id: string, key: string][] = [
  ["the name of a class", "counter", "Counter"],
  ["the name of an id", "COUNTER", "COUNTER"],
];

test.concurrent(
  "a binding that Alchemy 2 reads otherwise is refused, and the advice is safe",
  async () => {
    for (const [what, id, key] of KEYS) {
      const bound = (name: string) =>
        raw(`
await raw.Worker("api", { name: \`api-\${stage}\`, entrypoint: "./script.ts", bindings: {
  ${name}: raw.DurableObjectNamespace("${id}", { className: "Counter", sqlite: true }),
} });`);
      const { old, app } = await both(bound(key), ["prod"]);
      await using _ = { [Symbol.asyncDispose]: () => old[Symbol.asyncDispose]() };
      await using __ = app;
      const before = data(app);
      const dry = await migrate(app, "--to-v2", "--stage", "prod", "--write");
      expect(dry.code).toBe(1);
      expect(dry.out).toContain(what === KEYS[0]?.[0] ? "name of a class" : "Object's id");
      expect(existsSync(join(app.folder, ".alchemy", "state"))).toBe(false);
      // What would have happened.
      await using elsewhere = await App2.start(app.cloudflare);
      const api = (name: string) =>
        worker(`${name}: DurableObject("${id}", { className: "Counter" }),`);
      const ended = await elsewhere.run("prod", unguarded(api(key)), { args: ["--adopt"] });
      expect(ended.code).not.toBe(0);
      // What the help says.
      await old.deploy("prod", bound("COUNTS"));
      await writeFile(join(app.folder, "alchemy.run.ts"), bound("COUNTS"));
      const account = ["--account", app.account.id];
      await written(app, "--to-v2", "--stage", "prod", ...account);
      await app.deploy("prod", unguarded(api("COUNTS")));
      expect(data(app)).toEqual(before);
      expect(app.lost()).toEqual([]);
    }
  },
  TIME,
);
