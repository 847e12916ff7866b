/** `urls`, after real deploys. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { GitHub, STRANGER, TOKEN } from "../github/server.ts";
import { App, program, SCRIPT } from "../support/program.ts";
import { cli, Folder } from "./cli.ts";

const script = JSON.stringify(SCRIPT);
const PROGRAM = program(`
await raw.Worker("api", { name: blocks.physicalName("worker", "shop-api", stage), script: ${script}, url: true });
await raw.Worker("jobs", { name: blocks.physicalName("worker", "shop-jobs", stage), script: ${script}, url: false });
await alchemy.run("admin", () => raw.Worker("api", { name: blocks.physicalName("worker", "shop-admin", stage), script: ${script}, url: true }));`);

let app: App;
let url: (name: string) => string;
beforeAll(async () => {
  app = await App.start();
  await app.deploy("pr-7", PROGRAM);
  await app.deploy("pr-71", PROGRAM);
  const row = JSON.parse(
    await readFile(join(app.folder, ".alchemy", "shop", "pr-7", "api.json"), "utf8"),
  );
  const known: string = row.output.url;
  url = (name) => known.replace("shop-api-pr-7", name);
}, 60_000);
afterAll(() => app[Symbol.asyncDispose]());

const urls = (args: readonly string[], env: Record<string, string> = {}) =>
  cli(app.folder, ["urls", ...args], { env });

test("the Workers of the stage and of no other", async () => {
  const { code, out, error } = await urls(["--stage", "pr-7"]);
  expect({ code, error }).toEqual({ code: 0, error: "" });
  expect(out.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
    ["app", "Worker", "URL"],
    ["shop", "admin/api", `${new URL(url("shop-admin-pr-7")).href}`],
    ["shop", "api", `${new URL(url("shop-api-pr-7")).href}`],
    ["shop", "jobs", "no URL"],
    [""],
  ]);
});

test("a stage that is not there", async () => {
  const { code, out } = await urls(["--stage", "pr-8\x1b[2J"]);
  expect({ code, out }).toEqual({
    code: 0,
    out: "no Worker of stage `pr-8\\u{1b}[2J` is deployed\n",
  });
});

test("for GitLab, the first one as a variable", async () => {
  using folder = new Folder();
  const file = join(folder.path, "preview.env");
  await urls(["--stage", "pr-7", "--dotenv", file]);
  expect(folder.read("preview.env")).toBe(`PREVIEW_URL=${new URL(url("shop-admin-pr-7")).href}\n`);
});

test("one comment on the pull request, kept up to date; a stranger's stays", async () => {
  await using github = new GitHub();
  for (let at = 0; at < 7; at++) github.plant({ pull_request: {} });
  const env = {
    GITHUB_TOKEN: TOKEN,
    GITHUB_REPOSITORY: github.repository,
    GITHUB_API_URL: github.url,
  };
  const mark = `<!-- alch-blocks preview ${Buffer.from("pr-7").toString("hex")} -->`;
  const planted = { id: 1, issue: 7, body: `${mark}\nmine`, user: STRANGER };
  github.comments.push({ ...planted, author_association: "NONE" });
  const args = ["--stage", "pr-7", "--github-comment", "7"];
  expect(await urls(args, env)).toMatchObject({ code: 0, error: "" });
  const [first, second, ...more] = github.commentsOf(7);
  expect(first).toBe(`${mark}\nmine`);
  expect(more).toEqual([]);
  expect(second).toStartWith(`${mark}\nThe preview \`pr-7\` is deployed.`);
  expect(second).toContain(`| \`shop\` | \`api\` | <${new URL(url("shop-api-pr-7")).href}> |`);

  const before = github.writes;
  await urls(args, env);
  expect(github.writes).toBe(before);

  await rm(join(app.folder, ".alchemy", "shop", "pr-7"), { recursive: true });
  await urls(args, env);
  expect(github.commentsOf(7)[1]).toBe(`${mark}\nThe preview \`pr-7\` is destroyed.\n`);
  // What never had a comment gets none.
  await urls(["--stage", "pr-8", "--github-comment", "6"], env);
  expect(github.commentsOf(6)).toEqual([]);
  expect(github.misuse).toEqual([]);

  github.faults.push({ method: "GET", path: /comments/, times: 1, status: 403 });
  const refused = await urls(args, env);
  expect(refused.code).toBe(2);
  expect(refused.error).toContain("`permissions: pull-requests: write`");
  expect(refused.error).not.toContain(TOKEN);
}, 30_000);

test.each([
  [["--stage", "pr-7", "--github-comment", "0"], "`--github-comment` cannot be `0`"],
  [["--stage", "pr-7", "--github-comment", "7"], "`--github-comment` needs to know the repository"],
  [[], "`urls` needs a stage"],
  [["--stage", "pr-7", "--state", "nowhere"], "nowhere"],
])("cannot run: %p", async (args, message) => {
  const { code, error } = await urls(args);
  expect(code).toBe(2);
  expect(error).toContain(message);
});

test("a program that cannot start is said with what it needs", async () => {
  using folder = new Folder();
  const program = `import * as Alchemy from "alchemy";
import * as Effect from "effect/Effect";
export default Alchemy.Stack("shop", {}, Effect.void);
`;
  folder.write("alchemy.run.ts", program);
  const args = ["urls", "--stage", "pr-7", "--state-store", "alchemy.run.ts"];
  const { code, error } = await cli(folder.path, args);
  expect(code).toBe(2);
  expect(error).toContain(
    "error: the state in `alchemy.run.ts` cannot be read: there is no Alchemy 2",
  );
  expect(error).toContain("help: install a version that is known beside the program");
});
