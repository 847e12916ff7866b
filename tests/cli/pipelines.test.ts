/** The rule `implicit-stage`: deploys in workflows and pipelines that name no stage. */
import { expect, test } from "bun:test";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { cli, Folder } from "./cli.ts";

const V2 = `import * as Alchemy from "alchemy";
import * as Effect from "effect/Effect";
export default Alchemy.Stack("shop", {}, Effect.gen(function* () {}));
`;
const V0 = `import alchemy from "alchemy";
const app = await alchemy("shop");
await app.finalize();
`;

const WORKFLOW = `name: Deploy
on: push
env: { CI_TOKEN: x }
jobs:
  main:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: npx alchemy deploy --yes
      - name: Two at once
        run: |
          npm ci

          npm run ship   # by the script
          npx alchemy deploy --stage prod
      - run: npx alchemy destroy
        working-directory: apps/web
      # alch-blocks-disable-next-line implicit-stage: it is deleted at night
      - run: npx alchemy deploy
  given:
    runs-on: ubuntu-latest
    env:
      ALCHEMY_STAGE: pr-\${{ github.event.number }}
    steps:
      - run: npx alchemy deploy
  old:
    runs-on: ubuntu-latest
    steps:
      - { run: npx alchemy deploy, env: { STAGE: prod } }
`;

const GITLAB = `stages: [deploy]
deploy:
  script:
    - npm ci
    - npx alchemy deploy
`;

function project(files: Record<string, string>): Folder {
  const folder = new Folder();
  // The top of the repository: what is above is of nobody's.
  mkdirSync(join(folder.path, ".git"));
  for (const [name, text] of Object.entries(files)) folder.write(name, text);
  return folder;
}

async function found(folder: Folder, from = ".") {
  const { code, out, error } = await cli(join(folder.path, from), ["check", "--json"]);
  const findings = JSON.parse(out).findings as Record<string, string>[];
  const own = findings.filter((one) => one.code === "implicit-stage");
  return { code, error, said: own.map((one) => `${one.file}:${one.line} ${one.message}`), own };
}

const SCRIPTS = JSON.stringify({ scripts: { ship: "tsc && alchemy deploy" } });

test("steps of a workflow are found, with what Alchemy 2 would take", async () => {
  using folder = project({
    "alchemy.run.ts": V2,
    "package.json": SCRIPTS,
    "apps/web/alchemy.run.ts": V2,
    ".github/workflows/deploy.yml": WORKFLOW,
  });
  const { code, error, said, own } = await found(folder);
  const at = (line: number, what: string, to = "deploy to") =>
    `.github/workflows/deploy.yml:${line} ${what} has no stage here: it would ${to} \`live_runner\``;
  expect(said).toEqual([
    at(9, "`alchemy deploy`"),
    at(14, "`alchemy deploy` of the script `ship`"),
    at(16, "`alchemy destroy`", "destroy"),
    at(29, "`alchemy deploy`"),
  ]);
  expect({ code, error }).toEqual({ code: 1, error: "" });
  expect(own.at(-1)?.help).toContain("Alchemy 2 does not read `STAGE`");
});

test("folders count from the top of the repository", async () => {
  const steps = [
    "run: cd apps/web && npm run ship",
    "{ run: npx alchemy deploy, working-directory: apps/web }",
    "{ run: npx alchemy deploy, working-directory: apps/api }",
  ];
  using folder = project({
    "apps/web/alchemy.run.ts": V2,
    "apps/web/package.json": SCRIPTS,
    "apps/api/alchemy.run.ts": V0,
    ".github/workflows/all.yml": `jobs:\n  x:\n    steps:\n${steps.map((one) => `      - ${one}\n`).join("")}`,
  });
  const ends = (said: string[]) =>
    said.map((one) => `${one.split(" ")[0]} ${one.split(" ").at(-1)}`);
  const file = ".github/workflows/all.yml";
  expect(ends((await found(folder)).said)).toEqual([
    `${file}:4 \`live_runner\``,
    `${file}:5 \`live_runner\``,
    `${file}:6 \`runner\``,
  ]);
  const { said } = await found(folder, "apps/web");
  expect(said).toHaveLength(2);
  expect(said[0]).toStartWith(`../../${file}:4 \`alchemy deploy\` of the script \`ship\``);
});

test("Alchemy 0.94 reads `STAGE`, and takes the name of the user itself", async () => {
  using folder = project({
    "alchemy.run.ts": V0,
    "apps/web/alchemy.run.ts": V0,
    "package.json": SCRIPTS,
    ".github/workflows/deploy.yaml": WORKFLOW,
    ".gitlab-ci.yml": GITLAB,
  });
  const { said } = await found(folder);
  expect(said.map((one) => one.split(" ")[0])).toEqual([
    ".github/workflows/deploy.yaml:9",
    ".github/workflows/deploy.yaml:14",
    ".github/workflows/deploy.yaml:16",
    ".gitlab-ci.yml:5",
  ]);
  expect(said[0]).toEndWith("it would deploy to `runner`");
  expect(said[3]).toEndWith("it would deploy to a stage named after the user that runs it");
});

test("what is in a file is neither run nor obeyed by a terminal", async () => {
  const strange = "- run: 'touch hit; bun ./\u001b[31m/alchemy.run.ts $(touch hit)'";
  using folder = project({
    "alchemy.run.ts": V0,
    ".github/workflows/a.yml": `jobs:\n  x:\n    steps:\n      ${strange}\n`,
    ".github/workflows/b.yml": "jobs: [\n  : : {",
    ".github/workflows/c.yml": "jobs: { x: { steps: { run: alchemy deploy } }, y: 3, z: [1] }",
    ".github/workflows/d.yml": "a: &a [*a, *a]\njobs: *a\n",
  });
  const { out, error } = await cli(folder.path, ["check"]);
  expect(out).toContain("implicit-stage");
  expect(out + error).not.toContain("\u001b[31m");
  expect(existsSync(join(folder.path, "hit"))).toBe(false);
});

test("a file with very many steps and aliases is read in one pass", async () => {
  const steps = "      - run: npx alchemy deploy\n".repeat(10_000);
  const jobs = Array.from({ length: 10_000 }, (_, at) => `  j${at}: { steps: *all }\n`).join("");
  const workflow = `jobs:\n  main:\n    steps:\n${steps}`;
  const aliases = `all: &all [{ run: npx alchemy deploy }]\njobs:\n${jobs}`;
  using folder = project({
    "alchemy.run.ts": V2,
    ".github/workflows/aliases.yml": aliases,
    ".github/workflows/steps.yml": workflow,
  });
  const { out, error } = await cli(folder.path, ["check", "--json"]);
  expect(error).toBe("");
  expect(JSON.parse(out).findings.length).toBeGreaterThanOrEqual(10_000);
}, 30_000);

test("every document of a file is read, and what `<<` merges", async () => {
  using folder = project({
    "alchemy.run.ts": V2,
    ".gitlab-ci.yml": `spec: { inputs: {} }
---
.shared: { variables: &stage { ALCHEMY_STAGE: prod } }
deploy:
  script: [npx alchemy deploy]
`,
    "apps/web/alchemy.run.ts": V2,
    ".github/workflows/a.yml": `x: &given { env: { ALCHEMY_STAGE: prod } }
y: &ship { run: npx alchemy destroy }
z: &round { <<: *round, run: npx alchemy deploy }
jobs:
  one:
    steps:
      - { <<: *given, run: npx alchemy deploy }
      - { <<: [*ship, *given] }
      - *round
`,
  });
  const { said } = await found(folder);
  expect(said.map((one) => one.split(" ")[0])).toEqual([".github/workflows/a.yml:3"]);
  folder.write(".gitlab-ci.yml", "x: 1\n---\ndeploy:\n  script: [npx alchemy deploy]\n");
  expect((await found(folder)).said.map((one) => one.split(" ")[0])).toContain(".gitlab-ci.yml:4");
});

const ACTION = `runs:
  using: composite
  steps:
    - { run: npx alchemy deploy, shell: bash }
    - uses: ./actions/ship
`;

test("local actions and workflows are followed, with the stage that they get", async () => {
  const job = (...steps: string[]) =>
    `    steps:\n${steps.map((one) => `      - ${one}\n`).join("")}`;
  const uses = "uses: ./actions/ship";
  const given = `  given:\n    env: { ALCHEMY_STAGE: prod }\n${job(uses)}`;
  const set = `  set:\n${job('run: echo "ALCHEMY_STAGE=x" >> $GITHUB_ENV', uses)}`;
  using folder = project({
    "alchemy.run.ts": V2,
    "actions/ship/action.yml": ACTION,
    ".github/workflows/a.yml": `jobs:\n${given}${set}  called: { uses: ./.github/workflows/b.yml }\n`,
    ".github/workflows/b.yml": `on: workflow_call\njobs:\n  x:\n${job("run: npx alchemy destroy")}`,
  });
  const places = async () => (await found(folder)).said.map((one) => one.split(" ")[0]);
  expect(await places()).toEqual([".github/workflows/b.yml:5"]);
  folder.write(".github/workflows/c.yml", `jobs:\n  x:\n${job(uses, "uses: ./../out")}`);
  expect(await places()).toEqual([".github/workflows/b.yml:5", "actions/ship/action.yml:4"]);
});

test("a step runs the script of a package that it names", async () => {
  const runs = [
    "pnpm --filter web run ship",
    "npx turbo run ship",
    "npm --prefix infra run ship",
    "npm run ship -w apps/api",
  ];
  using folder = project({
    "package.json": JSON.stringify({ workspaces: ["apps/*"] }),
    "apps/web/package.json": JSON.stringify({ name: "web", scripts: { ship: "alchemy deploy" } }),
    "apps/web/alchemy.run.ts": V2,
    "apps/api/package.json": JSON.stringify({ name: "api", scripts: { ship: "alchemy destroy" } }),
    "apps/api/alchemy.run.ts": V0,
    "infra/package.json": SCRIPTS,
    "infra/alchemy.run.ts": V2,
    ".github/workflows/a.yml": `jobs:\n  x:\n    steps:\n${runs.map((run) => `      - run: ${run}\n`).join("")}`,
  });
  const deploys = (to: string) =>
    `\`alchemy deploy\` of the script \`ship\` has no stage here: it would deploy to \`${to}\``;
  const destroys =
    "`alchemy destroy` of the script `ship` has no stage here: it would destroy `runner`";
  const { said } = await found(folder);
  expect(said.map((one) => one.replace(".github/workflows/a.yml:", ""))).toEqual([
    `4 ${deploys("live_runner")}`,
    `5 ${deploys("live_runner")}`,
    `5 ${destroys}`,
    `6 ${deploys("live_runner")}`,
    `7 ${destroys}`,
  ]);
});
