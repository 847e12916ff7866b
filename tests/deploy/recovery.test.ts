/** A process that dies between creating a resource and storing it: the next run goes on with it. */
import { describe, expect, test } from "bun:test";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FaultSpec } from "../cloudflare/index.ts";
import { data, fill, names } from "../support/data.ts";
import { App, program } from "../support/program.ts";

const STAGE = "pr-7";
const HOUR = 60 * 60 * 1000;

interface Kind {
  block: string;
  /** How Cloudflare calls the kind. */
  kind: string;
  path: string;
  name: string;
}

const KINDS: Record<string, Kind> = {
  database: of("Database", "D1Database", "/d1/database"),
  bucket: of("Bucket", "R2Bucket", "/r2/buckets"),
  namespace: of("KV", "KVNamespace", "/storage/kv/namespaces"),
  queue: of("Queue", "Queue", "/queues"),
};

function of(block: string, kind: string, path: string): Kind {
  return { block, kind, path, name: `one-${STAGE}` };
}

function declares({ block }: Kind, options = "{}"): string {
  return program(`await ${block}("one", ${options});`);
}

/** Has a stranger make what the block would make. */
function foreign({ account }: App, { kind, name }: Kind): void {
  if (kind === "D1Database") account.databases.create(name);
  if (kind === "R2Bucket") account.buckets.create(name);
  if (kind === "KVNamespace") account.namespaces.create(name);
  if (kind === "Queue") account.queues.create(name);
}

/** Deploys, and kills the process when Cloudflare has made what it asked for. */
async function dies(app: App, kind: Kind, source = declares(kind)): Promise<void> {
  const made = app.cloudflare.faults.add({ kind: "pause", method: "POST", path: kind.path });
  const deploy = await app.start(STAGE, source);
  await Promise.race([made.reached, deploy.ended]);
  deploy.kill();
  await deploy.ended;
  expect(made.hits).toBe(1);
  app.cloudflare.faults.clear();
}

/** Deploys, and kills the process before it asks for anything to be made. */
async function diesBefore(app: App, kind: Kind): Promise<void> {
  const asked = app.cloudflare.faults.add({ kind: "hang", method: "POST", path: kind.path });
  const deploy = await app.start(STAGE, declares(kind));
  await Promise.race([asked.reached, deploy.ended]);
  deploy.kill();
  await deploy.ended;
  expect(asked.hits).toBe(1);
  app.cloudflare.faults.clear();
}

function rowFile(app: App): string {
  return join(app.folder, ".alchemy", "shop", STAGE, "one.json");
}

async function row(app: App) {
  return JSON.parse(await readFile(rowFile(app), "utf8"));
}

/** Makes the mark in the state older. */
async function age(app: App, by: number): Promise<void> {
  const text = await readFile(rowFile(app), "utf8");
  const older = text.replace(/"at": (\d+)/, (_, at) => `"at": ${Number(at) - by}`);
  expect(older).not.toBe(text);
  await writeFile(rowFile(app), older);
}

/** Deploys, expecting Cloudflare's refusal of a name that is taken, and nothing else. */
async function taken(app: App, kind: Kind): Promise<void> {
  const before = data(app);
  const from = app.cloudflare.log.length;
  const { code, output } = await app.run(STAGE, declares(kind));
  expect({ code, output }).toMatchObject({ code: 1, output: expect.stringMatching(/exist|taken/) });
  const changed = app.cloudflare.log.slice(from).filter(({ action }) => action !== "call");
  expect(changed).toEqual([]);
  expect(data(app)).toEqual(before);
}

/** Whether the row says that the name was absent. */
async function isMarked(app: App): Promise<boolean> {
  const { status, data } = await row(app);
  expect(status).toBe("creating");
  return "@alch/blocks:creating" in data;
}

test.concurrent.each(Object.keys(KINDS))(
  "a %s that was created and not stored is taken up",
  async (name) => {
    const kind = KINDS[name] as Kind;
    await using app = await App.start();
    await dies(app, kind);
    expect(await isMarked(app)).toBe(true);
    fill(app);
    const before = data(app);
    const ids = app.account.state();
    await app.deploy(STAGE, declares(kind));
    expect(data(app)).toEqual(before);
    expect(app.account.state()).toEqual(ids);
    expect(names(app)).toEqual([kind.name]);
    // Nothing of the recovery stays: the stored options are those of the program.
    expect(await row(app)).toMatchObject({ status: "created", data: {} });
    expect((await row(app)).props).not.toHaveProperty("adopt");
    const from = app.cloudflare.log.length;
    await app.deploy(STAGE, declares(kind));
    expect(app.cloudflare.log.slice(from)).toEqual([]);
    expect(app.cloudflare.deletions()).toEqual([]);
    await app.deploy(STAGE, declares(kind), { args: ["--destroy"] });
    if (kind.kind !== "R2Bucket") expect(names(app)).toEqual([]);
  },
);

test.concurrent.each(Object.keys(KINDS))(
  "a %s of a stranger is refused in every run",
  async (name) => {
    const kind = KINDS[name] as Kind;
    await using app = await App.start();
    foreign(app, kind);
    fill(app);
    await taken(app, kind);
    expect(await isMarked(app)).toBe(false);
    await taken(app, kind);
    await taken(app, kind);
    expect(app.cloudflare.deletions()).toEqual([]);
    // Giving up must not take it along either.
    const before = data(app);
    await app.run(STAGE, program(""));
    expect(data(app)).toEqual(before);
  },
);

test.concurrent.each(Object.keys(KINDS))(
  "a %s that a stranger made long after the mark is refused",
  async (name) => {
    const kind = KINDS[name] as Kind;
    await using app = await App.start();
    await diesBefore(app, kind);
    expect(await isMarked(app)).toBe(true);
    await age(app, HOUR);
    foreign(app, kind);
    fill(app);
    await taken(app, kind);
    await taken(app, kind);
  },
);

test.concurrent.each(["database", "bucket", "queue"])(
  "a %s that is older than the mark was missed by the listing, and is refused",
  async (name) => {
    const kind = KINDS[name] as Kind;
    await using app = await App.start();
    await diesBefore(app, kind);
    foreign(app, kind);
    fill(app);
    await age(app, -HOUR);
    await taken(app, kind);
    await taken(app, kind);
  },
);

test.concurrent.each(Object.keys(KINDS))(
  "an old mark is set anew where the %s is still absent",
  async (name) => {
    const kind = KINDS[name] as Kind;
    await using app = await App.start();
    await diesBefore(app, kind);
    await age(app, HOUR);
    await dies(app, kind);
    fill(app);
    const before = data(app);
    await app.deploy(STAGE, declares(kind));
    expect(data(app)).toEqual(before);
  },
);

const LISTINGS: Record<string, Omit<FaultSpec, "path">> = {
  "that gives no JSON, twice": { kind: "malformed", count: 2 },
  "of an odd shape": { kind: "odd" },
  "that is refused": { kind: "403", count: 2 },
  "whose second page gives no JSON": { kind: "malformed", nth: 2, count: 2 },
  "whose second page has an odd shape": { kind: "odd", nth: 2 },
};

describe.each(Object.keys(LISTINGS))("a listing %s", (name) => {
  test.concurrent.each(Object.keys(KINDS))("leaves no mark of a %s", async (of) => {
    const kind = KINDS[of] as Kind;
    await using app = await App.start();
    if (name.includes("second")) many(app, kind);
    const spec = LISTINGS[name] as FaultSpec;
    const listing = app.cloudflare.faults.add({ ...spec, method: "GET", path: `${kind.path}\\?` });
    await dies(app, kind);
    expect(listing.hits).toBeGreaterThan(0);
    expect(await isMarked(app)).toBe(false);
    fill(app);
    // Nothing proves that it is ours, so it stays as it is until somebody says `adopt`.
    await taken(app, kind);
  });
});

test.concurrent.each(Object.keys(KINDS))(
  "a list of a %s that gives no JSON once is asked for again, and leaves a mark",
  async (name) => {
    const kind = KINDS[name] as Kind;
    await using app = await App.start();
    const path = `${kind.path}\\?`;
    app.cloudflare.faults.add({ kind: "malformed", method: "GET", path });
    await dies(app, kind);
    expect(await isMarked(app)).toBe(true);
  },
);

test.concurrent.each(Object.keys(KINDS))(
  "an earlier mark of a %s outlives a listing that fails",
  async (name) => {
    const kind = KINDS[name] as Kind;
    await using app = await App.start();
    await dies(app, kind);
    fill(app);
    const before = data(app);
    const path = `${kind.path}\\?`;
    app.cloudflare.faults.add({ kind: "malformed", method: "GET", path, count: 2 });
    await taken(app, kind);
    app.cloudflare.faults.clear();
    await app.deploy(STAGE, declares(kind));
    expect(data(app)).toEqual(before);
  },
);

/** Fills the account beyond one page of any listing. */
function many({ account }: App, { kind }: Kind): void {
  for (let at = 0; at < 250; at++) {
    const name = `a-${String(at).padStart(3, "0")}`;
    if (kind === "D1Database") account.databases.create(name);
    if (kind === "R2Bucket") account.buckets.create(name);
    if (kind === "KVNamespace") account.namespaces.create(name);
    if (kind === "Queue") account.queues.create(name);
  }
}

test.concurrent.each(Object.keys(KINDS))(
  "a %s is found behind 250 others, and absent among them",
  async (name) => {
    const kind = KINDS[name] as Kind;
    await using app = await App.start();
    many(app, kind);
    await dies(app, kind);
    expect(await isMarked(app)).toBe(true);
    const pages = app.cloudflare.log.filter(({ method }) => method === "GET");
    expect(pages.length).toBe(3);
    await app.deploy(STAGE, declares(kind));
    expect(names(app).filter((one) => one === kind.name)).toEqual([kind.name]);
  },
);

test.concurrent.each(Object.keys(KINDS))(
  "a stranger's %s behind 250 others is refused",
  async (name) => {
    const kind = KINDS[name] as Kind;
    await using app = await App.start();
    many(app, kind);
    foreign(app, kind);
    await taken(app, kind);
    await taken(app, kind);
  },
);

test.concurrent("the account is listed once for each kind and run, and only for creating", async () => {
  await using app = await App.start();
  const body = Object.values(KINDS).map(
    ({ block }) =>
      `await Promise.all([1, 2, 3].map((at) => ${block}(\`${block.toLowerCase()}-\${at}\`)));`,
  );
  await app.deploy(STAGE, program(body.join("\n")));
  const listings = () => app.cloudflare.log.filter(({ method }) => method === "GET").length;
  expect(listings()).toBe(4);
  await app.deploy(STAGE, program(body.join("\n")));
  expect(listings()).toBe(4);
});

test.concurrent.each(["database", "bucket"])(
  "a %s that was to replace another and was not stored is taken up",
  async (name) => {
    const kind = KINDS[name] as Kind;
    await using app = await App.start();
    await app.deploy(STAGE, declares(kind));
    const renamed = declares(kind, '{ name: "two", onRename: "replace" }');
    await dies(app, kind, renamed);
    expect(names(app)).toEqual([`one-${STAGE}`, `two-${STAGE}`]);
    await app.deploy(STAGE, renamed);
    expect(names(app)).toEqual([`two-${STAGE}`]);
  },
);

test.concurrent("a run that dies again and again ends with one of each", async () => {
  await using app = await App.start();
  const body = Object.values(KINDS).map(({ block }) => `await ${block}("${block.toLowerCase()}");`);
  for (const kind of Object.values(KINDS)) await dies(app, kind, program(body.join("\n")));
  fill(app);
  const before = data(app);
  await app.deploy(STAGE, program(body.join("\n")));
  expect(data(app)).toEqual(before);
  expect(app.cloudflare.log.filter(({ action }) => action === "create").length).toBe(4);
  const folder = join(app.folder, ".alchemy", "shop", STAGE);
  for (const file of await readdir(folder)) {
    expect(await readFile(join(folder, file), "utf8")).not.toContain("@alch/blocks:creating");
  }
});
