/** Durable Objects and Workflows, which have no rows of their own, and the Workers that hold them. */
import { expect, test } from "bun:test";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { data, fill, names } from "../support/data.ts";
import { harmless } from "../support/harm.ts";
import { App, program, SCRIPT } from "../support/program.ts";

const STAGE = "pr-1";
const LOCAL = { args: ["--local"] };
/** Some tests start twenty deploys, and the slowest machine sets the limit. */
const TIME = 120_000;

/** An account that deletes what is created and deleted in one upload, the worst that could be. */
const WORST = { duplicateMigrations: "apply" } as const;

/** A Worker that holds what `held` declares, under an id and options of its own. */
function worker(held: string, bindings: string, id = "api", options = ""): string {
  return `
${held}
await raw.Worker("${id}", {
  script: ${JSON.stringify(SCRIPT)}, adopt: true, ${options} bindings: { ${bindings} },
});`;
}

/** The same in a scope of its own, in which no block is called. */
function nested(held: string, bindings: string, id?: string, options?: string): string {
  return `${held}\nawait alchemy.run("web", async () => { ${worker("", bindings, id, options)} });`;
}

/** A program that goes on to its end in local mode, where Workers would keep it running. */
const ENDING = "\nawait app.finalize(); process.exit(0);";

const COUNTER = 'const counter = DurableObject("counter", { className: "Counter", sqlite: true });';
const ROOM = 'const room = DurableObject("room", { className: "Room", sqlite: true });';
const FLOW = 'const flow = AlchemyWorkflow("flow", { className: "Onboarding" });';
const ALL = `${COUNTER}\n${ROOM}\n${FLOW}`;

function nothingDeleted({ cloudflare }: App): void {
  expect(cloudflare.deletions()).toEqual([]);
  expect(cloudflare.unhandled).toEqual([]);
}

interface Change {
  code: string;
  held: string;
  bindings: string;
  id?: string;
  options?: string;
  says: string;
}

const NAMED = 'name: "shop-web",';

const CHANGES: Record<string, Change> = {
  "a Durable Object's id": {
    code: "id-changed",
    held: ALL.replace('"counter"', '"tally"'),
    bindings: "counter, room, flow",
    says: "the Durable Object `counter` is now declared as `tally`",
  },
  "a Durable Object's id and its binding": {
    code: "id-changed",
    held: ALL.replace('"counter"', '"tally"'),
    bindings: "tally: counter, room, flow",
    says: "the Durable Object `counter` is now declared as `tally`",
  },
  "a Durable Object's id and class": {
    code: "would-delete-class",
    held: ALL.replace('"counter", { className: "Counter"', '"tally", { className: "Tally"'),
    bindings: "counter, room, flow",
    says: "delete the class `Counter` with all its storage",
  },
  "that a Durable Object is bound": {
    code: "would-delete-class",
    held: ALL,
    bindings: "counter, flow",
    says: "delete the class `Room` with all its storage",
  },
  "that anything is bound": {
    code: "would-delete-class",
    held: ALL,
    bindings: "",
    says: "delete the class `Counter` with all its storage",
  },
  "the Worker's id": {
    code: "id-changed",
    held: ALL,
    bindings: "counter, room, flow",
    id: "main",
    says: "the Worker `shop-web` is deployed as",
  },
  "a workflow's name": {
    code: "would-orphan",
    held: ALL.replace('"flow", {', '"flow", { name: "greet",'),
    bindings: "counter, room, flow",
    says: "the workflow `flow` is deployed as `flow-pr-1`, and this program names it `greet-pr-1`",
  },
};

test.each(Object.keys(CHANGES))(
  "changing %s is refused",
  async (name) => {
    const { code, held, bindings, id, says } = CHANGES[name] as Change;
    const places = [worker, nested].map(async (place) => {
      await using app = await App.start(WORST);
      await app.deploy(STAGE, program(place(ALL, "counter, room, flow", "api", NAMED)));
      fill(app);
      const body = place(held, bindings, id, NAMED);
      const { message } = await harmless(app, STAGE, { code, body });
      expect(message).toContain(says);
      nothingDeleted(app);
    });
    await Promise.all(places);
  },
  TIME,
);

test("a container that is not bound any more is refused, since it is a class with storage", async () => {
  await using app = await App.start(WORST);
  await app.deploy(STAGE, program(worker(ALL, "counter, room, flow", "api", NAMED)));
  fill(app);
  // Alchemy makes containers with Docker, but keeps them in the state as any other class.
  const file = join(app.folder, ".alchemy", "shop", STAGE, "api.json");
  const row = JSON.parse(await readFile(file, "utf8"));
  for (const of of [row.props, row.output]) of.bindings.room.type = "container";
  await writeFile(file, JSON.stringify(row));
  const body = worker(ALL, "counter, flow", "api", NAMED);
  const { message } = await harmless(app, STAGE, { code: "would-delete-class", body });
  expect(message).toContain("delete the class `Room` with all its storage");
  nothingDeleted(app);
}, 120_000);

test("moving a Worker to another scope is refused", async () => {
  await using app = await App.start(WORST);
  await app.deploy(STAGE, program(worker(COUNTER, "counter", "api", NAMED)));
  fill(app);
  const body = nested(COUNTER, "counter", "api", NAMED);
  await harmless(app, STAGE, { code: "id-changed", body });
  nothingDeleted(app);
}, 120_000);

test("a class that may go is deleted, and no other", async () => {
  await using app = await App.start();
  await app.deploy(STAGE, program(worker(ALL, "counter, room, flow")));
  fill(app);
  const may = (classes: string, bindings: string) =>
    worker(
      `const own = createBlocks({ deleteClasses: ["${classes}"] });
const counter = own.DurableObject("counter", { className: "Counter", sqlite: true });
const room = own.DurableObject("room", { className: "Room", sqlite: true });
const flow = own.AlchemyWorkflow("flow", { className: "Onboarding" });`,
      bindings,
    );
  const harm = { code: "would-delete-class", body: may("Counter", "counter, flow") };
  const { help } = await harmless(app, STAGE, harm);
  expect(help).toContain('`createBlocks({ release: ["room"] })`');
  await app.deploy(STAGE, program(may("Room", "counter, flow")));
  const gone = app.cloudflare.deletions().map(({ kind, name }) => [kind, name]);
  expect(gone).toEqual([["DurableObjectNamespace", "shop-api-pr-1/Room"]]);
  expect(app.account.getDurable("shop-api-pr-1", "Counter", "object", "key")).toBe("Counter");
}, 120_000);

test("a workflow keeps its name, or leaves the old one behind, as `onRename` says", async () => {
  await using app = await App.start();
  const flow = (options: string) =>
    program(worker(FLOW.replace('"flow", {', `"flow", { ${options}`), "flow"));
  await app.deploy(STAGE, flow(""));
  fill(app);
  const before = data(app);
  for (const _ of ["once", "again"]) {
    await app.deploy(STAGE, flow('name: "greet", onRename: "keep",'));
  }
  await app.deploy(STAGE, flow('name: "greet", pin: { "pr-1": "flow-pr-1" },'));
  expect(data(app)).toEqual(before);
  expect(names(app, "Workflow")).toEqual(["flow-pr-1"]);
  await app.deploy(STAGE, flow('name: "greet", onRename: "replace",'));
  expect(names(app, "Workflow")).toEqual(["flow-pr-1", "greet-pr-1"]);
  expect(data(app)).toEqual(expect.arrayContaining(before));
  nothingDeleted(app);
}, 120_000);

const GONE: Record<string, { before: string; after: string }> = {
  "is declared no more": { before: worker(ALL, "counter, room, flow"), after: "" },
  "goes with its scope": { before: nested(ALL, "counter, room, flow"), after: "" },
  "gets another name with its id": {
    before: worker(COUNTER, "counter"),
    after: worker(COUNTER, "counter", "main"),
  },
  "gets another name with its scope": {
    before: worker(COUNTER, "counter"),
    after: nested(COUNTER, "counter"),
  },
};

test.each(Object.keys(GONE))(
  "the classes of a Worker that %s stay",
  async (way) => {
    const { before, after } = GONE[way] as (typeof GONE)[string];
    await using app = await App.start();
    const db = (options = "") => `await Database("db", { ${options} });`;
    await app.deploy(STAGE, program(`${db()} await KV("kv");\n${before}`));
    fill(app);
    const kept = data(app);
    // Alchemy deletes at the end of a program, so what comes before has been done.
    const output = await app.refused(
      STAGE,
      "would-delete-class",
      program(`createBlocks({ release: ["kv"] });\n${db()}\n${after}`),
    );
    expect(output).toContain("delete the class `Counter` with all its storage");
    expect(data(app)).toEqual(expect.arrayContaining(kept));
    nothingDeleted(app);
    const settings = '{ release: ["kv", "flow"], deleteClasses: ["Counter", "Room"] }';
    const may = `createBlocks(${settings}).${db().slice(6)}`;
    await app.deploy(STAGE, program(`await ${may}\n${after}`));
    const gone = app.cloudflare.deletions().map(({ name }) => name.replace(/.*\//, ""));
    expect(gone).toContain("Counter");
    expect(gone).toContain("kv-pr-1");
  },
  TIME,
);

test("a class that is renamed under its id keeps its storage", async () => {
  await using app = await App.start(WORST);
  await app.deploy(STAGE, program(worker(COUNTER, "counter")));
  fill(app);
  const renamed = COUNTER.replace('"Counter"', '"Room"');
  await app.deploy(STAGE, program(worker(renamed, "counter")));
  expect(app.account.getDurable("shop-api-pr-1", "Room", "object", "key")).toBe("Counter");
  await app.deploy(STAGE, program(worker(renamed, "other: counter")));
  expect(app.account.getDurable("shop-api-pr-1", "Room", "object", "key")).toBe("Counter");
  nothingDeleted(app);
}, 120_000);

test("local mode between two deploys takes no class out of sight", async () => {
  await using app = await App.start(WORST);
  const full = worker(`${COUNTER}\n${ROOM}`, "counter, room");
  const less = worker(COUNTER, "counter");
  await app.deploy(STAGE, program(full));
  fill(app);
  const before = data(app);
  await app.deploy(STAGE, program(full + ENDING), LOCAL);
  await harmless(app, STAGE, { code: "would-delete-class", body: less });
  // What local mode is shown must not become what is known of the account.
  const local = await app.run(STAGE, program(less + ENDING), LOCAL);
  expect(local.output).toContain('code: "would-delete-class"');
  await harmless(app, STAGE, { code: "would-delete-class", body: less });
  await app.deploy(STAGE, program(full));
  expect(data(app)).toEqual(before);
  nothingDeleted(app);
}, 120_000);

test("a Worker that only ever existed locally holds no classes", async () => {
  await using app = await App.start();
  const full = worker(`${COUNTER}\n${ROOM}`, "counter, room");
  const less = worker(COUNTER, "counter");
  const calls = app.cloudflare.log.length;
  await app.deploy(STAGE, program(full + ENDING), LOCAL);
  await app.deploy(STAGE, program(less + ENDING), LOCAL);
  expect(app.changesSince(calls)).toEqual([]);
  await app.deploy(STAGE, program(less));
  expect(names(app, "DurableObjectNamespace")).toEqual(["Counter"]);
  nothingDeleted(app);
}, 120_000);
