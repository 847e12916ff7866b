/** Reads what Alchemy's file store says is deployed: `<folder>/<app>/<stage>/<scopes>/<id>.json`. */
import { type Dirent, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { WORKER } from "../../kinds.ts";
import { ownBindings } from "../../state/bindings.ts";
import { deployedName, isDeployed, isRetained, type Row, SCOPE } from "../../state/row.ts";
import type { StateRow } from "../analyse/report.ts";
import type { Said } from "../args.ts";
import { isMissing, Problem, reasonOf } from "../problem.ts";

/** Workflows have no rows; their Worker's has them among its bindings. */
const WORKFLOW = "workflow";

/** Where a folder of the store stands. */
interface At {
  app: string;
  stage: string;
  scope: string[];
}

/**
 * All named resources that the state in `folder` holds.
 *
 * @returns `undefined` where there is no such folder.
 * @throws Problem where it cannot be read: what is not known may not be taken for absent.
 */
export function readState(folder: string): StateRow[] | undefined {
  const apps = list(folder);
  if (!apps) return undefined;
  const rows: StateRow[] = [];
  for (const { name: app } of apps.filter((entry) => entry.isDirectory())) {
    for (const { name: stage } of foldersIn(join(folder, app))) {
      readFolder(join(folder, app, stage), { app, stage, scope: [] }, rows);
    }
  }
  return rows;
}

/** The state in the folder that the option `--state` names, if it is given. */
export function namedState({ values }: Pick<Said, "values">, top: string): StateRow[] | undefined {
  const [named] = values.state ?? [];
  if (named === undefined) return undefined;
  const rows = readState(resolve(top, named));
  if (!rows) throw new Problem(`there is no folder \`${named}\``, "see `--state`");
  return rows;
}

function list(folder: string): Dirent[] | undefined {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    const link = entries.find((entry) => entry.isSymbolicLink());
    // Alchemy goes where it leads, and what lies there is not known here.
    if (link) throw new Error(`\`${link.name}\` is a link, which is not followed`);
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new Problem(`the state in \`${folder}\` cannot be read: ${reasonOf(error)}`);
  }
}

function foldersIn(folder: string): Dirent[] {
  return (list(folder) ?? []).filter((entry) => entry.isDirectory());
}

function readFolder(folder: string, at: At, rows: StateRow[]): void {
  const entries = list(folder) ?? [];
  const scopes = new Set<string>();
  for (const { name } of entries.filter((entry) => entry.isFile())) {
    if (!name.endsWith(".json")) continue;
    const row = readRow(join(folder, name));
    if (!row) continue;
    if (row.kind === SCOPE) scopes.add(name.slice(0, -".json".length));
    else rows.push(...namesIn(row, at));
  }
  for (const { name } of entries.filter((entry) => entry.isDirectory())) {
    const path = join(folder, name);
    // A stage with a slash in it lies in folders too, and only a nested scope has a row.
    if (scopes.has(name)) readFolder(path, { ...at, scope: [...at.scope, name] }, rows);
    else if (at.scope.length === 0) readFolder(path, { ...at, stage: `${at.stage}/${name}` }, rows);
  }
}

/** What Alchemy writes beside the script of a Worker, in the folder `out` of its state. */
export function isBundle(value: unknown): boolean {
  return typeof value === "object" && value !== null && "inputs" in value && "outputs" in value;
}

/** A row; `undefined` for what is none, and is not meant to be one. */
function readRow(file: string): Row | undefined {
  try {
    const row: Partial<Row> | null = JSON.parse(readFileSync(file, "utf8"));
    if (isBundle(row)) return undefined;
    if (typeof row?.kind === "string" && typeof row.id === "string") return row as Row;
    throw new SyntaxError("it holds no row");
  } catch (error) {
    const help = "a deploy may be writing it: try again, or give another folder with `--state`";
    throw new Problem(`the state in \`${file}\` cannot be read: ${reasonOf(error)}`, help);
  }
}

function namesIn(row: Row, at: At): StateRow[] {
  const name = deployedName(row);
  const classes = row.kind === WORKER ? classesOf(row) : [];
  const own = { ...at, id: row.id, type: row.kind, classes, retained: isRetained(row) };
  const named = name !== undefined && isDeployed(row) ? [{ ...own, name }] : [];
  return row.kind === WORKER ? [...named, ...workflowsOf(row, at)] : named;
}

function classesOf(row: Row): string[] {
  const own = ownBindings(row).filter(({ type }) => type === "durable_object_namespace");
  return own.map(({ className }) => className).sort();
}

function workflowsOf(row: Row, at: At): StateRow[] {
  return ownBindings(row)
    .filter(({ type, workflowName }) => type === "workflow" && workflowName !== "")
    .map(({ id, workflowName: name }) => ({ ...at, id, type: WORKFLOW, name }));
}

/** The folders that a store is looked for in: those of the programs, and all above up to `top`. */
export function stateFolders(files: readonly string[], top: string): string[] {
  const folders = new Set([top]);
  for (const file of files) {
    for (let at = dirname(file); !folders.has(at) && at.startsWith(top); at = dirname(at)) {
      folders.add(at);
    }
    folders.add(dirname(file));
  }
  return [...folders].sort().map((folder) => join(folder, ".alchemy"));
}
