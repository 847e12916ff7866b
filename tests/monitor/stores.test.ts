/** The monitor reads whatever store the user's Alchemy has, through its own class. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { cli } from "../cli/cli.ts";
import { App, program, SCRIPT } from "../support/program.ts";
import { monitor, run, TOKEN } from "./monitor.ts";
import { SECRET, startS3 } from "./s3.ts";

const REROUTE = `import ${JSON.stringify(join(import.meta.dir, "../cloudflare/workers-dev.ts"))};\n`;
const IMPORT =
  'import { CloudflareStateStore, D1StateStore, FileSystemStateStore, SQLiteStateStore } from "alchemy/state";\n';

const STORES: Record<string, string> = {
  files: "(scope) => new FileSystemStateStore(scope)",
  SQLite: '(scope) => new SQLiteStateStore(scope, { engine: "bun" })',
  D1: "(scope) => new D1StateStore(scope)",
  "a Durable Object": "(scope) => new CloudflareStateStore(scope)",
};

const BODY = `
await raw.D1Database("db", { name: "fixed", adopt: true, delete: true });
await alchemy.run("inner", () => raw.Queue("jobs", { name: "jobs-" + stage }));`;
const ENV = { ALCHEMY_STATE_TOKEN: "state-token" };

test.each(Object.keys(STORES))(
  "state in %s",
  async (name) => {
    const make = STORES[name] ?? "";
    await using app = await App.start();
    await app.write("store.ts", `${REROUTE}${IMPORT}export default ${make};\n`);
    const options = name === "files" ? "{}" : `{ stateStore: ${make} }`;
    const source = `${REROUTE}import { FileSystemStateStore } from "alchemy/state";\n${program(BODY, "shop", options)}`;
    for (const stage of ["prod", "pr-1"]) await app.deploy(stage, source, { env: ENV });
    const args = ["--state-store", "./store.ts"];
    const { found, unknown, code, report } = await monitor(app, args, { env: ENV });
    expect({ found, unknown, code }).toEqual({
      found: ["error collision database fixed"],
      unknown: [],
      code: 1,
    });
    expect(report.summary).toMatchObject({ apps: ["shop"], stages: ["pr-1", "prod"], names: 3 });
    const ids = report.summary.matrix.filter(({ kind }) => kind === "queue");
    expect(ids.map(({ resources }) => resources)).toEqual([1, 1]);
  },
  60_000,
);

test.each(Object.keys(STORES))(
  "a stage that the deploy of another one would delete: state in %s",
  async (name) => {
    const make = STORES[name] ?? "";
    await using app = await App.start();
    await app.write("store.ts", `${REROUTE}${IMPORT}export default ${make};\n`);
    const source = (base: string) => `${REROUTE}${IMPORT}
import alchemy from "alchemy";
import { D1Database } from "alchemy/cloudflare";
const app = await alchemy("shop", { quiet: true, noTrack: true, stateStore: ${make} });
await D1Database("db", { name: "${base}-" + app.stage });
await app.finalize();
`;
    const args = ["--state-store", "./store.ts"];
    await app.deploy("prod", source("db"), { env: ENV });
    expect((await monitor(app, args, { env: ENV })).found).toEqual([]);
    await app.deploy("prod", source("data"), { env: ENV });
    const { found, report } = await monitor(app, args, { env: ENV });
    expect(found).toEqual(["error armed-stage database data-prod"]);
    expect(report.findings[0]?.message).toBe(
      "the next deploy of another stage of the app `shop` deletes stage `prod`: the database `data-prod`",
    );
  },
  60_000,
);

test("state in S3", async () => {
  using s3 = startS3();
  await using app = await App.start();
  const make = '(scope) => new S3StateStore(scope, { region: "us-east-1" })';
  const imported = 'import { S3StateStore } from "alchemy/aws";\n';
  await app.write("store.ts", `${imported}export default ${make};\n`);
  const body = `
await raw.D1Database("db", { name: "fixed", adopt: true, delete: true });
await raw.Queue("jobs", { name: "jobs-" + stage });
await raw.KVNamespace("menu", { title: "menu-" + stage });`;
  const source = `${imported}${program(body, "shop", `{ stateStore: ${make} }`)}`;
  for (const stage of ["prod", "pr-1"]) {
    // The store of 0.94 lists the rows of the stage as the app's own too, and Alchemy by itself
    // fails on not finding them there. The guard hides them.
    await app.deploy(stage, source, { env: s3.env });
  }
  expect(s3.objects.size).toBe(6);
  const args = ["--state-store", "./store.ts", "--app", "shop"];
  const { found, unknown, report, out, error } = await monitor(app, args, { env: s3.env });
  expect({ found, unknown }).toEqual({ found: ["error collision database fixed"], unknown: [] });
  expect(report.summary).toMatchObject({ apps: ["shop"], stages: ["pr-1", "prod"], names: 5 });
  expect(out + error).not.toContain(SECRET);
  // The programs say which apps to look for.
  const how = { runtime: "Bun", env: s3.env } as const;
  const checked = await cli(app.folder, ["migrate", "--state-store", "./store.ts"], how);
  expect(checked.error).toBe("");
  expect(checked.out).toContain("What a deploy would do (by the state)");
  // A bucket that may not be read is no empty one.
  const denied = { ...s3.env, AWS_ACCESS_KEY_ID: "other" };
  expect((await monitor(app, args, { env: denied })).unknown).toEqual([
    "state null state-unreadable",
  ]);
}, 60_000);

test("a store that cannot be reached is unknown, and says no token", async () => {
  await using app = await App.start();
  const store = `export default () => ({
    list: async () => { throw new Error("no way with ${TOKEN}"); },
    getBatch: async () => ({}),
  });`;
  await app.write("store.mjs", store);
  const args = ["--state-store", "./store.mjs", "--app", "shop"];
  const { unknown, code } = await monitor(app, args);
  expect({ unknown, code }).toEqual({ unknown: ["state null state-unreadable"], code: 2 });
  expect((await run(app, args)).out).toContain("no way with ***");
});

test("a store without scopes is read for the apps that are named", async () => {
  await using app = await App.start();
  // As S3 does: it lists whatever lies below, by the path.
  const store = `
const row = (name) => ({ kind: "cloudflare::Queue", id: "jobs", status: "created", data: {}, output: { id: "1", name } });
const rows = { "shop/prod/jobs": row("fixed"), "shop/pr-1/jobs": row("fixed"), "blog/feat/x/jobs": row("fixed") };
export default ({ chain }) => {
  const prefix = chain.length === 0 ? "/" : chain.join("/") + "/";
  const list = async () => Object.keys(rows).filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
  // In a key of its own a slash is written as a colon.
  const at = (id) => rows[prefix + id.replaceAll("/", ":")];
  const getBatch = async (ids) => Object.fromEntries(ids.flatMap((id) => (at(id) ? [[id, at(id)]] : [])));
  return { list, getBatch };
};`;
  await app.write("store.mjs", store);
  const args = ["--offline", "--state-store", "./store.mjs"];
  expect((await monitor(app, args)).unknown).toEqual(["state null state-unreadable"]);
  const { found, report } = await monitor(app, [...args, "--app", "shop", "--app", "blog"]);
  expect(found).toEqual(["error collision queue fixed"]);
  const stages = report.findings[0]?.claims.map(({ app, stage }) => `${app} ${stage}`);
  expect(stages).toEqual(["blog feat/x", "shop pr-1", "shop prod"]);
});

test("a row that is listed and not given is unknown, and what a store prints spoils nothing", async () => {
  await using app = await App.start();
  const store = `
console.log("loaded");
const row = { kind: "cloudflare::Queue", id: "jobs", status: "created", data: {}, output: { id: "1", name: "fixed" } };
export default ({ chain }) => {
  console.log("made");
  return {
    listScopes: async () => (chain.length === 0 ? ["shop"] : chain.length === 1 ? ["prod", "pr-1"] : []),
    list: async () => (chain.length === 2 ? ["jobs"] : []),
    getBatch: async (ids) => (ids.length > 0 && chain[1] === "prod" ? { jobs: row } : {}),
  };
};
`;
  await app.write("store.mjs", store);
  const { unknown, code, report } = await monitor(app, [
    "--state-store",
    "./store.mjs",
    "--offline",
  ]);
  expect({ unknown, code }).toEqual({ unknown: ["state null state-unreadable"], code: 2 });
  expect(report.unknown[0]?.message).toContain("the row `jobs` of stage `pr-1` is lost");
});

const NESTED = `
const { Resource } = await import("alchemy");
const Api = Resource("shop::Api", async function (id) {
  if (this.phase === "delete") return this.destroy();
  const db = await raw.D1Database("db", { name: id + "-db-" + stage });
  return { id, db: db.name };
});
await Api("api", {});
await alchemy.run("web/admin", () => raw.Queue("jobs", { name: "jobs-" + stage }));
await raw.KVNamespace("menu", { title: "menu" });
await raw.Worker("old", {
  name: "old-" + stage,
  script: ${JSON.stringify(SCRIPT)},
  bindings: { room: raw.DurableObjectNamespace("room", { className: "Room", sqlite: true }) },
});`;

/** What every store has to give: where each resource is. */
const PLACES = [
  "database qa api/db",
  "durable-object qa room",
  "kv qa menu",
  "queue qa web/admin/jobs",
  "worker qa old",
];

test.each(Object.keys(STORES))(
  "what `check`, `migrate` and `monitor` read is the same: state in %s",
  async (name) => {
    const make = STORES[name] ?? "";
    await using app = await App.start();
    await app.write("store.ts", `${REROUTE}${IMPORT}export default ${make};\n`);
    const options = name === "files" ? "{}" : `{ stateStore: ${make} }`;
    const source = (body: string) =>
      `${REROUTE}import { FileSystemStateStore } from "alchemy/state";\n${program(body, "shop", options)}`;
    await app.deploy("qa", source(NESTED), { env: ENV });
    // `menu` is called otherwise, and the Worker is no longer declared.
    const left = NESTED.slice(0, NESTED.indexOf("await raw.Worker"));
    await app.write("alchemy.qa.run.ts", source(left.replace('title: "menu"', 'title: "food"')));
    const how = { runtime: "Bun", env: { ...app.cloudflare.env, ...ENV } } as const;
    const places = name === "files" ? [["--state", ".alchemy"]] : [];
    if (name === "SQLite")
      places.push(["--state", ".alchemy/state.sqlite"], ["--state", "*/*.sqlite"]);
    for (const args of [["--state-store", "./store.ts"], ...places]) {
      const { report, unknown } = await monitor(app, args, { env: ENV });
      expect(unknown).toEqual([]);
      expect(report.summary.stages).toEqual(["qa"]);
      const rows = report.findings.flatMap(({ claims }) => claims);
      expect(rows.filter(({ stage }) => stage !== "qa")).toEqual([]);
      const cells = report.summary.matrix.map(({ kind, resources }) => `${kind} ${resources}`);
      expect(cells).toEqual(PLACES.map((place) => `${place.split(" ")[0]} 1`));
      const checked = await cli(app.folder, ["check", "--json", ...args], how);
      expect(checked.error).toBe("");
      const { findings } = JSON.parse(checked.out) as { findings: Record<string, string>[] };
      const orphans = findings.filter(
        ({ code, kind }) => code === "orphaned-row" && kind === "worker",
      );
      expect(orphans.map(({ message }) => message?.split(",")[0])).toEqual([
        "stage `qa` holds the Worker `old`",
      ]);
      const migrated = await cli(app.folder, ["migrate", ...args], how);
      expect(migrated.error).toBe("");
      expect(migrated.out).toContain("stage `qa` holds `menu`, not `food`");
    }
  },
  120_000,
);

test("a SQLite database needs a runtime that can read it, and is never written", async () => {
  await using app = await App.start();
  const make = STORES.SQLite;
  await app.deploy("qa", program(BODY, "shop", `{ stateStore: ${make} }`));
  const file = join(app.folder, ".alchemy", "state.sqlite");
  const before = await Bun.file(file).bytes();
  const args = ["--offline", "--state", ".alchemy"];
  for (const runtime of ["Bun", "Node 22"] as const) {
    const { report, unknown } = await monitor(app, args, { runtime });
    expect({ unknown, stages: report.summary.stages }).toEqual({ unknown: [], stages: ["qa"] });
  }
  const { report, unknown } = await monitor(app, args, { runtime: "Node 20" });
  expect(unknown).toEqual(["state null state-unreadable"]);
  expect(report.unknown[0]?.message).toContain("this version of Node cannot read SQLite");
  expect(report.unknown[0]?.help).toStartWith("use Bun or Node 22.13 and newer");
  expect(await Bun.file(file).bytes()).toEqual(before);
}, 60_000);

test("a nested scope of a stage without rows of its own is no stage", async () => {
  await using app = await App.start();
  const store = `
const row = (kind, id, name) => ({ kind, id, status: "created", data: {}, output: { id: "1", name } });
const rows = {
  "": {},
  shop: { prod: row("alchemy::Scope", "prod") },
  "shop prod": {},
  "shop prod api": { jobs: row("cloudflare::Queue", "jobs", "fixed") },
};
const scopes = { "": ["shop"], "shop prod": ["api"] };
export default ({ chain }) => {
  const own = rows[chain.join(" ")] ?? {};
  return {
    listScopes: async () => scopes[chain.join(" ")] ?? [],
    list: async () => Object.keys(own),
    getBatch: async (ids) => Object.fromEntries(ids.map((id) => [id, own[id]])),
  };
};`;
  await app.write("store.mjs", store);
  const args = ["--offline", "--state-store", "./store.mjs"];
  const { unknown, report } = await monitor(app, args);
  expect(unknown).toEqual([]);
  expect(report.summary.stages).toEqual(["prod"]);
  expect(report.findings.flatMap(({ claims }) => claims)).toEqual([
    { app: "shop", stage: "prod", id: "api/jobs", source: "state" },
  ]);
});
