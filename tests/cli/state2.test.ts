/** Rows of Alchemy 2 are read beside those of 0.94, and what cannot be read is said. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { readStates } from "../../ts/cli/collect/state.ts";
import { readStores } from "../../ts/cli/collect/stores.ts";
import { stateIn } from "../../ts/cli/monitor/collect/state.ts";
import { Folder } from "./cli.ts";

const TYPE = "Cloudflare.D1Database";
const row = (fqn: string, more: object = {}) => ({
  status: "created",
  fqn,
  logicalId: fqn.split("/").at(-1),
  instanceId: "0",
  resourceType: TYPE,
  props: {},
  attr: { databaseId: "1", databaseName: `the-${fqn}`, accountId: "a" },
  bindings: [],
  removalPolicy: "destroy",
  providerMode: "live",
  ...more,
});

/** What the commands say of a store with these files, below `.alchemy`. */
async function read(files: Readonly<Record<string, unknown>>, below = ".alchemy") {
  using folder = new Folder();
  for (const [path, value] of Object.entries(files)) {
    folder.write(`.alchemy/${path}`, typeof value === "string" ? value : JSON.stringify(value));
  }
  const places = { state: [join(folder.path, below)], stateStore: [] };
  const { claims, unknown } = stateIn(await readStores(places, "/", []));
  const checked = await readStates(places, "/").catch((error: Error) => error.message);
  return {
    claims: claims.map(({ kind, app, stage, id, name, place = "", ...more }) => {
      const flags = Object.keys(more).filter((key) => key === "deleting" || key === "retained");
      return [kind, `${app}/${stage}/${id}`, name, place, ...flags].join(" ").trim();
    }),
    problems: unknown.map(
      ({ code, message }) => `${code}: ${message.replace(/`[^`]*\.alchemy/, "`")}`,
    ),
    rows: typeof checked === "string" ? checked : checked.resources,
    stages:
      typeof checked === "string" ? [] : checked.stages.map(({ app, stage }) => `${app}/${stage}`),
  };
}

test("rows of both versions are read from one folder", async () => {
  const old = {
    kind: "cloudflare::Queue",
    id: "jobs",
    status: "created",
    data: {},
    output: { id: "1", name: "fixed" },
  };
  const { claims, problems, rows, stages } = await read({
    "shop/prod/jobs.json": old,
    "state/Shop/prod/db.json": row("db"),
    "state/Shop/prod/api__db.json": row("api/db"),
    "state/Shop/prod/__stack_output__.json": { url: "x" },
    "state/Shop/prod/act.json": { kind: "action", actionType: "x", fqn: "act", status: "ran" },
    "state/Shop/prod/odd.json": row("odd", { resourceType: "AWS.S3.Bucket", attr: {} }),
    "log/out/x.json": "[]",
  });
  expect(problems).toEqual([]);
  expect(claims.sort()).toEqual([
    "database Shop/prod/api/db the-api/db",
    "database Shop/prod/db the-db",
    "queue shop/prod/jobs fixed",
  ]);
  expect(stages).toEqual(["shop/prod", "Shop/prod"]);
  expect(rows).toContainEqual({
    app: "Shop",
    stage: "prod",
    scope: ["api"],
    id: "db",
    type: TYPE,
    name: "the-api/db",
    jurisdiction: "",
    classes: [],
    bindings: [],
    retained: false,
    instance: "0",
    replaced: [],
    store: expect.any(String),
  });
});

test("older types, jurisdictions, and what is retained or being deleted", async () => {
  const bucket = { bucketName: "files", jurisdiction: "eu" };
  const { claims, problems } = await read({
    "state/s/p/kv.json": row("kv", {
      resourceType: "Cloudflare.KVNamespace",
      attr: { title: "kv t" },
    }),
    "state/s/p/q.json": row("q", { resourceType: "Cloudflare.Queue", attr: { queueName: "q-p" } }),
    "state/s/p/r2.json": row("r2", { resourceType: "Cloudflare.R2Bucket", attr: bucket }),
    "state/s/p/keep.json": row("keep", { removalPolicy: "retain" }),
    "state/s/p/end.json": row("end", { status: "deleting" }),
    "state/s/p/new.json": row("new", { status: "creating", attr: undefined }),
    "state/s/p/up.json": row("up", {
      status: "updating",
      attr: undefined,
      old: { attr: { databaseName: "up-db" } },
    }),
    "state/s/p/dev.json": row("dev", { providerMode: "local" }),
    "state/s/p/dev2.json": row("dev2", {
      providerMode: undefined,
      attr: { databaseName: "x", databaseId: "dev:1" },
    }),
  });
  expect(problems).toEqual([]);
  expect(claims.sort()).toEqual([
    "bucket s/p/r2 files eu",
    "database s/p/end the-end  deleting",
    "database s/p/keep the-keep  retained",
    "database s/p/up up-db",
    "kv s/p/kv kv t",
    "queue s/p/q q-p",
  ]);
});

test("what a replacement that did not end will delete", async () => {
  const name = (databaseName: string) => ({ attr: { databaseName } });
  const { claims, rows } = await read({
    "state/s/p/a.json": row("a", {
      status: "replaced",
      ...name("new"),
      old: { status: "replaced", ...name("middle"), old: { status: "created", ...name("old") } },
    }),
    "state/s/p/b.json": row("b", {
      status: "replacing",
      attr: undefined,
      removalPolicy: "retain",
      old: { status: "updated", ...name("b-old") },
    }),
  });
  expect(claims.sort()).toEqual([
    "database s/p/a middle  deleting",
    "database s/p/a new",
    "database s/p/a old  deleting",
    "database s/p/b b-old  retained deleting",
  ]);
  expect(Array.isArray(rows) && rows.map((one) => one.name)).toEqual(["new"]);
});

test("the classes of a Worker, and workflows by their own rows", async () => {
  const bound = (sid: string, data: object) => ({ sid, data: { bindings: [data] } });
  const type = "durable_object_namespace";
  const { claims } = await read({
    "state/s/p/api.json": row("api", {
      resourceType: "Cloudflare.Worker",
      attr: { workerName: "api-p" },
      bindings: [
        bound("ROOM", { type, className: "Room" }),
        bound("OWN", { type, className: "Own", scriptName: "api-p" }),
        bound("OTHER", { type, className: "Other", scriptName: "elsewhere" }),
        bound("FLOW", { type: "workflow", className: "Flow", workflowName: "api-p-flow" }),
        { sid: "ODD", data: null },
      ],
    }),
    "state/s/p/flow.json": row("flow", {
      resourceType: "Cloudflare.Workflow",
      attr: { workflowName: "api-p-flow" },
    }),
    "state/s/p/tenant.json": row("tenant", {
      resourceType: "Cloudflare.Worker",
      attr: { workerName: "tenant", namespace: "customers" },
    }),
  });
  expect(claims.sort()).toEqual([
    "durable-object s/p/OWN api-p/Own",
    "durable-object s/p/ROOM api-p/Room",
    "worker s/p/api api-p",
    "workflow s/p/flow api-p-flow",
  ]);
});

test("hostile names are taken as they are", async () => {
  const ids = ["__proto__", "a:b", "a\\b", "..", "tab\there", "%s", "ünï", "constructor"];
  const files = ids.map((id) => [
    `state/toString/__proto__/${id.replaceAll("/", "__")}.json`,
    row(id),
  ]);
  const { claims, problems } = await read(Object.fromEntries(files));
  expect(problems).toEqual([]);
  expect(claims.sort()).toEqual(
    ids.map((id) => `database toString/__proto__/${id} the-${id}`).sort(),
  );
});

test("an id with `__` is read as what it is", async () => {
  const { claims, problems } = await read({ "state/s/p/a__b.json": row("a__b") });
  expect([claims, problems]).toEqual([["database s/p/a__b the-a__b"], []]);
});

test.each([
  ["no JSON", "{", "state-unreadable", "it is no JSON"],
  ["an empty file", "", "state-unreadable", "it is no JSON"],
  ["no row", "[]", "state-unreadable", "it has no row"],
  [
    "a type that is none",
    row("db", { resourceType: 1 }),
    "state-unreadable",
    "it has no `resourceType`",
  ],
  [
    "no type",
    { instanceId: "1", status: "created" },
    "state-unreadable",
    "it has no `resourceType`",
  ],
  ["another status", row("db", { status: "lost" }), "state-unreadable", "its `status` is unknown"],
  ["no name", row("db", { attr: {} }), "state-unreadable", "its `attr` has no `databaseName`"],
  [
    "a name that is none",
    row("db", { attr: { databaseName: ["x"] } }),
    "state-unreadable",
    "has no `databaseName`",
  ],
  ["attributes that are none", row("db", { attr: [] }), "state-unreadable", "are no object"],
  [
    "bindings that are none",
    row("db", { bindings: [null] }),
    "state-unreadable",
    "its `bindings` are none",
  ],
  [
    "the id of another file",
    row("other"),
    "state-unreadable",
    "it is not the file of the id `other`",
  ],
  [
    "no `old`",
    row("db", { status: "replacing", attr: null }),
    "state-unreadable",
    "what it replaces cannot be read",
  ],
])("%s is said", async (_, value, code, message) => {
  const { claims, problems, rows } = await read({ "state/s/p/db.json": value });
  expect(claims).toEqual([]);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toStartWith(`${code}: the state in \`/state/s/p/db.json\` cannot be read: `);
  expect(problems[0]).toContain(message);
  // `check` concludes nothing from such a state.
  expect(rows).toContain(message);
});

test("a row where Alchemy 2 has none is said", async () => {
  const { problems } = await read({ "shop/prod/db.json": row("db"), "state/db.json": row("db") });
  expect(problems).toEqual([
    "alchemy-2: the state in `/shop/prod/db.json` was written by Alchemy 2, which keeps no rows there",
    "alchemy-2: the state in `/state/db.json` was written by Alchemy 2, which keeps no rows there",
  ]);
});

test("the folder of the state can be given itself", async () => {
  const { claims, problems } = await read(
    { "state/state/prod/db.json": row("db") },
    ".alchemy/state",
  );
  expect([claims, problems]).toEqual([["database state/prod/db the-db"], []]);
});
