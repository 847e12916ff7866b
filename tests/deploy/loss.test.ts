/** Every way to lose data by a changed name, id or scope, tried on purpose on real deploys. */
import { expect, test } from "bun:test";
import type { FaultSpec } from "../cloudflare/index.ts";
import { data, fill, names } from "../support/data.ts";
import { harmless } from "../support/harm.ts";
import { App, program } from "../support/program.ts";

const STAGE = "pr-1";
const TIME = 60_000;

/** The kinds with data: how Alchemy calls them, and the resource of the account. */
const KINDS = [
  { block: "Database", kind: "D1Database", noun: "database", inPlace: false },
  { block: "Bucket", kind: "R2Bucket", noun: "bucket", inPlace: false },
  { block: "KV", kind: "KVNamespace", noun: "KV namespace", inPlace: true },
  { block: "Queue", kind: "Queue", noun: "queue", inPlace: true },
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
  async ({ block, kind, noun, inPlace }) => {
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
    expect(message).toContain("is deployed as `old-pr-1`, and would now be `new-pr-1`");
    expect(message).toContain(
      inPlace ? "it would be renamed in place" : `delete the ${noun} \`old-pr-1\` with its data`,
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
}, 60_000);

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
      expect(message).toContain("`old-pr-1` on its list of deletions");
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
