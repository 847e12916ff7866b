/** The steps of pipelines that run commands, for the rule `implicit-stage`. Nothing in them is run. */
import { existsSync, readdirSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import type { Document, LineCounter, Scalar, YAMLMap } from "yaml";
import type { PipelineStep, Pipelines } from "../analyse/report.ts";
import { reasonOf } from "../problem.ts";
import { manifestIn } from "./packages.ts";
import { readBytes } from "./read.ts";
import { shown } from "./shown.ts";
import type { Trouble } from "./walk.ts";
import { workspaceOf } from "./workspaces.ts";

const GITLAB = ".gitlab-ci.yml";
/** Whose name Alchemy takes on GitHub's runners. GitLab's have none that is always the same. */
const USER = "runner";

/** Reads the pipelines of the repository that `folder` is in. What cannot be read is added to `troubles`. */
export async function pipelinesOf(folder: string, troubles: Trouble[]): Promise<Pipelines> {
  const top = workspaceOf(folder);
  const paths = [...workflowsIn(join(top, ".github", "workflows")), join(top, GITLAB)];
  const found = paths.filter((path) => existsSync(path));
  const pipelines: Pipelines = { here: from(top, folder), steps: [], scripts: {} };
  if (found.length === 0) return pipelines;
  const yaml = await import("yaml");
  for (const path of found) {
    try {
      const text = readBytes(path).toString();
      const lines = new yaml.LineCounter();
      const document = yaml.parseDocument(text, {
        lineCounter: lines,
        prettyErrors: false,
        // The library compares each key with each other.
        uniqueKeys: false,
      });
      const file = { path, text: text.split("\n"), lines, document, yaml, top };
      pipelines.steps.push(...stepsOf(new Pipeline(file), folder));
    } catch (error) {
      troubles.push({ path, reason: reasonOf(error) });
    }
  }
  if (pipelines.steps.length > 0) pipelines.scripts = scriptsIn(top, pipelines.steps);
  return pipelines;
}

function workflowsIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
  return files.sort().map((name) => join(folder, name));
}

interface File {
  path: string;
  /** Its lines. */
  text: readonly string[];
  lines: LineCounter;
  document: Document;
  yaml: typeof import("yaml");
  /** The folder of the repository. */
  top: string;
}

/** What a step is in. */
interface Around {
  variables: string[];
  folder: string | undefined;
}

/** A file of a pipeline, with readers of what may not be there. */
class Pipeline {
  /** What each alias stands for. The library would look through the whole file for each. */
  readonly #targets = new Map<unknown, unknown>();

  constructor(readonly file: File) {
    const { document, yaml } = file;
    const anchors = new Map<string, unknown>();
    yaml.visit(document, {
      Node: (_, node) => {
        if (yaml.isAlias(node)) this.#targets.set(node, anchors.get(node.source));
        else if (node.anchor !== undefined) anchors.set(node.anchor, node);
      },
    });
  }

  get root(): YAMLMap | undefined {
    return this.map(this.file.document.contents);
  }

  map(node: unknown): YAMLMap | undefined {
    const found = this.#of(node);
    return this.file.yaml.isMap(found) ? found : undefined;
  }

  list(node: unknown): unknown[] {
    const found = this.#of(node);
    return this.file.yaml.isSeq(found) ? found.items.map((item) => this.#of(item)) : [found];
  }

  text(node: unknown): Scalar<string> | undefined {
    const found = this.#of(node);
    const isText = this.file.yaml.isScalar(found) && typeof found.value === "string";
    return isText ? (found as Scalar<string>) : undefined;
  }

  keys(node: unknown): string[] {
    return (this.map(node)?.items ?? []).map(({ key }) => String(key));
  }

  #of(node: unknown): unknown {
    return this.#targets.has(node) ? this.#targets.get(node) : node;
  }
}

function stepsOf(pipeline: Pipeline, folder: string): PipelineStep[] {
  const isGitLab = pipeline.file.path.endsWith(GITLAB);
  return isGitLab ? jobsOfGitLab(pipeline, folder) : jobsOfGitHub(pipeline, folder);
}

function jobsOfGitHub(pipeline: Pipeline, folder: string): PipelineStep[] {
  const { root, file } = pipeline;
  const whole = inside(pipeline, root, { variables: [], folder: file.top });
  return (pipeline.map(root?.get("jobs"))?.items ?? []).flatMap(({ value }) => {
    const job = pipeline.map(value);
    const around = inside(pipeline, job, whole);
    const earlier: string[] = [];
    return pipeline.list(job?.get("steps")).flatMap((node) => {
      const step = pipeline.map(node);
      const run = pipeline.text(step?.get("run", true));
      if (run === undefined) return [];
      const own = inside(pipeline, step, around, "working-directory");
      const found = { ...stepOf(pipeline, run, own, folder), user: USER, earlier: [...earlier] };
      note(earlier, run.value);
      return [found];
    });
  });
}

/** What a workflow, a job or a step adds to what is around it. */
function inside(
  pipeline: Pipeline,
  map: YAMLMap | undefined,
  { variables, folder }: Around,
  key?: string,
): Around {
  const defaults = pipeline.map(pipeline.map(map?.get("defaults"))?.get("run"));
  const place = (key === undefined ? defaults : map)?.get("working-directory", true);
  const to = pipeline.text(place)?.value;
  return {
    variables: [...variables, ...pipeline.keys(map?.get("env"))],
    folder: to === undefined ? folder : entered(pipeline.file.top, to),
  };
}

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

const SCRIPTS = ["before_script", "script", "after_script"];

/** GitLab merges jobs from many places, so a variable of one job counts for all. */
function jobsOfGitLab(pipeline: Pipeline, folder: string): PipelineStep[] {
  const { root, file } = pipeline;
  const jobs = [root, ...(root?.items ?? []).map(({ value }) => pipeline.map(value))];
  const variables = jobs.flatMap((job) => pipeline.keys(job?.get("variables")));
  return jobs.flatMap((job) => {
    const earlier: string[] = [];
    return SCRIPTS.flatMap((key) => pipeline.list(job?.get(key, true))).flatMap((node) => {
      const run = pipeline.text(node);
      if (run === undefined) return [];
      const step = stepOf(pipeline, run, { variables, folder: file.top }, folder);
      const found = { ...step, earlier: [...earlier] };
      note(earlier, run.value);
      return [found];
    });
  });
}

function stepOf(
  { file }: Pipeline,
  run: Scalar<string>,
  { variables, folder: place }: Around,
  folder: string,
): PipelineStep {
  const { line } = file.lines.linePos(run.range?.[0] ?? 0);
  const isBlock = run.type === file.yaml.Scalar.BLOCK_LITERAL;
  return {
    file: shown(file.path, folder),
    line: isBlock ? line + 1 : line,
    isBlock,
    folder: place === undefined ? null : from(file.top, place),
    variables: [...variables],
    before: isBlock ? [] : linesAbove(file.text, line),
    lines: run.value.replace(/\n$/, "").split("\n"),
    earlier: [],
  };
}

/** The line above one, which may be a comment about it. */
function linesAbove(text: readonly string[], line: number): string[] {
  const above = text[line - 2];
  return above === undefined ? [] : [above];
}

/** A folder as seen from the top of the repository, which is empty. */
function from(top: string, path: string): string {
  return path === top ? "" : shown(path, top);
}

/** The scripts of every package that a step may run. */
function scriptsIn(top: string, steps: readonly PipelineStep[]) {
  const scripts: Pipelines["scripts"] = {};
  for (const place of placesOf(steps, top)) {
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

/** The folders of the steps, and those that `cd` names in them. */
function placesOf(steps: readonly PipelineStep[], top: string): Set<string> {
  const places = new Set<string>();
  for (const step of steps) {
    if (step.folder === null) continue;
    let at = resolve(top, step.folder);
    places.add(at);
    for (const [, to = ""] of step.lines.join("\n").matchAll(/\bcd\s+["']?([^\s"';&|)]+)/g)) {
      at = resolve(at, to);
      places.add(at);
    }
  }
  return places;
}
