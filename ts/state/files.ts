/**
 * Walks through Alchemy's file store: `<folder>/<app>/<stage>/<scopes…>/<id>.json`.
 *
 * Alchemy writes a slash in an id or a scope's name as `:` in the name of the file, and as a folder
 * in the path of the scope. A folder alone does not say whether it is a scope or a part of a name:
 *
 * | in the folder of | a row leads to it | it is |
 * | --- | --- | --- |
 * | an app, or a stage | no row | a part of a stage with a slash in its name, such as `feature/login` |
 * | an app | the row of a stage | that stage |
 * | a stage or a scope | a row of any type: resources have scopes of their own, too | that scope |
 * | a nested scope | no row | a scope that has lost its row |
 */
import type { Dirent } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { isMissing } from "./missing.ts";
import { readAgain } from "./retry.ts";
import { isRow, type Row } from "./row.ts";

/** A scope of Alchemy: of a stage, or nested in one. */
export interface ScopeLocation {
  app: string;
  stage: string;
  scope: readonly string[];
}

export interface RowLocation extends ScopeLocation {
  row: Row;
  /**
   * Whether Alchemy finds the row when it deletes what is no longer declared. It does not look into
   * a scope that has lost its row, unless the program opens that scope again.
   */
  reachable: boolean;
}

/** The row of a stage itself, and its file. */
export interface StageRowLocation extends RowLocation {
  file: string;
}

export interface Visitor {
  /** A row of a stage or of a scope nested in it. */
  row(location: RowLocation): void;
  /** The row of a stage itself, which has what replacements have left; there need not be one. */
  stageRow(location: StageRowLocation): void;
  /** What cannot be read. It must not be taken for absent. */
  problem(path: string, error: unknown): void;
}

/** Folders that Alchemy has beside those of apps: bundles, logs and what local mode keeps. */
const NO_APPS = ["out", "logs", "pids", "local", "miniflare"];

/**
 * Shows every row of the store in `folder` to the visitor.
 *
 * @returns whether there is such a folder.
 */
export async function visitFiles(folder: string, visitor: Visitor): Promise<boolean> {
  const entries = await list(folder, visitor);
  if (entries === undefined) return false;
  for (const app of foldersIn(entries)) {
    // An app may have such a name, too: rows are shown, and anything else is no problem.
    const lenient = NO_APPS.includes(app) ? { ...visitor, problem: () => {} } : visitor;
    await visitApp(join(folder, app), app, lenient);
  }
  return true;
}

async function visitApp(folder: string, app: string, visitor: Visitor): Promise<void> {
  const entries = (await list(folder, visitor)) ?? [];
  const rows = await rowsIn(folder, entries, visitor);
  for (const [stage, row] of rows) {
    const file = join(folder, fileOf(stage));
    visitor.stageRow({ app, stage, scope: [], row, reachable: true, file });
  }
  const stages = new Set(rows.keys());
  for (const name of foldersIn(entries)) {
    await visitStage(join(folder, name), { app, stage: name, scope: [] }, stages, visitor);
  }
}

/** A folder of a stage; there may be other stages in it, whose names begin with that of this one. */
async function visitStage(
  folder: string,
  location: ScopeLocation,
  stages: ReadonlySet<string>,
  visitor: Visitor,
): Promise<void> {
  const entries = (await list(folder, visitor)) ?? [];
  const rows = await rowsIn(folder, entries, visitor);
  show(rows, { ...location, reachable: true }, visitor);
  const ids = new Set(rows.keys());
  for (const name of foldersIn(entries)) {
    const inner = join(folder, name);
    const stage = `${location.stage}/${name}`;
    const isStage = leadsTo(stages, stage) || !leadsTo(ids, name);
    if (isStage) await visitStage(inner, { ...location, stage }, stages, visitor);
    else await visitNested(inner, name, { ...location, ids, reachable: true }, visitor);
  }
}

/** The scope in which a folder is, and the ids of the rows in that scope. */
interface Parent extends ScopeLocation {
  ids: ReadonlySet<string>;
  reachable: boolean;
}

/** A folder below a scope. `name` is all that the path adds to the path of the scope. */
async function visitNested(
  folder: string,
  name: string,
  parent: Parent,
  visitor: Visitor,
): Promise<void> {
  const { app, stage, ids } = parent;
  const entries = (await list(folder, visitor)) ?? [];
  const isPart = !ids.has(name) && leadsTo(ids, name);
  const rows = await rowsIn(folder, entries, visitor);
  const scope = [...parent.scope, name];
  const reachable = parent.reachable && ids.has(name);
  const here = { app, stage, scope, reachable };
  show(rows, here, visitor);
  for (const inner of foldersIn(entries)) {
    const path = join(folder, inner);
    const whole = `${name}/${inner}`;
    if (isPart || leadsTo(ids, whole)) await visitNested(path, whole, parent, visitor);
    else await visitNested(path, inner, { ...here, ids: new Set(rows.keys()) }, visitor);
  }
}

/** Whether a row has this id, or one that goes on below it. */
function leadsTo(ids: ReadonlySet<string>, path: string): boolean {
  return ids.has(path) || [...ids].some((id) => id.startsWith(`${path}/`));
}

function show(rows: ReadonlyMap<string, Row>, at: Omit<RowLocation, "row">, visitor: Visitor) {
  for (const row of rows.values()) visitor.row({ ...at, row });
}

/** The rows in a folder, by id, in the order of their ids. */
async function rowsIn(
  folder: string,
  entries: readonly Dirent[],
  visitor: Visitor,
): Promise<Map<string, Row>> {
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith(".json"));
  const rows = await Promise.all(files.map(({ name }) => readRow(join(folder, name), visitor)));
  const named = files.map(({ name }, at) => [idOf(name), rows[at]] as const);
  return new Map(named.filter((entry): entry is [string, Row] => entry[1] !== undefined));
}

function idOf(file: string): string {
  return file.slice(0, -".json".length).replaceAll(":", "/");
}

function fileOf(id: string): string {
  return `${id.replaceAll("/", ":")}.json`;
}

async function readRow(file: string, visitor: Visitor): Promise<Row | undefined> {
  const value = await readJson(file).catch((error: unknown) => {
    // A file that is missing was deleted after its folder was listed.
    if (!isMissing(error)) visitor.problem(file, error);
    return undefined;
  });
  if (isRow(value)) return value;
  if (value !== undefined && !isBundle(value)) visitor.problem(file, new Error("it has no row"));
  return undefined;
}

async function readJson(file: string): Promise<unknown> {
  const isCorruption = (error: unknown) => error instanceof SyntaxError;
  try {
    return await readAgain(async () => JSON.parse(await readFile(file, "utf8")), isCorruption);
  } catch (error) {
    throw isCorruption(error) ? new Error("it is no JSON") : error;
  }
}

/** What Alchemy writes beside the script of a Worker: a program may have it bundle into any folder. */
function isBundle(value: unknown): boolean {
  return typeof value === "object" && value !== null && "inputs" in value && "outputs" in value;
}

/** The entries of a folder, sorted; nothing if there is no such folder. */
async function list(folder: string, visitor: Visitor): Promise<Dirent[] | undefined> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    for (const link of entries.filter((entry) => entry.isSymbolicLink())) {
      // Alchemy goes where it leads, and what is there is not known here.
      visitor.problem(
        join(folder, link.name),
        new Error("it is a symbolic link, which is not followed"),
      );
    }
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (!isMissing(error)) visitor.problem(folder, error);
    return undefined;
  }
}

function foldersIn(entries: readonly Dirent[]): string[] {
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}
