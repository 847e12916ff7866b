/** Every way to lose data by a changed name, id or scope, tried on purpose on real deploys. */
import { expect, test } from "bun:test";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FaultSpec } from "../cloudflare/index.ts";
import { data, fill, names } from "../support/data.ts";
import { harmless } from "../support/harm.ts";
import { App, program } from "../support/program.ts";

const STAGE = "pr-1";
/** Some tests start twenty deploys, and the slowest machine sets the limit. */
const TIME = 120_000;

/** The kinds with data: how Alchemy calls them, and the resource of the account. */
const KINDS = [
  { block: "Database", kind: "D1Database", inPlace: false },
  { block: "Bucket", kind: "R2Bucket", inPlace: false },
  { block: "KV", kind: "KVNamespace", inPlace: true },
  { block: "Queue", kind: "Queue", inPlace: true },
] as const;

/** A block as the program calls it; a bucket with objects is deleted only if it may be emptied. */
function declared(block: string, options: string, id = "db"): string {
  const deadly = block === "Bucket" ? `{ empty: true, ...${options} }` : options;
  return `await ${block}("${id}", ${deadly});`;
}

/** Nothing was deleted, and the stand-in knew every call. */
function nothingDeleted({ cloudflare }: App): void {
  expect(cloudflare.deletions()).toEqual([]);
  expect(cloudflare.unhandled).toEqual([]);
}

test.each(KINDS)(
  "a $block under another name is refused, and kept or replaced when told to",
  async ({ block, kind, inPlace }) => {
    await using app = await App.start();
    const body = (options: string) => declared(block, `{ ${options} }`);
    await app.deploy(STAGE, program(body('name: "old"')));
    fill(app);
    const before = data(app);
    const calls = app.cloudflare.log.length;

    const { message, help } = await harmless(app, STAGE, {
      code: "would-replace",
      body: body('name: "new"'),
    });
    expect(message).toContain("is deployed as `old-pr-1`, and this program names it `new-pr-1`");
    expect(message).toContain(
      inPlace ? "Alchemy would rename it in place" : "delete `old-pr-1` with its data",
    );
    const advice = /`(pin: .*?)`/.exec(help)?.[1];
    expect(advice).toBe('pin: { "pr-1": "old-pr-1" }');
    await app.deploy(STAGE, program(body(`name: "new", ${advice}`)));
    for (const _ of ["once", "again"]) {
      await app.deploy(STAGE, program(body('name: "new", onRename: "keep"')));
    }
    await app.deploy(STAGE, program(body('name: "old"')));
    expect(app.changesSince(calls)).toEqual([]);
    expect(data(app)).toEqual(before);
    nothingDeleted(app);

    // What was pinned is retained until somebody says otherwise.
    await app.deploy(STAGE, program(body('name: "old", delete: true')));
    await app.deploy(STAGE, program(body('name: "new", onRename: "replace"')));
    expect(names(app)).toEqual(["new-pr-1"]);
    const gone = app.cloudflare.deletions().map((deletion) => [deletion.kind, deletion.name]);
    expect(gone).toEqual(inPlace ? [] : [[kind, "old-pr-1"]]);
    if (inPlace) expect(data(app).join()).toContain("old-pr-1");
    const replaced = app.cloudflare.log.length;
    await app.deploy(STAGE, program(body('name: "new"')));
    expect(app.changesSince(replaced)).toEqual([]);
  },
  TIME,
);

test("a kept name goes on to other updates of the resource", async () => {
  await using app = await App.start();
  await app.deploy(STAGE, program('await Queue("q", { name: "old" });'));
  fill(app);
  const before = data(app);
  const settings = 'name: "new", onRename: "keep", settings: { deliveryDelay: 3 }';
  await app.deploy(STAGE, program(`await Queue("q", { ${settings} });`));
  const changes = app.cloudflare.log.filter(({ action }) => action === "update");
  expect(changes.map(({ name }) => name)).toEqual(["old-pr-1"]);
  expect(data(app)).toEqual(before);
  nothingDeleted(app);
}, 120_000);

interface Move {
  from: string;
  to: string;
  /** The id in `to`, where it is not the same. */
  id?: string;
}

/** How a program declares what is to stay, before and after; `HERE` stands for the block. */
const MOVES: Record<string, Move> = {
  "by another id": { from: "HERE", to: "HERE", id: "main" },
  "in a nested scope": { from: "HERE", to: "await alchemy.run('api', async () => { HERE });" },
  "out of a nested scope": { from: "await alchemy.run('api', async () => { HERE });", to: "HERE" },
  "in a renamed scope": {
    from: "await alchemy.run('api', () => alchemy.run('deep', async () => { HERE }));",
    to: "await alchemy.run('web', () => alchemy.run('deep', async () => { HERE }));",
  },
  "in a scope that comes after its own": {
    from: "await alchemy.run('api', async () => { await KV('kv'); HERE });",
    to: `
await alchemy.run('api', async () => { await KV('kv'); });
await alchemy.run('web', async () => { HERE });`,
  },
};

/** Every kind by another id; the other moves with one kind that has rows and one known by name. */
const MOVED = Object.keys(MOVES).map((move, at) => {
  return { move, kinds: KINDS.filter(({ block }) => at === 0 || /Database|Bucket/.test(block)) };
});

test.each(MOVED)(
  "what is declared $move is refused",
  async ({ move, kinds }) => {
    await Promise.all(kinds.map(({ block }) => moved(block, MOVES[move] as Move)));
  },
  TIME,
);

async function moved(block: string, { from, to, id = "db" }: Move) {
  await using app = await App.start();
  const named = (options: string) => `{ name: "shop-db", ${options} }`;
  const old = (options = "") => from.replace("HERE", declared(block, named(options)));
  const next = (options = "") => to.replace("HERE", declared(block, named(options), id));
  await app.deploy(STAGE, program(old()));
  fill(app);
  const before = data(app);
  const harm = { code: "id-changed", body: next() };
  const { message } = await harmless(app, STAGE, harm);
  expect(message).toContain("`shop-db-pr-1` is deployed as `shop/pr-1/");
  await harmless(app, STAGE, { ...harm, options: "{ adopt: true }" });

  // As the refusal says: with the old row retained, the move is free.
  await app.deploy(STAGE, program(old("delete: false")));
  await app.deploy(STAGE, program(next("adopt: true")));
  expect(data(app)).toEqual(before);
  nothingDeleted(app);
}

const REPLACED = KINDS.filter(({ inPlace }) => !inPlace);
const CREATE = /d1\/database$|r2\/buckets$/;

test.each(REPLACED)(
  "a $block that is declared anew, after its creation failed, is judged as what it is now",
  async ({ block }) => {
    await using app = await App.start();
    await app.deploy(STAGE, program(declared(block, '{ name: "shop-old" }', "old")));
    fill(app);
    const before = data(app);
    // More than Alchemy's own tries: with the guard in place, the second name is never asked for.
    const failed = app.cloudflare.faults.add({
      kind: "403",
      method: "POST",
      path: CREATE,
      count: 9,
    });
    const first = declared(block, '{ name: "shop-new" }');
    const then = declared(block, '{ name: "shop-old", adopt: true }');
    const body = program(`try { ${first} } catch {}\n${then}`);
    const output = await app.refused(STAGE, "id-changed", body);
    expect(failed.hits).toBeGreaterThan(0);
    expect(output).toContain("`shop-old-pr-1` is deployed as `shop/pr-1/old`");
    expect(data(app)).toEqual(before);
    nothingDeleted(app);
  },
  TIME,
);

test.each(REPLACED)(
  "a $block whose replacement was killed before the old one was deleted",
  async ({ block, kind }) => {
    await using app = await App.start();
    const body = (options: string) => program(declared(block, `{ ${options} }`));
    await app.deploy(STAGE, body('name: "old"'));
    fill(app);
    const replacing = body('name: "new", onRename: "replace"');
    await killed(app, replacing, { kind: "pause", method: "POST", path: CREATE });
    expect(names(app)).toEqual(["new-pr-1", "old-pr-1"]);

    // Back to the old name: its row still holds it, and a list says that it is to be deleted.
    const before = data(app);
    const kept = 'name: "other", onRename: "keep"';
    for (const options of ['name: "old"', 'name: "old", onRename: "replace", adopt: true', kept]) {
      const harm = { code: "pending-deletion", body: declared(block, `{ ${options} }`) };
      const { message } = await harmless(app, STAGE, harm);
      expect(message).toContain("an interrupted replacement would delete the");
    }
    expect(data(app)).toEqual(before);
    nothingDeleted(app);

    await app.deploy(STAGE, replacing);
    expect(names(app)).toEqual(["new-pr-1"]);
    expect(deleted(app)).toEqual([[kind, "old-pr-1"]]);
    const calls = app.cloudflare.log.length;
    await app.deploy(STAGE, body('name: "new"'));
    expect(app.changesSince(calls)).toEqual([]);
  },
  TIME,
);

test.each(REPLACED)(
  "a $block whose replacement was killed at the deletion of the old one",
  async ({ block, kind }) => {
    await using app = await App.start();
    const body = (options: string) => program(declared(block, `{ ${options} }`));
    await app.deploy(STAGE, body('name: "old"'));
    if (kind === "D1Database") fill(app);
    const fault = { kind: "hang", method: "DELETE", path: "." } as const;
    await killed(app, body('name: "new", onRename: "replace"'), fault);
    expect(names(app)).toEqual(["new-pr-1", "old-pr-1"]);

    const back = (options: string) => declared(block, `{ name: "old", ${options} }`);
    await harmless(app, STAGE, { code: "would-replace", body: back("") });
    for (const options of ['onRename: "replace"', 'onRename: "replace", adopt: true']) {
      await harmless(app, STAGE, { code: "pending-deletion", body: back(options) });
    }
    // Another id or scope must not take it up either.
    for (const options of ["", "adopt: true"]) {
      const other = declared(block, `{ name: "old", ${options} }`, "other");
      const both = `${declared(block, '{ name: "new" }')}\n${other}`;
      await harmless(app, STAGE, { code: "pending-deletion", body: both });
      const nested = `
${declared(block, '{ name: "new" }')}
await alchemy.run("api", async () => { ${other} });`;
      await harmless(app, STAGE, { code: "pending-deletion", body: nested });
    }
    nothingDeleted(app);
    await app.deploy(STAGE, body('name: "new"'));
    expect(names(app)).toEqual(["new-pr-1"]);
    expect(deleted(app)).toEqual([[kind, "old-pr-1"]]);
  },
  TIME,
);

/** All four kinds with the same options, each under an id of its own. */
function all(options: string, ids = ["db", "files", "kv", "queue"]): string {
  return KINDS.map(({ block }, at) => declared(block, options, ids[at])).join("\n");
}

const RELEASED = 'createBlocks({ release: ["db", "files", "kv", "queue"] });';

const FIXED: Record<string, { prod: string; preview: string; raw?: string }> = {
  "`stage: false`": { prod: '{ stage: false, adopt: true, name: "fixed" }', preview: "" },
  "pins to one name": {
    prod: '{ adopt: true, name: "shop", pin: { prod: "fixed", preview: "fixed" } }',
    preview: "",
  },
  "the other stage": {
    prod: '{ name: "fixed" }',
    preview: '{ name: "fixed", adopt: true, stage: "prod" }',
  },
  "a pin to what the other stage's name is": {
    prod: '{ name: "fixed" }',
    preview: '{ name: "fixed", adopt: true, pin: { preview: "fixed-prod" } }',
  },
  "one name that raw resources gave both": {
    prod: '{ name: "shop", pin: { prod: "fixed", preview: "fixed" } }',
    preview: "",
    raw: '{ name: "fixed", title: "fixed", adopt: true }',
  },
};

test.each(Object.keys(FIXED))(
  "what two stages own by %s survives the teardown of one",
  async (way) => {
    const { prod, preview, raw } = FIXED[way] as (typeof FIXED)[string];
    await Promise.all(
      ["--destroy", ""].map(async (arg) => {
        await using app = await App.start();
        const stages = { prod, preview: preview || prod };
        for (const [stage, options] of Object.entries(stages)) {
          if (raw) await app.deploy(stage, program(all(raw).replaceAll(/await (\w+)/g, toRaw)));
          if (!raw || stage === "preview") await app.deploy(stage, program(all(options)));
        }
        expect(names(app)).toHaveLength(4);
        fill(app);
        const before = data(app);
        // Torn down as a whole, or its blocks dropped from the program.
        if (arg) await app.deploy("preview", program(""), { args: [arg] });
        else await app.deploy("preview", program(`${RELEASED} await Queue("other");`));
        expect(data(app).filter((held) => !held.includes("other"))).toEqual(before);
        nothingDeleted(app);
      }),
    );
  },
  TIME,
);

/** The raw function in a block's place. */
function toRaw(_: string, block: string): string {
  const functions: Record<string, string> = {
    Database: "D1Database",
    Bucket: "R2Bucket",
    KV: "KVNamespace",
    Queue: "Queue",
  };
  return `await raw.${functions[block]}`;
}

test.each(KINDS)(
  "a stranger's $block of the same name stays when the stage goes",
  async ({ block }) => {
    await using app = await App.start();
    const stranger = declared(block, '{ name: "shop-db" }');
    await app.deploy(STAGE, program(stranger, "blog"), { name: "blog" });
    fill(app);
    const before = data(app);
    const ours = program(stranger, "shop");
    for (const _ of ["once", "again"]) {
      const { code, output } = await app.run(STAGE, ours);
      expect(code).not.toBe(0);
      expect(output).toMatch(/already exists|already taken/);
    }
    await app.deploy(STAGE, program('await KV("other");'));
    await app.deploy(STAGE, program(""), { args: ["--destroy"] });
    expect((await app.run(STAGE, ours)).code).not.toBe(0);
    await app.deploy(STAGE, program(""), { args: ["--destroy"] });
    expect(data(app)).toEqual(before);
    const gone = app.cloudflare.deletions().map(({ name }) => name);
    expect(gone).toEqual(["other-pr-1"]);
  },
  TIME,
);

test.each(REPLACED)(
  "a stranger's $block stays where a replacement would take its name",
  async ({ block, kind }) => {
    await using app = await App.start();
    const body = (name: string) => declared(block, `{ name: "${name}", onRename: "replace" }`);
    await app.deploy(STAGE, program(body("new"), "blog"), { name: "blog" });
    fill(app);
    const before = data(app);
    await app.deploy(STAGE, program(body("old")));
    const { code, output } = await app.run(STAGE, program(body("new")));
    expect(code).not.toBe(0);
    expect(output).toContain("already exists");
    // The old one was told to go, and goes with the stage.
    await app.deploy(STAGE, program(""), { args: ["--destroy"] });
    expect(data(app)).toEqual(before);
    expect(deleted(app)).toEqual([[kind, "old-pr-1"]]);
  },
  TIME,
);

test("options in another order, from raw resources to blocks and back, send nothing", async () => {
  await using app = await App.start();
  const raw = `
await raw.D1Database("db", {
  readReplication: { mode: "auto" }, name: \`shop-db-\${stage}\`, migrationsTable: "m",
});
await raw.R2Bucket("files", {
  cors: [{ maxAgeSeconds: 5, allowed: { methods: ["GET"], origins: ["https://a.example"] } }],
  name: \`shop-files-\${stage}\`, allowPublicAccess: true,
});
await raw.KVNamespace("kv", { values: [], title: \`shop-kv-\${stage}\` });
await raw.Queue("queue", { settings: { deliveryPaused: false, deliveryDelay: 2 }, name: \`shop-queue-\${stage}\` });`;
  const blocks = `
await Database("db", {
  name: "shop-db", migrationsTable: "m", readReplication: { mode: "auto" },
});
await Bucket("files", {
  allowPublicAccess: true, name: "shop-files",
  cors: [{ allowed: { origins: ["https://a.example"], methods: ["GET"] }, maxAgeSeconds: 5 }],
});
await KV("kv", { name: "shop-kv", values: [] });
await Queue("queue", { name: "shop-queue", settings: { deliveryDelay: 2, deliveryPaused: false } });`;
  const stages = ["prod", STAGE];
  await Promise.all(stages.map((stage) => app.deploy(stage, program(raw))));
  fill(app);
  // What somebody has set by hand, since Alchemy would reset it with any update.
  for (const database of app.account.databases.all.values()) {
    app.account.databases.replicate(database.id, "auto");
  }
  const before = data(app);
  const calls = app.cloudflare.log.length;
  const deploy = (source: string, stage: string) => app.deploy(stage, program(source));
  await Promise.all(stages.map((stage) => deploy(blocks, stage)));
  // Raw resources do not protect production, which is no longer what the state says of it.
  for (const source of [raw, blocks]) await deploy(source, STAGE);
  await deploy(blocks, "prod");
  expect(app.changesSince(calls)).toEqual([]);
  const modes = [...app.account.databases.all.values()].map(({ replication }) => replication);
  expect(modes).toEqual(["auto", "auto"]);
  expect(data(app)).toEqual(before);
  nothingDeleted(app);
}, 120_000);

const BROKEN = {
  truncated: (whole: string) => whole.slice(0, whole.length / 2),
  empty: () => "",
  null: () => "null",
};

test.each(Object.keys(BROKEN) as (keyof typeof BROKEN)[])(
  "a row that is %s is not taken for absent",
  async (how) => {
    await using app = await App.start();
    const body = all("{}");
    await app.deploy(STAGE, program(`${body}\nawait KV("other");`));
    fill(app);
    const before = data(app);
    const folder = join(app.folder, ".alchemy", "shop", STAGE);
    for (const id of ["db", "files"]) {
      const row = join(folder, `${id}.json`);
      const whole = await readFile(row, "utf8");
      const broken = BROKEN[how](whole);
      await writeFile(row, broken);
      const { message, help } = await harmless(app, STAGE, { code: "state-unreadable", body });
      expect(message).toContain(`\`${id}\` in \`${folder}`);
      expect(help).toContain("nothing was changed");
      // Nor for one that is declared no more, while another is read.
      const calls = app.cloudflare.log.length;
      const rest = 'await Queue("queue"); await KV("other");';
      await app.refused(STAGE, "state-unreadable", program(rest));
      expect(app.changesSince(calls)).toEqual([]);
      // Half written by a process that is about to write the rest.
      const patched = `
const { writeFileSync } = await import("node:fs");
setTimeout(() => writeFileSync(${JSON.stringify(row)}, ${JSON.stringify(whole)}), 30);`;
      await app.deploy(STAGE, program(`${patched}\n${body}\nawait KV("other");`));
      expect(app.changesSince(calls)).toEqual([]);
    }
    expect(data(app)).toEqual(before);
    nothingDeleted(app);
  },
  TIME,
);

// What Alchemy does by itself, and no block can prevent: to fail when it changes.

test("a destroy ends with 0 when a delete throws, and keeps the row", async () => {
  await using app = await App.start();
  await app.deploy(STAGE, program('await Bucket("files");'));
  fill(app);
  await app.deploy(STAGE, program(""), { args: ["--destroy"] });
  expect(names(app)).toEqual(["files-pr-1"]);
  const row = join(app.folder, ".alchemy", "shop", STAGE, "files.json");
  expect(await Bun.file(row).json()).toMatchObject({ id: "files", status: "created" });
}, 120_000);

test("a destroy fails when a row does not parse, and deletes nothing", async () => {
  await using app = await App.start();
  await app.deploy(STAGE, program('await Database("db"); await KV("kv");'));
  fill(app);
  const before = data(app);
  await writeFile(join(app.folder, ".alchemy", "shop", STAGE, "db.json"), "{");
  const { code, output } = await app.run(STAGE, program(""), { args: ["--destroy"] });
  expect(code).toBe(1);
  expect(output).toContain("JSON Parse error");
  expect(data(app)).toEqual(before);
}, 120_000);

test("a scope that ends before the first block is guarded like any other", async () => {
  await using app = await App.start();
  const nested = (body: string) => `await alchemy.run("api", async () => { ${body} });`;
  await app.deploy(STAGE, program(nested('await Database("db");')));
  fill(app);
  await harmless(app, STAGE, { code: "id-changed", body: `${nested("")} await Database("db");` });
}, 120_000);

/** What was deleted, by kind and name. */
function deleted({ cloudflare }: App): string[][] {
  return cloudflare.deletions().map(({ kind, name }) => [kind, name]);
}

/** Deploys until the fault hits, and kills the deploy there. */
async function killed(app: App, source: string, spec: FaultSpec): Promise<void> {
  const fault = app.cloudflare.faults.add(spec);
  const child = await app.spawn(STAGE, source);
  const ended = child.exited.then(() => {
    throw new Error("the deploy ended before it could be killed");
  });
  await Promise.race([fault.reached, ended]);
  ended.catch(() => {});
  child.kill("SIGKILL");
  await child.exited;
  app.cloudflare.faults.clear();
}
