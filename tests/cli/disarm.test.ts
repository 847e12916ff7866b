/** A stage that Alchemy would destroy with the deploy of another one: found, and kept from that. */
import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { SCOPE } from "../../ts/state/row.ts";
import { App } from "../support/program.ts";
import { cli, Folder } from "./cli.ts";
import { expectSarif, expectValid } from "./schemas.ts";

/** A program that does not import the blocks: nothing guards its deploys. */
const raw = (bucket: string) => `import alchemy from "alchemy";
import { D1Database, R2Bucket } from "alchemy/cloudflare";
const app = await alchemy("shop", { quiet: true, noTrack: true });
await D1Database("db", { name: \`shop-db-\${app.stage}\` });
await R2Bucket("files", { name: \`${bucket}-\${app.stage}\` });
await app.finalize();
`;

const ARMED = "shop/prod.json";

/** Production, after a replacement: Alchemy has left the row. */
async function armed(): Promise<App> {
  const app = await App.start();
  await app.deploy("prod", raw("files"));
  expect(existsSync(join(app.folder, ".alchemy", ARMED))).toBe(false);
  await app.deploy("prod", raw("media"));
  expect(existsSync(join(app.folder, ".alchemy", ARMED))).toBe(true);
  return app;
}

const deleted = ({ cloudflare }: App, from: number) => {
  return cloudflare
    .deletions()
    .slice(from)
    .map(({ name }) => name)
    .sort();
};

test("Alchemy deletes a stage that has replaced something, with the deploy of another", async () => {
  await using app = await armed();
  const before = app.cloudflare.deletions().length;
  await app.deploy("pr-7", raw("media"));
  expect(deleted(app, before)).toEqual(["media-prod", "shop-db-prod"]);
}, 120_000);

test("`check` finds it, `state disarm` saves it", async () => {
  await using app = await armed();
  await app.write("alchemy.run.ts", raw("media"));
  const check = ["check", "alchemy.run.ts", "--state", ".alchemy"];
  const found = JSON.parse((await cli(app.folder, [...check, "--json"])).out);
  const findings = found.findings.filter(({ code }: { code: string }) => code === "armed-stage");
  expect(findings).toEqual([
    expect.objectContaining({
      severity: "error",
      file: `.alchemy/${ARMED}`,
      message:
        "the next deploy of another stage of the app `shop` deletes stage `prod` with its 2 resources, 2 of them with data",
      help: "run `npx @alch/blocks state disarm --write`; with `@alch/blocks` in every program of the app, a deploy leaves the stage alone",
    }),
  ]);

  const dry = await cli(app.folder, ["state", "disarm"]);
  expect(dry).toMatchObject({ code: 1, error: "" });
  expect(dry.out).toContain(`shop  prod   2          2          disarm  .alchemy/${ARMED}`);
  expect(existsSync(join(app.folder, ".alchemy", ARMED))).toBe(true);

  const rows = readdirSync(join(app.folder, ".alchemy/shop/prod"), { recursive: true }).sort();
  const done = await cli(app.folder, ["state", "disarm", "--write"]);
  expect(done).toMatchObject({ code: 0, error: "" });
  expect(done.out).toContain(`mv .alchemy/${ARMED}.disarmed .alchemy/${ARMED}`);
  expect(readdirSync(join(app.folder, ".alchemy/shop")).sort()).toEqual([
    "prod",
    "prod.json.disarmed",
  ]);
  expect(readdirSync(join(app.folder, ".alchemy/shop/prod"), { recursive: true }).sort()).toEqual(
    rows,
  );
  const again = await cli(app.folder, ["state", "disarm"]);
  expect(again).toMatchObject({ code: 0, error: "", out: "✓ no stage is armed\n" });
  expect((await cli(app.folder, check)).out).not.toContain("armed-stage");

  // Nothing of production goes, and production is still what it was to Alchemy.
  const before = app.cloudflare.deletions().length;
  const calls = app.cloudflare.log.length;
  await app.deploy("pr-7", raw("media"));
  expect(deleted(app, before)).toEqual([]);
  expect(app.changesSince(calls).filter((call) => call.includes("prod"))).toEqual([]);
  const unchanged = app.cloudflare.log.length;
  await app.deploy("prod", raw("media"));
  expect(app.changesSince(unchanged)).toEqual([]);
}, 180_000);

test("a stage with an unfinished replacement is disarmed after its deploy has ended", async () => {
  await using app = await App.start();
  await app.deploy("prod", raw("files"));
  const fault = app.cloudflare.faults.add({ kind: "hang", method: "DELETE", path: "files-prod" });
  const child = await app.spawn("prod", raw("media"));
  await fault.reached;
  child.kill("SIGKILL");
  await child.exited;
  app.cloudflare.faults.clear();

  const blocked = await cli(app.folder, ["state", "disarm", "--write"]);
  expect(blocked).toMatchObject({ code: 1, error: "" });
  expect(blocked.out).toContain("an unfinished deploy has to delete `files-prod`");
  expect(blocked.out).toContain("help: deploy stage `prod` again until it succeeds");
  expect(existsSync(join(app.folder, ".alchemy", ARMED))).toBe(true);

  await app.deploy("prod", raw("media"));
  expect(deleted(app, 0)).toEqual(["files-prod"]);
  expect((await cli(app.folder, ["state", "disarm", "--write"])).code).toBe(0);
  await app.deploy("pr-7", raw("media"));
  expect(deleted(app, 0)).toEqual(["files-prod"]);
}, 180_000);

const row = (kind: string, id: string, more: object = {}) =>
  JSON.stringify({ kind, id, status: "created", data: {}, props: {}, output: {}, ...more });
const pending = {
  "Symbol(alchemy::ResourceKind)": "cloudflare::R2Bucket",
  "Symbol(alchemy::ResourceID)": "files",
  name: "old-files",
};

function store(files: Readonly<Record<string, string>>): Folder {
  const folder = new Folder();
  for (const [path, text] of Object.entries(files)) folder.write(`.alchemy/${path}.json`, text);
  return folder;
}

const STORE = {
  "shop/prod": row(SCOPE, "prod"),
  "shop/prod/db": row("random::String", "db"),
  "shop/prod/web": row(SCOPE, "web"),
  "shop/prod/web/x": row("random::String", "x"),
  "shop/pr-1": row(SCOPE, "pr-1", { data: { pendingDeletions: [{ resource: pending }] } }),
  "shop/pr-1/files": row("random::String", "files"),
  "shop/pr-2": row(SCOPE, "pr-2", { data: { pendingDeletions: [], mine: 1 } }),
  "shop/pr-2/x": row("random::String", "x"),
  "shop/pr-3/x": row("random::String", "x"),
  "shop/empty": row(SCOPE, "empty"),
  "shop/root": row("random::String", "root"),
  "blog/feature:a": row(SCOPE, "feature/a"),
  "blog/feature/a/x": row("random::String", "x"),
};

interface Stage {
  app: string;
  stage: string;
}

async function listed(folder: Folder, ...args: string[]) {
  const ended = await cli(folder.path, ["state", "disarm", "--json", ...args]);
  expect(ended.error).toBe("");
  const out = JSON.parse(ended.out) as { stages: (Stage & Record<string, unknown>)[] };
  expectValid("state", out);
  return { code: ended.code, stages: out.stages };
}

describe("`state disarm`", () => {
  test("lists armed stages, and only those", async () => {
    using folder = store(STORE);
    const { code, stages } = await listed(folder);
    expect(code).toBe(1);
    expect(
      stages.map(({ app, stage, resources, action }) => [app, stage, resources, action]),
    ).toEqual([
      ["blog", "feature/a", 1, "disarm"],
      ["shop", "pr-1", 1, "blocked"],
      ["shop", "pr-2", 1, "blocked"],
      ["shop", "prod", 2, "disarm"],
    ]);
    expect(stages[0]?.file).toBe(".alchemy/blog/feature:a.json");
    expect(stages[1]).toMatchObject({ pending: ["old-files"], keys: [], backup: null });
    expect(stages[2]).toMatchObject({ pending: [], keys: ["mine"] });
  });

  test("leaves a row that Alchemy still needs, and says what to do", async () => {
    using folder = store(STORE);
    const ended = await cli(folder.path, ["state", "disarm", "--write"]);
    expect(ended).toMatchObject({ code: 1, error: "" });
    expect(ended.out).toContain("an unfinished deploy has to delete `old-files`");
    expect(ended.out).toContain(
      "help: disarm the other stages or import `@alch/blocks`, because the next deploy deletes them; then deploy stage `pr-1` again until it succeeds, then run this command again",
    );
    expect(ended.out).toContain("a program stored `mine` in it");
    expect(ended.out).toContain("✓ 2 stages disarmed");
    expect(ended.out).toContain("✗ 2 stages are armed");
    const { stages } = await listed(folder);
    expect(stages.map(({ stage }) => stage)).toEqual(["pr-1", "pr-2"]);
    expect(folder.read(".alchemy/shop/prod.json.disarmed")).toBe(STORE["shop/prod"]);
    expect(folder.read(".alchemy/shop/root.json")).toBe(STORE["shop/root"]);
  });

  test("takes one app and one stage, and keeps earlier backups", async () => {
    using folder = store(STORE);
    folder.write(".alchemy/shop/prod.json.disarmed", "earlier");
    expect((await listed(folder, "--app", "blog")).stages).toHaveLength(1);
    expect(await listed(folder, "--stage", "pr-3")).toEqual({ code: 0, stages: [] });
    const { code, stages } = await listed(folder, "--app", "shop", "--stage", "prod", "--write");
    expect(code).toBe(0);
    expect(stages[0]).toMatchObject({
      action: "disarmed",
      backup: ".alchemy/shop/prod.json.disarmed-2",
    });
    expect(folder.read(".alchemy/shop/prod.json.disarmed")).toBe("earlier");
  });

  const refused: [string[], string][] = [
    [[], "Usage: npx @alch/blocks state <command>"],
    [
      ["arm"],
      "error: unknown command `arm`\nhelp: did you mean `disarm`? see `npx @alch/blocks state --help`",
    ],
    [["disarm", "prod"], "error: `disarm` takes no argument"],
    [["disarm", "--state", "nowhere"], "error: there is no folder `nowhere`"],
    [["disarm"], "error: the state in"],
  ];

  test.each(refused)("%p ends with 2 and says why", async (args, message) => {
    using folder = store({ "shop/prod": "{" });
    const ended = await cli(folder.path, ["state", ...args]);
    expect(ended).toMatchObject({ code: 2, out: "" });
    expect(ended.error).toContain(message);
  });
});

describe("`check`", () => {
  const PROGRAM = `import alchemy from "alchemy";
import { Database } from "@alch/blocks";
const app = await alchemy("shop");
await Database("api");
await app.finalize();
`;
  const database = row("cloudflare::D1Database", "api", { output: { id: "1", name: "api-dev-x" } });

  test("finds armed stages of every app, whatever `--stage` says", async () => {
    using folder = store(STORE);
    folder.write("alchemy.run.ts", PROGRAM);
    const args = ["check", "--state", ".alchemy", "--stage", "pr-9", "--format"];
    const json = JSON.parse((await cli(folder.path, [...args, "json"])).out);
    expectValid("check", json);
    const told = json.findings.map((one: Record<string, string>) => [
      one.code,
      one.severity,
      one.file,
    ]);
    expect(told).toEqual([
      ["armed-stage", "warning", ".alchemy/blog/feature:a.json"],
      ["armed-stage", "warning", ".alchemy/shop/pr-1.json"],
      ["armed-stage", "warning", ".alchemy/shop/pr-2.json"],
      ["armed-stage", "warning", ".alchemy/shop/prod.json"],
    ]);
    expectSarif(JSON.parse((await cli(folder.path, [...args, "sarif"])).out));
    folder.write("alch-blocks.json", '{ "rules": { "armed-stage": "off" } }');
    expect((await cli(folder.path, [...args, "json"])).code).toBe(0);
  });

  test("finds a stage in the folder of another one's resource", async () => {
    using folder = store({ "shop/dev/api/api": database, "shop/dev:api": row(SCOPE, "dev/api") });
    folder.write("alchemy.run.ts", PROGRAM);
    const ended = await cli(folder.path, ["check", "--state", ".alchemy"]);
    expect(ended.out).toContain(
      "the state of stage `dev/api` is in the folder of `api` in stage `dev`: a deploy of either stage deletes resources of the other [nested-stage]",
    );
  });

  test("finds two programs of one app in two packages", async () => {
    using folder = new Folder();
    for (const name of ["web", "api"]) {
      folder.write(`${name}/package.json`, "{}");
      folder.write(`${name}/alchemy.run.ts`, PROGRAM.replace('"api"', `"${name}"`));
    }
    const ended = await cli(folder.path, ["check"]);
    expect(ended).toMatchObject({ code: 1, error: "" });
    expect(ended.out).toContain("two programs have the app `shop`");
    expect(ended.out).toContain("see api/alchemy.run.ts:3 [shared-app]");
    folder.write("package.json", "{}");
    for (const name of ["web", "api"])
      await Bun.file(join(folder.path, name, "package.json")).delete();
    expect((await cli(folder.path, ["check"])).out).not.toContain("shared-app");
  });
});
