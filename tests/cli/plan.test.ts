/** `plan` and `check` say what they cannot tell, and what they do not look at. */
import { expect, test } from "bun:test";
import { cli, Folder } from "./cli.ts";
import { expectSarif, expectValid } from "./schemas.ts";

const UNMODELLED = `import alchemy from "alchemy";
import { D1Database, AiSearch } from "alchemy/cloudflare";
const app = await alchemy("shop");
await AiSearch("docs", { name: "docs", dimensions: 3, metric: "cosine" });
`;
const REST = "is not checked: see that its name is unique";

test("what no kind models is said, and fails nothing", async () => {
  using folder = new Folder();
  folder.write("alchemy.run.ts", UNMODELLED);
  const check = await cli(folder.path, ["check"]);
  expect(check).toMatchObject({ code: 0, error: "" });
  expect(check.out).toContain(
    `alchemy.run.ts:4:7: info: \`AiSearch\` \`docs\` ${REST} [unmodelled]`,
  );
  expect(check.out).toContain("! 1 info in 1 file; looked at 0 declarations in 1 file");
  expect((await cli(folder.path, ["check", "--fail-on", "info"])).code).toBe(1);

  const json = JSON.parse((await cli(folder.path, ["check", "--json"])).out);
  expectValid("check", json);
  expect(json.findings).toMatchObject([{ code: "unmodelled", severity: "info", line: 4 }]);
  const sarif = JSON.parse((await cli(folder.path, ["check", "--format", "sarif"])).out);
  expectSarif(sarif);
  expect(sarif.runs[0].results).toMatchObject([{ ruleId: "unmodelled", level: "note" }]);
});

test("a plan says what it leaves out", async () => {
  using folder = new Folder();
  folder.write("alchemy.run.ts", UNMODELLED);
  const only = await cli(folder.path, ["plan", "--stage", "prod"]);
  expect(only).toMatchObject({ code: 0, error: "" });
  expect(only.out).toBe(
    `info  alchemy.run.ts:4  \`AiSearch\` \`docs\` ${REST}\n\n0 resources in 1 file; 1 more is not looked at\n`,
  );
  folder.write("alchemy.run.ts", `${UNMODELLED}await D1Database("db");\nawait AiSearch("b", {});`);
  const more = await cli(folder.path, ["plan", "--stage", "prod"]);
  expect(more.out).toContain("shop-db-prod");
  expect(more.out).toContain("1 resource in 1 file; 2 more are not looked at");
  const json = JSON.parse((await cli(folder.path, ["plan", "--stage", "prod", "--json"])).out);
  expectValid("plan", json);
  expect(json.unmodelled).toEqual([
    { message: `\`AiSearch\` \`docs\` ${REST}`, file: "alchemy.run.ts", line: 4 },
    { message: `\`AiSearch\` \`b\` ${REST}`, file: "alchemy.run.ts", line: 6 },
  ]);
});

const HOSTS = `import alchemy from "alchemy";
import { CustomDomain, Worker } from "alchemy/cloudflare";
import { Domain, Route } from "@alch/blocks";
const app = await alchemy("shop");
const api = await Worker("api", { name: \`api-\${app.stage}\`, routes: ["old.example.com/*"] });
await Domain("app.example.com", { worker: api });
await Route("app.example.com/api/*", { worker: api });
await CustomDomain("docs", { name: process.env.DOCS, workerName: "docs" });
`;

test("a plan has the hostnames of each stage and the scripts that they lead to", async () => {
  using folder = new Folder();
  folder.write("alchemy.run.ts", HOSTS);
  const plan = (...args: string[]) => cli(folder.path, ["plan", "--stage", "prod", ...args]);
  const { out } = await plan("--stage", "pr-7");
  expect(out).toContain(`
  type    id                     in prod                leads to  in pr-7                     leads to  place
  route   old.example.com/*      old.example.com/*      api-prod  old.example.com/*           api-pr-7  alchemy.run.ts:5
  domain  app.example.com        app.example.com        api-prod  app-pr-7.example.com        api-pr-7  alchemy.run.ts:6
  route   app.example.com/api/*  app.example.com/api/*  api-prod  app-pr-7.example.com/api/*  api-pr-7  alchemy.run.ts:7
  domain  docs                   undecided              –         undecided                   –         alchemy.run.ts:8

undecided  alchemy.run.ts:8  domain docs: it depends on the variable \`DOCS\`

1 resource, 2 domains and 2 routes in 1 file
`);
  const { out: one } = await plan();
  expect(one).toContain("type    id                     hostname               leads to  place\n");
  const json = JSON.parse((await plan("--stage", "pr-7", "--json")).out);
  expectValid("plan", json);
  expect(json.stages[1].hosts[1]).toEqual({
    type: "domain",
    id: "app.example.com",
    base: "app.example.com",
    name: "app-pr-7.example.com",
    script: "api-pr-7",
    file: "alchemy.run.ts",
    line: 6,
  });
  expect(json.stages[0].hosts[3]).toMatchObject({ id: "docs", name: null, script: null });
  const checked = JSON.parse((await cli(folder.path, ["check", "--json"])).out);
  expectValid("check", checked);
  const codes = checked.findings.map((one: { code: string; line: number }) => [one.line, one.code]);
  expect(codes).toEqual([
    [5, "fixed-host"],
    [8, "raw-resource"],
    [8, "undecided"],
  ]);
  expectSarif(JSON.parse((await cli(folder.path, ["check", "--format", "sarif"])).out));
  folder.write(
    "alchemy.run.ts",
    `${HOSTS.split("\n").slice(0, 4).join("\n")}
await Domain("app.example.com", { worker: "api" });`,
  );
  expect((await plan()).out).toContain("0 resources and 1 domain in 1 file");
  expect((await cli(folder.path, ["check"])).out).toContain("no findings: 1 declaration in 1 file");
});

test("a table that goes to a pipe has a width that a log can show", async () => {
  using folder = new Folder();
  const kinds = ["Database", "Bucket", "Queue"];
  const blocks = kinds.map((kind) => `await ${kind}("my-shop-${kind.toLowerCase()}");`);
  folder.write("alchemy.run.ts", `import { ${kinds} } from "@alch/blocks";\n${blocks.join("\n")}`);
  const widest = async (stages: string) => {
    const { out } = await cli(folder.path, ["plan", "--stage", stages]);
    return { out, width: Math.max(...out.split("\n").map((line) => line.length)) };
  };
  const many = await widest("prod,staging,dev,pr-1,pr-2,pr-3,pr-4");
  expect(many.width).toBeLessThanOrEqual(120);
  expect(many.out).toMatch(/^ +pr-4 +my-shop-queue-pr-4 +18\/63$/m);
  // Two stages stay side by side.
  expect((await widest("prod,dev")).out).toMatch(/in prod +in dev/);
});

test("an app that passes over `--stage` has no name for it", async () => {
  using folder = new Folder();
  const program = (stage: string) => `import alchemy from "alchemy";
import { D1Database } from "alchemy/cloudflare";
const app = await alchemy("x", { stage: ${stage} });
await D1Database("db");
`;
  const plan = async (stage: string) => {
    folder.write("alchemy.run.ts", program(stage));
    return (await cli(folder.path, ["plan", "--stage", "pr-7"])).out;
  };
  const says = "the stage of its app does not follow `--stage`:";
  const variable = await plan('process.env.STAGE ?? "prod"');
  expect(variable).not.toContain("x-db-");
  expect(variable).toContain(`database db: ${says} it depends on the variable \`STAGE\``);
  expect(await plan("undefined")).toContain(`${says} Alchemy takes the name of the user`);
  expect(await plan('"prod"')).toContain("x-db-prod");
});

test("a stage that Alchemy 2 refuses is said, and the plan fails", async () => {
  using folder = new Folder();
  const program = `import * as Alchemy from "alchemy";
import { Database } from "@alch/blocks/v2";
export default Alchemy.Stack("shop", {}, Database("db"));
`;
  folder.write("alchemy.run.ts", program);
  const reason =
    "Alchemy 2 refuses the stage `feature/login`: it takes letters, digits, `-` and `_`";
  const both = await cli(folder.path, ["plan", "--stage", "prod,feature/login"]);
  expect(both.code).toBe(2);
  expect(both.error).toBe(
    `error: ${reason}\nhelp: give \`alchemy.run.ts\` another stage, such as \`feature-login\`\n`,
  );
  expect(both.out).toContain("db-prod");
  expect(both.out).not.toContain("db-feature");
  expect((await cli(folder.path, ["plan", "--stage", "feature_login"])).code).toBe(0);
  // 0.94 takes it.
  folder.write("alchemy.run.ts", UNMODELLED);
  expect((await cli(folder.path, ["plan", "--stage", "feature/login"])).code).toBe(0);
});
