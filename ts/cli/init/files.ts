/** What `init` writes: each file as it is and as it is to be. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { applyEdits, modify, type ParseError, parse as parseJson } from "jsonc-parser";
import { isMissing, Problem, reasonOf } from "../problem.ts";
import { PARTS, type Part } from "./parts.ts";
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

const CONFIG = "alch-blocks.json";
/** The config's other place, in `package.json`. */
const SECTION = "alch-blocks";

/** Every file that is not as it should be. */
export function planFiles(project: Project, parts: readonly Part[]): Planned[] {
  const pipelines =
    project.ci === "gitlab" ? [gitlabFile(project, parts)] : workflows(project, parts);
  const places = [...pipelines, manifest(project, parts), config(project)];
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
  const overwrites = before === undefined ? undefined : "it is another workflow, or was changed";
  return { path, before, after, overwrites };
}

function manifest({ folder }: Project, parts: readonly Part[]): Planned {
  const path = join(folder, "package.json");
  const before = textAt(path) ?? "";
  const mark = before.startsWith("\ufeff") ? "\ufeff" : "";
  let text = before.slice(mark.length);
  const known = readManifest(text, path);
  const { scripts = {} } = known;
  const taken: string[] = [];
  const wanted = parts.flatMap((part) => Object.entries(PARTS[part].scripts));
  for (const [name, usual] of wanted) {
    // Alchemy 2 asks before it deploys, and a pipeline cannot answer. 0.94 has no such option.
    const line = name === "preview:deploy" && hasAlchemy2(known) ? `${usual} --yes` : usual;
    const said = scripts[name];
    if (said === line) continue;
    const edits = modify(text, ["scripts", name], line, { formattingOptions: formOf(text) });
    text = applyEdits(text, edits);
    if (said !== undefined) taken.push(`its script \`${name}\` is \`${said}\``);
  }
  const overwrites = taken.length === 0 ? undefined : taken.join(", ");
  return { path, before, after: mark + text, overwrites };
}

interface Manifest {
  scripts?: Record<string, unknown>;
  dependencies?: { alchemy?: unknown };
  devDependencies?: { alchemy?: unknown };
  [SECTION]?: unknown;
}

function readManifest(text: string, path: string): Manifest {
  const faults: ParseError[] = [];
  const value = parseJson(text, faults, { disallowComments: true }) as unknown;
  const { scripts } = (value ?? {}) as Manifest;
  const fine = isObject(value) && (scripts === undefined || isObject(scripts));
  if (faults.length === 0 && fine) return value as Manifest;
  throw new Problem(`\`${path}\` is no \`package.json\` that npm can read`, "repair it first");
}

function hasAlchemy2({ dependencies, devDependencies }: Manifest): boolean {
  const version = dependencies?.alchemy ?? devDependencies?.alchemy;
  return typeof version === "string" && /^\D{0,2}2\./.test(version);
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** How the file is indented and how its lines end. */
function formOf(text: string): { insertSpaces: boolean; tabSize: number; eol: string } {
  const [, indent = "  "] = /^([ \t]+)"/m.exec(text) ?? [];
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  return { insertSpaces: !indent.startsWith("\t"), tabSize: indent.length, eol };
}

/** A config, where there is none: neither a file nor a section of `package.json`. */
function config({ folder }: Project): Planned | undefined {
  const path = join(folder, CONFIG);
  if (existsSync(path)) return undefined;
  const manifest = join(folder, "package.json");
  const text = (textAt(manifest) ?? "").replace(/^\ufeff/, "");
  if (readManifest(text, manifest)[SECTION] !== undefined) return undefined;
  const schema = { $schema: "./node_modules/@alch/blocks/schemas/config.json" };
  const after = `${JSON.stringify(schema, null, 2)}\n`;
  return { path, before: undefined, after, overwrites: undefined };
}

function textAt(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new Problem(`\`${path}\` cannot be read: ${reasonOf(error)}`);
  }
}
