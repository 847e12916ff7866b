/** What `init` writes: each file as it is and as it is to be. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isMissing, Problem, reasonOf } from "../problem.ts";
import { editManifest, type Manifest, readManifest } from "./manifest.ts";
import { type Asked, MONITOR, PARTS, type Part } from "./parts.ts";
import { GITLAB_FILE, gitlabOf, workflowOf } from "./pipelines.ts";
import type { Project } from "./project.ts";

export interface Planned {
  path: string;
  /** `undefined` where there is none yet. */
  before: string | undefined;
  after: string;
  /** What is in the way, if it is: whoever wrote it is asked. */
  overwrites: string | undefined;
}

/** What is in the way where a file is there. */
export const DIFFERS = "it is not what `init` writes";

const CONFIG = "alch-blocks.json";
/** The config's other place, in `package.json`. */
const SECTION = "alch-blocks";

/** Every file that is not as it should be. */
export function planFiles(project: Project, asked: Asked): Planned[] {
  const { parts } = asked;
  const pipelines =
    project.ci === "gitlab" ? [gitlabFile(project, parts)] : workflows(project, parts);
  const places = [...pipelines, manifest(project, asked), config(project)];
  return places.filter((file) => file !== undefined && file.before !== file.after) as Planned[];
}

function workflows(project: Project, parts: readonly Part[]): Planned[] {
  return parts.map((part) => {
    const { workflow } = PARTS[part];
    const path = join(project.repository, ".github", "workflows", workflow);
    return pipelineFile(path, workflowOf(part, project));
  });
}

function gitlabFile(project: Project, parts: readonly Part[]): Planned {
  const path = join(project.repository, GITLAB_FILE);
  return pipelineFile(path, gitlabOf(parts, project, textAt(path)));
}

function pipelineFile(path: string, after: string): Planned {
  const before = textAt(path);
  const overwrites = before === undefined ? undefined : DIFFERS;
  return { path, before, after, overwrites };
}

function manifest({ folder }: Project, asked: Asked): Planned {
  const path = join(folder, "package.json");
  const before = textAt(path) ?? "";
  const known = readManifest(before, path);
  const wanted = asked.parts.flatMap((part) => Object.entries(PARTS[part].scripts));
  const scripts = wanted.map(([name, usual]) => [name, scriptOf(name, usual, known, asked)]);
  const { text, taken } = editManifest(before, path, {
    set: { scripts: Object.fromEntries(scripts) },
  });
  return { path, before, after: text, overwrites: inTheWay(taken) };
}

/** Whether the monitor of the project says what stages cost: who has asked for it once need not ask again. */
export function hasCost({ folder }: Project): boolean {
  const path = join(folder, "package.json");
  const { scripts } = readManifest(textAt(path) ?? "", path);
  return `${scripts?.[MONITOR]}`.includes(" --cost");
}

/** What a manifest says of its own, as one line. */
export function inTheWay(taken: readonly string[]): string | undefined {
  const more = taken.length - SHOWN;
  if (taken.length === 0) return undefined;
  return `${taken.slice(0, SHOWN).join(", ")}${more > 0 ? `, and ${more} more` : ""}`;
}

const SHOWN = 2;

function scriptOf(name: string, usual: string, known: Manifest, { cost, stores }: Asked): string {
  // Alchemy 2 asks before it deploys, and a pipeline cannot answer. 0.94 has no such option.
  if (name === "preview:deploy") return hasAlchemy2(known) ? `${usual} --yes` : usual;
  const isPriced = name === MONITOR && cost;
  const options = stores.modules.map((module) => `--state-store ${module}`);
  return [usual, ...(isPriced ? ["--cost"] : []), ...options].join(" ");
}

function hasAlchemy2({ dependencies, devDependencies }: Manifest): boolean {
  const version = dependencies?.alchemy ?? devDependencies?.alchemy;
  return typeof version === "string" && /^\D{0,2}2\./.test(version);
}

/** A config, where there is none: neither a file nor a section of `package.json`. */
export function config({ folder }: Pick<Project, "folder">): Planned | undefined {
  const path = join(folder, CONFIG);
  if (existsSync(path)) return undefined;
  const manifest = join(folder, "package.json");
  const text = textAt(manifest);
  if (text !== undefined && readManifest(text, manifest)[SECTION] !== undefined) return undefined;
  const schema = { $schema: "./node_modules/@alch/blocks/schemas/config.json" };
  const after = `${JSON.stringify(schema, null, 2)}\n`;
  return { path, before: undefined, after, overwrites: undefined };
}

export function textAt(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new Problem(`\`${path}\` cannot be read: ${reasonOf(error)}`);
  }
}
