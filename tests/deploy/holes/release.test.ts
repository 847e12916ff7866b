/** What a program declares no more: it stays, unless the program says that it may go. */
import { expect, test } from "bun:test";
import { names } from "../../support/data.ts";
import { App } from "../../support/program.ts";
import {
  COUNTER,
  deployed,
  ended,
  FLOW,
  type Hole,
  harmless,
  lost,
  run,
  STORES,
  seeded,
  stored,
  TIME,
  worker,
} from "./holes.ts";

const raw = (call: string, id: string, naming: string) =>
  `await raw.${call}("${id}", { ${naming}: \`${id}-\${stage}\` });`;
const holding = (flow: string, id: string) => worker(`flow: ${flow}`, `of-${id}`);

/** Every kind with data, by its block and as a raw resource: how it is declared under its id. */
const DECLARED: Record<string, string> = {
  "block-db": 'await Database("block-db");',
  "block-files": 'await Bucket("block-files", { empty: true });',
  "block-kv": 'await KV("block-kv");',
  "block-queue": 'await Queue("block-queue");',
  "block-flow": holding('AlchemyWorkflow("block-flow", { className: "Onboarding" })', "block-flow"),
  "raw-db": raw("D1Database", "raw-db", "name"),
  "raw-files": raw("R2Bucket", "raw-files", "empty: true, name"),
  "raw-kv": raw("KVNamespace", "raw-kv", "title"),
  "raw-queue": raw("Queue", "raw-queue", "name"),
  "raw-flow": holding(
    'raw.Workflow("raw-flow", { workflowName: "raw-flow-" + stage, className: "Onboarding" })',
    "raw-flow",
  ),
};
const IDS = Object.keys(DECLARED);
const but = (dropped: string[]) => IDS.filter((id) => !dropped.includes(id));
const body = (ids: string[]) => ids.map((id) => DECLARED[id]).join("\n");

test(
  "what is declared no more stays, of every kind, until its id is released",
  async () => {
    await using app = await App.start();
    await deployed(app, { body: body(IDS) });
    const before = seeded(app.account);
    for (const id of IDS) {
      const end = await run(app, { body: body(but([id])) });
      expect({ id, lost: lost(app.account, before) }).toEqual({ id, lost: [] });
      ended(end, "would-delete");
    }
    const released = ["block-db", "raw-files", "block-kv", "raw-queue", "block-flow"];
    const release = `createBlocks({ release: ${JSON.stringify(released)} });`;
    const other = await run(app, { body: `${body(but([...released, "raw-db"]))}\n${release}` });
    expect(lost(app.account, before)).toEqual([]);
    ended(other, "would-delete");
    await deployed(app, { body: `${body(but(released))}\n${release}` });
    const gone = released.map((id) => `${id}-pr-1`);
    expect(names(app).filter((name) => gone.includes(name))).toEqual([]);
    const stay = but(released).map((id) => `${id}-pr-1`);
    expect(names(app)).toEqual(expect.arrayContaining(stay));
  },
  TIME,
);

test.each(["pr-1", "prod"])(
  "a new id in the place of a database's in `%s` takes nothing from it, and can be taken back",
  async (stage) => {
    await using app = await App.start();
    const old = 'const { id } = await Database("hello-db"); console.log("bound:" + id);';
    const back = `${old}\ncreateBlocks({ release: ["hello-data"] });`;
    await harmless(app, {
      first: [{ stage, body: old }],
      next: [
        { stage, body: 'await Database("hello-data");', ends: "would-delete" },
        // By now, the new database is not new any more.
        { stage, body: 'await Database("hello-data");', ends: "would-delete" },
        { stage, body: back, ends: "well" },
      ],
    });
    const bound = await run(app, { stage, body: old });
    expect(bound.output).toContain(`bound:${app.account.databases.named(`hello-db-${stage}`)?.id}`);
  },
  TIME,
);

test.each(["pr-1", "prod"])(
  "a new id in `%s` is still seen as one after a deploy that died of the user's own error",
  async (stage) => {
    await using app = await App.start();
    const renamed = 'await Database("hello-data");';
    const both = `${renamed} await Database("hello-db");`;
    await deployed(app, { stage, body: 'await Database("hello-db");' });
    const before = seeded(app.account);
    const died = await run(app, { stage, body: `${renamed} throw new Error("mine");` });
    expect(died.output).toContain("mine");
    const refused = await run(app, { stage, body: renamed });
    expect(refused.output).toContain("this looks like a rename");
    ended(refused, "would-delete");
    expect(lost(app.account, before)).toEqual([]);
    // Once a deploy has had both, none is the other's new name.
    await deployed(app, { stage, body: both });
    const dropped = await run(app, { stage, body: renamed });
    expect(dropped.output).not.toContain("this looks like a rename");
    ended(dropped, stage === "prod" ? "well" : "would-delete");
    expect(lost(app.account, before)).toEqual([]);
  },
  TIME,
);

test(
  "two databases with new ids in `prod` are both kept, however often it is deployed",
  async () => {
    await using app = await App.start();
    const stage = "prod";
    const two = (a: string, b: string) => `await Database("${a}"); await KV("${b}");`;
    const ends = "would-delete";
    await harmless(app, {
      first: [{ stage, body: two("db", "kv") }],
      next: [
        { stage, body: two("data", "values"), ends },
        { stage, body: `createBlocks({ release: ["db"] }); ${two("data", "values")}`, ends },
        { stage, body: 'await Database("data");', ends },
        // What no new one stands beside is let go, and stays in the account.
        { stage, body: "", ends: "well" },
      ],
    });
  },
  TIME,
);

/** Where else the state may lie: the tests above have it in files. */
const REMOTE = Object.keys(STORES).slice(1);

const DROPPED: Hole = {
  first: [{ body: 'await Database("hello-db"); await KV("kv");' }],
  next: [
    { body: 'await KV("kv");', ends: "would-delete" },
    { body: 'await KV("kv"); createBlocks({ release: ["hello-db"] });', ends: "well" },
  ],
  gone: ["D1Database hello-db-pr-1"],
};

test.each(REMOTE)(
  "a dropped database stays until it is released: state in %s",
  async (store) => {
    await using app = await App.start();
    await harmless(app, stored(store, DROPPED));
  },
  TIME,
);

const CLASS = `${COUNTER}\n${worker("counter")}`;

/** Ways for a class to go without a word. */
const UNBOUND: Record<string, { first: string; next: string }> = {
  "its line and its binding are deleted": { first: CLASS, next: worker("") },
  "its Worker comes before the first block": {
    first: `${CLASS}\nawait Database("db");`,
    next: `${worker("")}\nawait Database("db");`,
  },
  "the only block goes with the Worker": { first: CLASS, next: "" },
};

test.each(Object.keys(UNBOUND))(
  "production's class with its storage stays where %s",
  async (way) => {
    const { first, next } = UNBOUND[way] as (typeof UNBOUND)[string];
    await using app = await App.start();
    await harmless(app, {
      first: [{ stage: "prod", body: first }],
      next: [{ stage: "prod", body: next, ends: "would-delete-class" }],
    });
  },
  TIME,
);

test.each(REMOTE)(
  "a dropped class stays: state in %s",
  async (store) => {
    await using app = await App.start();
    const next = [{ body: worker(""), ends: "would-delete-class" }];
    await harmless(app, stored(store, { first: [{ body: CLASS }], next }));
  },
  TIME,
);

test(
  "a class goes by its id in `release` and by its name in `deleteClasses`, of any set of blocks",
  async () => {
    await using app = await App.start();
    const room = COUNTER.replace("counter =", "room =").replace('"counter"', '"room"');
    const first = `${COUNTER}\n${room.replace("Counter", "Room")}\n${worker("counter, room")}`;
    const less = (may: string) => `createBlocks({ ${may} });\n${worker("")}`;
    const ends = "would-delete-class";
    await harmless(app, {
      first: [{ body: first }],
      next: [
        { body: less('release: ["counter"]'), ends },
        { body: less('deleteClasses: ["Room"]'), ends },
        { body: less('release: ["counter"], deleteClasses: ["Room"]'), ends: "well" },
      ],
      gone: ["Counter", "Room"].map((name) => `DurableObjectNamespace shop-api-pr-1/${name}`),
    });
  },
  TIME,
);

/** A workflow and its Workers, before and after; what is bound afterwards is in use. */
const MOVED: Record<string, { first: string; next: string; ends?: string }> = {
  "its Worker is left out": {
    first: `${FLOW}\n${worker("flow")}`,
    next: 'await Database("db");',
    ends: "would-delete",
  },
  "it moves to another Worker": {
    first: `${FLOW}\n${worker("flow")}`,
    next: `${FLOW}\n${worker("flow", "web")}`,
  },
  "one of two Workers that bind it is dropped": {
    first: `${FLOW}\n${worker("flow")}\n${worker("flow", "web")}`,
    next: `${FLOW}\n${worker("flow", "web")}`,
  },
};

test.each(Object.keys(MOVED))(
  "a workflow keeps its instances where %s",
  async (way) => {
    const { first, next, ends } = MOVED[way] as (typeof MOVED)[string];
    await using app = await App.start();
    await deployed(app, { body: first });
    seeded(app.account);
    const end = await run(app, { body: next });
    const flow = app.account.state().find(({ kind }) => kind === "Workflow");
    expect(flow).toMatchObject({ name: "flow-pr-1", data: 1 });
    if (ends) ended(end, ends);
  },
  TIME,
);

/** Scope `b` lists its rows late, when scope `a` has deleted its own if nothing holds that back. */
const LATE = `{ stateStore: (scope) => {
  const store = new FileSystemStateStore(scope);
  const list = store.list.bind(store);
  if (scope.scopeName === "b") {
    store.list = () => new Promise((done) => setTimeout(done, 1000)).then(list);
  }
  return store;
} }`;

test(
  "one resource that is not released keeps those of other scopes that are",
  async () => {
    await using app = await App.start();
    const scope = (name: string, body = "") =>
      `await alchemy.run("${name}", async () => { ${body} });`;
    const step = (body: string) => ({
      body: `import { FileSystemStateStore } from "alchemy/state";\n${body}`,
      options: LATE,
    });
    const first = scope("a", 'await KV("menu");') + scope("b", 'await Database("db");');
    const next = `createBlocks({ release: ["menu"] }); ${scope("a")} ${scope("b")}`;
    await harmless(app, { first: [step(first)], next: [{ ...step(next), ends: "would-delete" }] });
  },
  TIME,
);
