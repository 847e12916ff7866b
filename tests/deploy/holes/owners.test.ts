/** What another stage, program, app or account owns: it is never deleted, whatever is run here. */
import { expect, test } from "bun:test";
import { App, unguarded } from "../../support/program.ts";
import {
  COUNTER,
  changed,
  DESTROY,
  deployed,
  ended,
  FLOW,
  four,
  fourRaw,
  type Hole,
  harmless,
  lost,
  run,
  STORES,
  type Step,
  seeded,
  stored,
  TIME,
  worker,
} from "./holes.ts";

/** Names of production's, and how a preview comes to each. */
const PINNED = {
  prod: `${four("pin: { [stage]: 'shared' }, adopt: true", { prefix: "a-" })}
${fourRaw("raw-", '"legacy"')}
${four('name: "main"', { prefix: "c-" })}`,
  preview: `${four("pin: { [stage]: 'shared' }, adopt: true", { prefix: "a-" })}
${four('pin: { "pr-1": "legacy" }, adopt: true', { prefix: "b-" })}
${four('pin: { "pr-1": "main-prod" }, adopt: true', { prefix: "my-" })}
await Database("own");`,
};

test(
  "production's data outlives a preview with pins to its names, of blocks and of raw resources",
  async () => {
    await using app = await App.start();
    const { prod, preview } = PINNED;
    await harmless(app, {
      first: [{ stage: "prod", body: prod }],
      next: [{ body: preview }, { body: preview, args: DESTROY }],
      again: { stage: "prod", body: prod },
    });
  },
  TIME,
);

const SHARED: Record<string, { prod: string; preview: string }> = {
  '`stage: "prod"`': { prod: "", preview: 'stage: "prod",' },
  "`stage: false`": { prod: "stage: false,", preview: "stage: false," },
  pins: {
    prod: 'pin: { prod: "fixed", "pr-1": "fixed" },',
    preview: 'pin: { prod: "fixed", "pr-1": "fixed" },',
  },
};

test.each(Object.keys(SHARED))(
  "production's workflow outlives a preview that has its name by %s",
  async (way) => {
    const { prod, preview } = SHARED[way] as (typeof SHARED)[string];
    await using app = await App.start();
    const body = (options: string) =>
      `${FLOW.replace('"flow", {', `"flow", { ${options}`)}\n${worker("flow")}`;
    await deployed(app, { stage: "prod", body: body(prod) });
    seeded(app.account);
    for (const args of [[], DESTROY]) await run(app, { body: body(preview), args });
    const flow = app.account.state().find(({ kind }) => kind === "Workflow");
    expect(flow).toMatchObject({ data: 1 });
    expect(flow).toMatchObject({ script: "shop-api-prod" });
    expect(app.cloudflare.takeovers()).toEqual([]);
  },
  TIME,
);

test(
  "a workflow stays with the app whose Worker another app has adopted, however often it is deployed",
  async () => {
    await using app = await App.start();
    const fixed = (bindings: string) => worker(bindings, "main", 'name: "main-pr-1",');
    const blog = `${fixed("")}\n${FLOW}\n${worker("flow")}`;
    await deployed(app, { body: `${FLOW}\n${fixed("flow")}` });
    seeded(app.account);
    for (const _ of ["first", "second", "third"]) {
      ended(await run(app, { body: blog, app: "blog", name: "blog" }), "owned-elsewhere");
    }
    const flow = app.account.state().find(({ kind }) => kind === "Workflow");
    expect(flow).toMatchObject({ data: 1, script: "main-pr-1" });
    expect(app.cloudflare.takeovers()).toEqual([]);
  },
  TIME,
);

test(
  "two apps with one name of a workflow: the second is refused, and both ways of the help work",
  async () => {
    await using app = await App.start();
    await deployed(app, { body: `${FLOW}\n${worker("flow")}` });
    seeded(app.account);
    const blog = { app: "blog", name: "blog" };
    const end = await run(app, { body: `${FLOW}\n${worker("flow")}`, ...blog });
    ended(end, "owned-elsewhere");
    const prefixed = FLOW.replace(
      "AlchemyWorkflow",
      'createBlocks({ prefix: "blog" }).AlchemyWorkflow',
    );
    const referring = FLOW.replace("className", 'scriptName: "shop-api-pr-1", className');
    await deployed(app, { body: `${prefixed}\n${worker("flow")}`, ...blog });
    await deployed(app, { body: `${referring}\n${worker("flow")}`, app: "news", name: "news" });
    expect(app.cloudflare.takeovers()).toEqual([]);
    const held = app.account.state().filter(({ kind }) => kind === "Workflow");
    expect(held).toContainEqual(expect.objectContaining({ name: "flow-pr-1", data: 1 }));
  },
  TIME,
);

const NESTED: Record<string, { stage: string; body: string; next: Step }> = {
  "`dev/api`, and `dev` has a resource called `api`": {
    stage: "dev/api",
    body: four(),
    next: { stage: "dev", body: 'await KV("api");' },
  },
  "`sam/api`, and `sam` has a scope called `api`": {
    stage: "sam/api",
    body: four(),
    next: { stage: "sam", body: 'await alchemy.run("api", () => KV("menu"));' },
  },
  "`prod` with a scope `api`, and `prod/api` is deployed": {
    stage: "prod",
    body: `await alchemy.run("api", async () => { ${COUNTER} ${worker("counter")} });`,
    next: { stage: "prod/api", body: 'await raw.KVNamespace("menu");' },
  },
};

test.each(Object.keys(NESTED))(
  "a stage survives another stage that uses the same state folder: %s",
  async (way) => {
    const { stage, body, next } = NESTED[way] as (typeof NESTED)[string];
    await using app = await App.start();
    await harmless(app, {
      first: [{ stage, body }],
      next: [next],
      again: { stage, body },
    });
  },
  TIME,
);

const RENAMED = "an app is renamed with `--adopt`, and the old one destroyed";

const HOLES: Record<string, Hole> = {
  "two programs have one name of an app": {
    first: [{ body: four(), name: "shop" }],
    next: [{ body: 'await Queue("jobs");', name: "jobs" }],
    again: { body: four(), name: "shop" },
  },
  [RENAMED]: {
    first: [{ body: four() }, { body: four(), app: "store", args: ["--adopt"], name: "store" }],
    next: [{ args: DESTROY }],
    again: { body: four(), app: "store", args: ["--adopt"], name: "store" },
  },
  "one of two ids of a database is dropped": {
    first: [
      {
        // The guard would refuse the second.
        source: unguarded(`
await raw.D1Database("a", { name: "n-pr-1" });
await raw.D1Database("b", { name: "n-pr-1", adopt: true });`),
      },
    ],
    next: [{ body: 'await raw.D1Database("b", { name: "n-pr-1", adopt: true });' }],
  },
  "blocks are called in the root scope, which all stages share": {
    first: [
      {
        stage: "staging",
        source: unguarded(`await app.run(async () => {
${fourRaw("staging-")} });`),
      },
    ],
    next: [
      {
        body: "await app.run(async () => { await Database(stage + '-db'); });",
        ends: "root-scope",
      },
    ],
  },
};

test.each(Object.keys(HOLES))(
  "nothing is lost where %s",
  async (way) => {
    await using app = await App.start();
    await harmless(app, HOLES[way] as Hole);
  },
  TIME,
);

test(
  `nothing is lost where ${RENAMED}: state in SQLite`,
  async () => {
    await using app = await App.start();
    await harmless(app, stored("SQLite", HOLES[RENAMED] as Hole));
  },
  TIME,
);

/** What a preview has adopted before it was guarded, so that its rows do not say so. */
const BEFORE = {
  prod: `${fourRaw("", '"main"')}\n${worker("", "api", 'name: "main",')}`,
  preview: `${fourRaw("", '"main"').replaceAll("{ ", "{ adopt: true, ")}
${worker("", "api", 'name: "main",')}
${fourRaw("own-")}
await raw.KVNamespace("mine");`,
};

const ERASE = ["--erase-secrets", "--force"];

// With `--erase-secrets`, the guard does not write the rows that do not change.
test.each(["at once", "after a deploy", "after a deploy of other options with `--erase-secrets`"])(
  "what a preview adopted before it had the guard outlives it, destroyed %s",
  async (when) => {
    await using app = await App.start();
    const { prod, preview } = BEFORE;
    await deployed(app, { stage: "prod", source: unguarded(prod) }, { source: unguarded(preview) });
    const before = seeded(app.account);
    const changes = when.includes("other");
    const body = changes ? preview.replaceAll("adopt: true,", "") : preview;
    if (when !== "at once") await deployed(app, { body, args: changes ? ERASE : [] });
    await deployed(app, { body, args: DESTROY });
    const gone = lost(app.account, before);
    expect(gone).toHaveLength(5);
    expect(gone.every((one) => /own-.*-pr-1|shop-mine-pr-1/.test(one))).toBe(true);
  },
  TIME,
);

const staging = (db: string) => `${four('name: "main"')}
${COUNTER}
${worker("counter")}
await Database("old", { ${db} });`;

const ARMED: Hole = {
  first: [
    { stage: "staging", body: staging('name: "old"') },
    { stage: "staging", body: staging('name: "new", onRename: "replace"') },
  ],
  next: [{ stage: "pr-7", body: 'await Database("db");', ends: "well" }],
  again: { stage: "staging", body: staging('name: "new"'), ends: "well" },
};

test.each(Object.keys(STORES))(
  "a stage that has replaced a resource outlives another stage's deploy: state in %s",
  async (store) => {
    await using app = await App.start();
    await harmless(app, stored(store, ARMED));
  },
  TIME,
);

const OTHER = { accountId: "b".repeat(32), token: "other-token" };

test.each(["the program is run", "the stage is destroyed"])(
  "another account's data stays where %s with its credentials",
  async (what) => {
    await using app = await App.start({ others: [OTHER] });
    const { accountId, token } = OTHER;
    const env = { CLOUDFLARE_ACCOUNT_ID: accountId, CLOUDFLARE_API_TOKEN: token };
    const theirs = app.cloudflare.accounts.get(accountId) as typeof app.account;
    const kv = 'await KV("kv");';
    const shared = (bindings: string) => `
await raw.R2Bucket("files", { empty: true, name: "files-pr-1" });
${worker(bindings, "api", 'name: "shop-api-pr-1",')}`;
    const blog = `${COUNTER}\n${shared("counter")}`;
    const body = `${kv}\n${shared("")}`;
    await deployed(app, { body: blog, app: "blog", name: "blog", env }, { body });
    const before = [app.account, theirs].map((account) => ({ account, held: seeded(account) }));
    const args = what.includes("destroyed") ? DESTROY : [];
    const end = await run(app, { body: kv, args, env });
    expect(before.map(({ account, held }) => lost(account, held))).toEqual([[], []]);
    ended(end, "wrong-account");
    // Nothing of the state was dropped: the next deploy has nothing to create.
    const calls = app.cloudflare.log.length;
    await deployed(app, { body });
    expect(changed(app, calls)).toEqual([]);
  },
  TIME,
);
