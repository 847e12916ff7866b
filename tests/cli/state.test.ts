/** `check`, `migrate` and `monitor` read the same from a file store, and it is what Alchemy means. */
import { describe, expect, test } from "bun:test";
import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readStates } from "../../ts/cli/collect/state.ts";
import { readStores } from "../../ts/cli/collect/stores.ts";
import { stateIn } from "../../ts/cli/monitor/collect/state.ts";
import { visitFiles } from "../../ts/state/files.ts";
import type { RowLocation } from "../../ts/state/location.ts";
import { SCOPE } from "../../ts/state/row.ts";
import { App, program } from "../support/program.ts";
import { Folder } from "./cli.ts";

const queue = (name: string, more: object = {}) => ({
  kind: "cloudflare::Queue",
  id: "jobs",
  status: "created",
  data: {},
  output: { id: "1", name },
  ...more,
});
const other = (kind: string, id: string, more: object = {}) => ({
  kind,
  id,
  status: "created",
  data: {},
  ...more,
});

/** What `check` and `migrate` read. */
async function readState(store: string) {
  return (await readStates({ state: [store], stateStore: [] }, "/")).resources;
}

/** What `monitor` reads. */
async function readFiles(store: string) {
  return stateIn(await readStores({ state: [store], stateStore: [] }, "/", []));
}

interface Read {
  /** Of each queue: stage, scope, id and name. */
  places: string[];
  problems: string[];
  rows: RowLocation[];
}

/** What the commands read from a store with these files: they have to agree. */
async function read(files: Readonly<Record<string, unknown>>): Promise<Read> {
  using folder = new Folder();
  for (const [path, value] of Object.entries(files)) {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    folder.write(`.alchemy/${path}.json`, text);
  }
  const store = join(folder.path, ".alchemy");
  const rows: RowLocation[] = [];
  const problems: string[] = [];
  await visitFiles(store, {
    row: (location) => void rows.push(location),
    stageRow: () => {},
    rootRow: () => {},
    row2: () => {},
    problem: (path, error) => problems.push(`${path.slice(store.length + 1)}: ${error}`),
  });
  const state = await readFiles(store);
  const monitored = state.claims.map(({ app, stage, id, name }) => [app, stage, id, name]);
  if (problems.length === 0) {
    const checked = await readState(store);
    const ids = checked.map(({ app, stage, scope, id, name }) => {
      return [app, stage, [...scope, id].join("/"), name];
    });
    expect<unknown>(ids).toEqual(monitored);
  } else {
    expect(state.unknown).toHaveLength(problems.length);
    await expect(readState(store)).rejects.toThrow("cannot be read");
  }
  const places = monitored.map((place) => place.join(" "));
  return { places: places.sort(), problems: problems.sort(), rows };
}

describe("a folder in the folder of a stage", () => {
  test("is the scope of a resource that has others inside", async () => {
    const { places } = await read({
      "shop/prod/api": other("cloudflare::Worker", "api"),
      "shop/prod/api/jobs": queue("fixed"),
    });
    expect(places).toEqual(["shop prod api/jobs fixed"]);
  });

  test("is a part of the name of a scope with a slash in it", async () => {
    const { places } = await read({
      "shop/prod/web:admin": other(SCOPE, "web/admin"),
      "shop/prod/web/admin/jobs": queue("fixed"),
      "shop/prod/web/admin/deep": other(SCOPE, "deep"),
      "shop/prod/web/admin/deep/jobs": queue("other"),
    });
    expect(places).toEqual([
      "shop prod web/admin/deep/jobs other",
      "shop prod web/admin/jobs fixed",
    ]);
  });

  test("is a part of a stage with a slash in its name, if no row leads to it", async () => {
    const { places } = await read({
      "shop/feature/jobs": queue("one"),
      "shop/feature/login/jobs": queue("two"),
    });
    expect(places).toEqual(["shop feature jobs one", "shop feature/login jobs two"]);
  });

  test("is that stage, if the stage has a row: resources may be called like it", async () => {
    const { places } = await read({
      "shop/feature:login": other(SCOPE, "feature/login"),
      "shop/feature/login": queue("one", { id: "login" }),
      "shop/feature/login/jobs": queue("two"),
    });
    expect(places).toEqual(["shop feature login one", "shop feature/login jobs two"]);
  });
});

describe("a nested scope that has lost its row is no stage", () => {
  const note = { "@alch/blocks:owner": { app: "shop", stage: "prod" } };
  const cases = {
    "as the guard has noted": queue("fixed", { data: note }),
    "as the name that Alchemy made says": queue("shop-api-jobs-prod"),
  };
  test.each(Object.keys(cases) as (keyof typeof cases)[])("%s", async (how) => {
    const row = cases[how];
    const { places, rows } = await read({
      "shop/prod/x": other("random::String", "x"),
      "shop/prod/api/jobs": row,
    });
    expect(places).toEqual([`shop prod api/jobs ${row.output.name}`]);
    expect(rows.map(({ reachable }) => reachable)).toEqual([true, false]);
  });

  test("and a stage with a slash in its name is one", async () => {
    const data = { "@alch/blocks:owner": { app: "shop", stage: "prod/api" } };
    expect(
      (
        await read({
          "shop/prod/x": other("random::String", "x"),
          "shop/prod/api/jobs": queue("fixed", { data }),
        })
      ).places,
    ).toEqual(["shop prod/api jobs fixed"]);
    expect((await read({ "shop/prod/api/jobs": queue("shop-jobs-prod-api") })).places).toEqual([
      "shop prod/api jobs shop-jobs-prod-api",
    ]);
  });
});

describe("a scope whose row cannot be read", () => {
  test("is no stage either", async () => {
    const { places, problems } = await read({
      "shop/prod/api": "{",
      "shop/prod/api/jobs": queue("fixed"),
    });
    expect(problems).toEqual(["shop/prod/api.json: Error: it is no JSON"]);
    expect(places).toEqual(["shop prod api/jobs fixed"]);
  });
});

test("a nested scope that has lost its row still has its resources, and Alchemy deletes none", async () => {
  const files = {
    "shop/prod/web": other(SCOPE, "web"),
    "shop/prod/web/lost/jobs": queue("fixed"),
  };
  const { places, rows } = await read(files);
  expect(places).toEqual(["shop prod web/lost/jobs fixed"]);
  expect(rows.map(({ row, reachable }) => [row.id, reachable])).toEqual([
    ["web", true],
    ["jobs", false],
  ]);
  using folder = new Folder();
  for (const [path, row] of Object.entries(files)) {
    folder.write(`.alchemy/${path}.json`, JSON.stringify(row));
  }
  const state = await readState(join(folder.path, ".alchemy"));
  expect(state.map(({ retained }) => retained)).toEqual([true]);
});

describe("what Alchemy keeps beside its state", () => {
  const metafile = { inputs: {}, outputs: {} };

  test("is no problem", async () => {
    const files = {
      "out/api/metafile": metafile,
      "out/api/data": "{",
      "pids/vite.pid": { pid: 1 },
      "local/any": [],
      "shop/prod/bundle/metafile": metafile,
    };
    expect(await read(files)).toEqual({ places: [], problems: [], rows: [] });
  });

  test("does not hide an app that is called like it", async () => {
    const { places } = await read({ "out/prod/jobs": queue("fixed") });
    expect(places).toEqual(["out prod jobs fixed"]);
  });
});

describe("what cannot be read", () => {
  test("is a problem in an app", async () => {
    const { problems, places } = await read({
      "shop/prod/broken": "{",
      "shop/prod/jobs": queue("fixed"),
      "shop/prod/strange": { id: 1 },
    });
    expect(problems).toEqual([
      "shop/prod/broken.json: Error: it is no JSON",
      "shop/prod/strange.json: Error: it has no row",
    ]);
    expect(places).toEqual(["shop prod jobs fixed"]);
  });

  test("a link is a problem, too", async () => {
    using folder = new Folder();
    folder.write(".alchemy/shop/prod/jobs.json", JSON.stringify(queue("fixed")));
    const store = join(folder.path, ".alchemy");
    symlinkSync(join(store, "shop"), join(store, "blog"));
    await expect(readState(store)).rejects.toThrow("it is a symbolic link, which is not followed");
  });

  test("a file that is just being written is read again", async () => {
    using folder = new Folder();
    const file = folder.write(".alchemy/shop/prod/jobs.json", '{ "kind": ');
    setTimeout(() => writeFileSync(file, JSON.stringify(queue("fixed"))), 30);
    const rows = await readState(join(folder.path, ".alchemy"));
    expect(rows?.map(({ name }) => name)).toEqual(["fixed"]);
  });

  test("a folder that is not there is none", async () => {
    using folder = new Folder();
    const nowhere = join(folder.path, "nowhere");
    expect(
      await visitFiles(nowhere, { row() {}, stageRow() {}, rootRow() {}, row2() {}, problem() {} }),
    ).toBe(false);
    await expect(readState(nowhere)).rejects.toThrow("there is no folder");
    await expect(readFiles(nowhere)).rejects.toThrow("there is no folder");
  });
});

describe("a Worker", () => {
  const worker = (output: object) =>
    other("cloudflare::Worker", "api", {
      output: {
        name: "api",
        bindings: { FLOW: { type: "workflow", id: "flow", className: "F", workflowName: "flow" } },
        ...output,
      },
    });

  test("has its workflows", async () => {
    const { places } = await read({ "shop/prod/api": worker({}) });
    expect(places).toEqual(["shop prod api api", "shop prod flow flow"]);
  });

  test("of local mode has none in the account", async () => {
    const { places } = await read({ "shop/prod/api": worker({ dev: { hasRemote: false } }) });
    expect(places).toEqual([]);
  });
});

test.each(["shop/prod", "shop/prod/web", "shop/prod/api"])(
  "what a replacement in the scope %s has left is about to be deleted",
  async (scope) => {
    using folder = new Folder();
    const resource = {
      "Symbol(alchemy::ResourceKind)": "cloudflare::Queue",
      "Symbol(alchemy::ResourceID)": "jobs",
      id: "1",
      name: "old",
    };
    const kind = scope.endsWith("api") ? "cloudflare::Worker" : SCOPE;
    const id = scope.slice(scope.lastIndexOf("/") + 1);
    const row = other(kind, id, { data: { pendingDeletions: [{ resource }] } });
    folder.write(`.alchemy/${scope}.json`, JSON.stringify(row));
    folder.write(`.alchemy/${scope}/x.json`, JSON.stringify(other("random::String", "x")));
    const state = await readFiles(join(folder.path, ".alchemy"));
    const path = [...scope.split("/").slice(2), "jobs"].join("/");
    expect(state.claims).toEqual([
      expect.objectContaining({ stage: "prod", id: path, name: "old", deleting: true }),
    ]);
  },
);

describe("ids are given back as they were", () => {
  const IDS = ["a/b", "a\\b", "a%2Fb", "a b", "ä😀", "a*b", "a.json", "..", "x/y\\z"];

  const STORES = {
    "Alchemy's files": "{}",
    "its SQLite database":
      '{ stateStore: (scope) => new SQLiteStateStore(scope, { engine: "bun" }) }',
  };

  test.each(Object.keys(STORES) as (keyof typeof STORES)[])(
    "in %s",
    async (store) => {
      await using app = await App.start();
      const calls = (title: string) =>
        IDS.map((id, at) => {
          return `await raw.KVNamespace(${JSON.stringify(id)}, { title: "${title}-${at}" });`;
        }).join("\n");
      const body = `${calls("own")}\nawait alchemy.run("web/a", async () => {\n${calls("inner")}\n});`;
      await app.deploy("feature/Login", program(body, "shop", STORES[store]));
      const state = await readState(join(app.folder, ".alchemy"));
      const places = state.map((row) => [row.stage, row.scope.join(), row.id, row.name].join(" "));
      const expected = IDS.flatMap((id, at) => [
        `feature/Login  ${id} own-${at}`,
        `feature/Login web/a ${id} inner-${at}`,
      ]);
      expect(places.sort()).toEqual(expected.sort());
    },
    60_000,
  );

  test("or they are said to be lost", async () => {
    const { problems, places } = await read({ "shop/prod/copy": queue("fixed") });
    expect(problems).toEqual([
      "shop/prod/copy.json: Error: it is not the file of the id `jobs`, which is in it",
    ]);
    expect(places).toEqual([]);
  });

  test("a stage with a backslash in its name, too", async () => {
    await using app = await App.start();
    await app.deploy("feature\\Login", program('await raw.Queue("jobs", { name: "jobs" });'));
    const state = await readState(join(app.folder, ".alchemy"));
    expect(state.map(({ stage, id }) => [stage, id])).toEqual([["feature\\Login", "jobs"]]);
  }, 60_000);
});

test("the scopes of resources are read as Alchemy itself writes them", async () => {
  await using app = await App.start();
  const body = `
const { Resource } = await import("alchemy");
const Jobs = Resource("shop::Jobs", async function (id) {
  if (this.phase === "delete") return this.destroy();
  const inner = await raw.Queue("jobs", { name: id + "-jobs" });
  return { id, inner: inner.name };
});
await Jobs("all", {});
await alchemy.run("web/admin", () => Jobs("some", {}));`;
  await app.deploy("feature/Login", program(body));
  const state = await readState(join(app.folder, ".alchemy"));
  const places = state.map(({ stage, scope, id, name }) => [stage, ...scope, id, name].join(" "));
  expect(places?.sort()).toEqual([
    "feature/Login all jobs all-jobs",
    "feature/Login web/admin some jobs some-jobs",
  ]);
}, 60_000);
