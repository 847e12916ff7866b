/** What `init` writes: each file as it is and as it is to be. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { applyEdits, modify, type ParseError, parse as parseJson } from "jsonc-parser";
import { parseDocument } from "yaml";
import workflow from "#workflow";
import { isMissing, Problem, reasonOf } from "../problem.ts";
import type { Manager, Project } from "./project.ts";

export interface Planned {
  path: string;
  /** `undefined` where there is none yet. */
  before: string | undefined;
  after: string;
  /** What is in the way, if it is: whoever wrote it is asked. */
  overwrites: string | undefined;
}

export const SCRIPT = "monitor:collisions";
const COMMAND = "alch-blocks monitor --metrics metrics";
const CONFIG = "alch-blocks.json";
/** The config's other place, in `package.json`. */
const SECTION = "alch-blocks";

/** The versions are what the lock file says, and nothing else is installed. */
const INSTALL: Readonly<Record<Manager, string>> = {
  npm: "npm ci",
  pnpm: "corepack enable\npnpm install --frozen-lockfile\n",
  yarn: "corepack enable\nyarn install --immutable\n",
  bun: "npm install --global bun@1\nbun install --frozen-lockfile\n",
};

/** Every file that is not as it should be. */
export function planFiles(project: Project): Planned[] {
  const places = [workflowFile(project), manifest(project), config(project)];
  return places.filter((file) => file !== undefined && file.before !== file.after) as Planned[];
}

function workflowFile(project: Project): Planned {
  const path = join(project.repository, ".github", "workflows", "monitor-collisions.yml");
  const before = textAt(path);
  const after = workflowOf(project);
  const overwrites = before === undefined ? undefined : "it is another workflow, or was changed";
  return { path, before, after, overwrites };
}

/** The workflow of this project's own repository, with what differs in another one. */
function workflowOf({ within, manager, deploys }: Project): string {
  const document = parseDocument(workflow);
  document.setIn(["env", "PROJECT"], within);
  if (deploys.length > 0) {
    document.setIn(["on", "workflow_run", "workflows"], document.createNode([...deploys]));
  }
  const steps = (document.toJS() as { jobs: { monitor: { steps: { id?: string }[] } } }).jobs
    .monitor.steps;
  const install = steps.findIndex(({ id }) => id === "install");
  document.setIn(["jobs", "monitor", "steps", install, "run"], INSTALL[manager]);
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

function manifest({ folder }: Project): Planned {
  const path = join(folder, "package.json");
  const before = textAt(path) ?? "";
  const mark = before.startsWith("\ufeff") ? "\ufeff" : "";
  const text = before.slice(mark.length);
  const { scripts = {} } = readManifest(text, path);
  const said = scripts[SCRIPT];
  if (said === COMMAND) return { path, before, after: before, overwrites: undefined };
  const edits = modify(text, ["scripts", SCRIPT], COMMAND, { formattingOptions: formOf(text) });
  const overwrites = said === undefined ? undefined : `its script \`${SCRIPT}\` is \`${said}\``;
  return { path, before, after: mark + applyEdits(text, edits), overwrites };
}

interface Manifest {
  scripts?: Record<string, unknown>;
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
