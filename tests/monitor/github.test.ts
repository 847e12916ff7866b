/** A run in a workflow of GitHub: what it tells there, and the issues it keeps. */
import { expect, test } from "bun:test";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cli, Folder } from "../cli/cli.ts";
import { GitHub, TOKEN } from "../github/server.ts";
import { App, program } from "../support/program.ts";
import { run } from "./monitor.ts";

/** A row of the file store. */
function row(id: string, name: string): string {
  const kind = "cloudflare::D1Database";
  const output = { id: "a-b-c", name, type: "d1" };
  return JSON.stringify({ kind, id, status: "created", data: {}, props: {}, output });
}

test("findings reach GitHub and have an issue, until they are gone", async () => {
  await using github = new GitHub();
  using folder = new Folder();
  folder.write("summary.md", "");
  const { repository, baseUrl = "" } = github.target;
  const env = {
    GITHUB_ACTIONS: "true",
    GITHUB_STEP_SUMMARY: `${folder.path}/summary.md`,
    GITHUB_REPOSITORY: repository,
    GITHUB_API_URL: baseUrl,
    GITHUB_TOKEN: TOKEN,
  };
  const args = ["monitor", "--offline", "--metrics", "metrics", "--github-issue", "--json"];
  const run = () => cli(folder.path, args, { runtime: "Bun", env });

  folder.write(".alchemy/shop/prod/db.json", row("db", "db-prod"));
  folder.write(".alchemy/shop/pr-1/db.json", row("db", "db-prod"));
  const found = await run();
  expect(found.code).toBe(1);
  expect(JSON.parse(found.out).findings).toHaveLength(1);
  expect(found.error).toContain("::error");
  expect(found.error).toContain("issues: 1 opened");
  expect(github.issues).toMatchObject([{ state: "open", title: "collision: database db-prod" }]);
  expect(folder.read("summary.md")).toContain("db-prod");
  expect(folder.read("metrics/dashboard.html")).toContain("db-prod");

  expect((await run()).error).toContain("issues: 0 opened");
  expect(github.issues).toHaveLength(1);

  folder.write(".alchemy/shop/pr-1/db.json", row("db", "db-pr-1"));
  const clean = await run();
  expect(clean).toMatchObject({ code: 0 });
  // Without a look at the account nothing is known to be gone.
  expect(github.issues).toMatchObject([{ state: "open" }]);
  for (const text of [found.out, found.error, clean.error, folder.read("summary.md")]) {
    expect(text).not.toContain(TOKEN);
  }
});

test("what was left out keeps its issues, and everything else does not", async () => {
  await using github = new GitHub();
  await using app = await App.start();
  const { repository, baseUrl = "" } = github.target;
  const env = { GITHUB_REPOSITORY: repository, GITHUB_API_URL: baseUrl, GITHUB_TOKEN: TOKEN };
  const look = async (...args: string[]) =>
    (await run(app, ["--github-issue", ...args], { env })).error;
  const open = () => github.open.map(({ title }) => title).sort();
  const of = (stage: string) => join(app.folder, ".alchemy", "shop", stage);

  await app.deploy("prod", program(`await Database("db", {}); await Bucket("files", {});`));
  cpSync(of("prod"), of("pr-1"), { recursive: true });
  expect(await look()).toContain("issues: 2 opened");
  expect(open()).toEqual(["drift: bucket files-prod", "drift: database db-prod"]);

  rmSync(of("pr-1"), { recursive: true });
  // A part of a kind counts for the whole of it.
  expect(await look("--without", "bucket:eu")).toContain("1 closed");
  expect(open()).toEqual(["drift: bucket files-prod"]);
  expect(await look()).toContain("1 closed");
  expect(open()).toEqual([]);
});

test("without the repository it says what is missing", async () => {
  using folder = new Folder();
  folder.write(".alchemy/shop/prod/db.json", row("db", "db-prod"));
  const env = { GITHUB_REPOSITORY: "", GITHUB_TOKEN: TOKEN };
  const ended = await cli(folder.path, ["monitor", "--offline", "--github-issue"], {
    runtime: "Bun",
    env,
  });
  expect(ended.code).toBe(2);
  expect(ended.error).toContain("set `GITHUB_REPOSITORY` to `owner/name`");
});
