/** The steps of pipelines that run commands, for the rule `implicit-stage`. Nothing in them is run. */
import { existsSync, readdirSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import type { Scalar } from "yaml";
import type { PipelineStep, Pipelines } from "../analyse/report.ts";
import { reasonOf } from "../problem.ts";
import { manifestIn } from "./packages.ts";
import { shown } from "./shown.ts";
import type { Trouble } from "./walk.ts";
import { packagesIn, workspaceOf } from "./workspaces.ts";
import { YamlFile } from "./yaml.ts";

const GITLAB = ".gitlab-ci.yml";
/** Whose name Alchemy takes on GitHub's runners. GitLab's have none that is always the same. */
const USER = "runner";

/** Reads the pipelines of the repository that `folder` is in. What cannot be read is added to `troubles`. */
export async function pipelinesOf(folder: string, troubles: Trouble[]): Promise<Pipelines> {
  const top = workspaceOf(folder);
  const pipelines: Pipelines = { here: from(top, folder), steps: [], scripts: {}, packages: {} };
  const paths = [...workflowsIn(join(top, ".github", "workflows")), join(top, GITLAB)];
  const found = paths.filter((path) => existsSync(path));
  if (found.length === 0) return pipelines;
  const reader = new Reader(await import("yaml"), top, folder, troubles);
  pipelines.steps = found.flatMap((path) => reader.stepsIn(path));
  if (pipelines.steps.length === 0) return pipelines;
  const packages = await packagesIn(top);
  for (const [name, place] of packages) pipelines.packages[name] = from(top, place);
  pipelines.scripts = scriptsIn(top, pipelines.steps, packages.values());
  return pipelines;
}

function workflowsIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
  return files.sort().map((name) => join(folder, name));
}

/** What a step is in. */
interface Around {
  variables: string[];
  folder: string | undefined;
  /** What may give the stage to later steps. */
  earlier: string[];
  /** The actions that the job has used, with the stage that they got: each of them is read once. */
  used: Set<string>;
}

/** The variables that may give a stage. */
const STAGES = ["STAGE", "ALCHEMY_STAGE"];

class Reader {
  /** The local actions that were read. */
  readonly #actions = new Map<string, YamlFile | undefined>();

  constructor(
    readonly yaml: typeof import("yaml"),
    /** The folder of the repository. */
    readonly top: string,
    /** The folder that names of files count from. */
    readonly folder: string,
    readonly troubles: Trouble[],
  ) {}

  stepsIn(path: string): PipelineStep[] {
    const file = this.#read(path);
    if (file === undefined) return [];
    return path.endsWith(GITLAB) ? this.#jobsOfGitLab(file) : this.#jobsOfGitHub(file);
  }

  #read(path: string): YamlFile | undefined {
    try {
      return new YamlFile(this.yaml, path);
    } catch (error) {
      this.troubles.push({ path, reason: reasonOf(error) });
      return undefined;
    }
  }

  #jobsOfGitHub(file: YamlFile): PipelineStep[] {
    return file.roots.flatMap((root) => {
      const whole = this.#inside(file, root, this.#around([]));
      return file.values(file.get(root, "jobs")).flatMap((job) => {
        const around = this.#inside(file, job, { ...whole, earlier: [], used: new Set() });
        return this.#stepsOfGitHub(file, file.get(job, "steps"), around);
      });
    });
  }

  #stepsOfGitHub(file: YamlFile, steps: unknown, around: Around): PipelineStep[] {
    return file.list(steps).flatMap((node) => {
      const own = this.#inside(file, node, around, "working-directory");
      const uses = file.text(file.get(node, "uses"))?.value;
      if (uses !== undefined) return this.#action(uses, { ...own, folder: this.top });
      const run = file.text(file.get(node, "run"));
      if (run === undefined) return [];
      const found = { ...this.#step(file, run, own), user: USER };
      note(around.earlier, run.value);
      return [found];
    });
  }

  /** The steps of a composite action of the same repository. They have the variables of who uses it. */
  #action(uses: string, around: Around): PipelineStep[] {
    const place = uses.startsWith("./") ? entered(this.top, uses) : undefined;
    const names = ["action.yml", "action.yaml"].map((name) => join(place ?? "", name));
    const path = place && names.find((name) => existsSync(name));
    if (!path) return [];
    const given = STAGES.filter((name) => around.variables.includes(name));
    const use = [path, ...given].join("\n");
    if (around.used.has(use)) return [];
    around.used.add(use);
    if (!this.#actions.has(path)) this.#actions.set(path, this.#read(path));
    const file = this.#actions.get(path);
    const steps = file?.get(file.get(file.roots[0], "runs"), "steps");
    return file === undefined ? [] : this.#stepsOfGitHub(file, steps, around);
  }

  #around(variables: string[]): Around {
    return { variables, folder: this.top, earlier: [], used: new Set() };
  }

  /** What a workflow, a job or a step adds to what is around it. */
  #inside(file: YamlFile, node: unknown, around: Around, key?: string): Around {
    const defaults = file.get(file.get(node, "defaults"), "run");
    const place = file.get(key === undefined ? defaults : node, "working-directory");
    const to = file.text(place)?.value;
    return {
      ...around,
      variables: [...around.variables, ...file.keys(file.get(node, "env"))],
      folder: to === undefined ? around.folder : entered(this.top, to),
    };
  }

  /** GitLab merges jobs from many places, so a variable of one job counts for all. */
  #jobsOfGitLab(file: YamlFile): PipelineStep[] {
    const jobs = file.roots.flatMap((root) => [root, ...file.values(root)]);
    const variables = jobs.flatMap((job) => file.keys(file.get(job, "variables")));
    return jobs.flatMap((job) => {
      const around = this.#around(variables);
      return SCRIPTS.flatMap((key) => file.list(file.get(job, key))).flatMap((node) => {
        const run = file.text(node);
        if (run === undefined) return [];
        const step = this.#step(file, run, around);
        note(around.earlier, run.value);
        return [step];
      });
    });
  }

  #step(file: YamlFile, run: Scalar<string>, around: Around): PipelineStep {
    const line = file.lineOf(run);
    const isBlock = file.isBlock(run);
    return {
      file: shown(file.path, this.folder),
      line: isBlock ? line + 1 : line,
      isBlock,
      folder: around.folder === undefined ? null : from(this.top, around.folder),
      variables: [...around.variables],
      before: isBlock ? [] : file.above(line),
      lines: run.value.replace(/\n$/, "").split("\n"),
      earlier: [...around.earlier],
    };
  }
}

const SCRIPTS = ["before_script", "script", "after_script"];

/** Each directory counts from the top of the repository; an expression is known only to GitHub. */
function entered(top: string, to: string): string | undefined {
  const path = resolve(top, to);
  const isInside = path === top || path.startsWith(top + sep);
  return to.includes("${{") || !isInside ? undefined : path;
}

/** Notes what may give the stage to later steps, once. Each step gets a copy of all that is noted. */
function note(earlier: string[], command: string): void {
  if (command.includes("STAGE=") && !earlier.includes(command)) earlier.push(command);
}

/** A folder as seen from the top of the repository, which is empty. */
function from(top: string, path: string): string {
  return path === top ? "" : shown(path, top);
}

/** The scripts of every package that a step may run. */
function scriptsIn(top: string, steps: readonly PipelineStep[], packages: Iterable<string>) {
  const scripts: Pipelines["scripts"] = {};
  for (const place of new Set([...placesOf(steps, top), ...packages])) {
    if (relative(top, place).startsWith("..")) continue;
    const own = manifestIn(place)?.scripts;
    if (typeof own !== "object" || own === null) continue;
    const texts = Object.entries(own).filter((one): one is [string, string] => {
      return typeof one[1] === "string";
    });
    scripts[from(top, place)] = Object.fromEntries(texts);
  }
  return scripts;
}

/** `cd`, and the options of package managers that run something in another folder. */
const ENTERED = /(\bcd|--cwd|--prefix|-C)[\s=]+["']?([^\s"';&|)]+)/g;

/** The folders of the steps, and those that commands name in them. */
function placesOf(steps: readonly PipelineStep[], top: string): Set<string> {
  const places = new Set<string>();
  for (const step of steps) {
    if (step.folder === null) continue;
    let at = resolve(top, step.folder);
    places.add(at);
    for (const [, by, to = ""] of step.lines.join("\n").matchAll(ENTERED)) {
      const place = resolve(at, to);
      if (by === "cd") at = place;
      places.add(place);
    }
  }
  return places;
}
