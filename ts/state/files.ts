/** Reads Alchemy's file store. */
import type { Dirent } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { RowsOfAlchemy2 } from "./files2.ts";
import { depthOf, idOfFile, JSON_FILE } from "./ids.ts";
import type { Visitor } from "./location.ts";
import { isMissing } from "./missing.ts";
import { readAgain } from "./retry.ts";
import { isRow, isRowOfAlchemy2, type Row } from "./row.ts";
import { type Folder, visitApp } from "./tree.ts";

/** Folders that Alchemy has beside those of apps: bundles, logs and what local mode keeps. */
const NO_APPS = ["out", "logs", "pids", "local", "miniflare"];
/** Folders that Alchemy 2 has beside that of its state. */
const NO_APPS_OF_2 = ["log", "tmp", "profiles"];

type OnProblem = Visitor["problem"];

/**
 * Shows every row of the store in `folder` to the visitor.
 *
 * @returns whether there is such a folder.
 */
export async function visitFiles(folder: string, visitor: Visitor): Promise<boolean> {
  const problem: OnProblem = (path, error) => visitor.problem(path, error);
  const entries = await list(folder, problem);
  if (entries === undefined) return false;
  const newer = new RowsOfAlchemy2(folder, visitor);
  for (const app of foldersIn(entries)) {
    // An app may have such a name, too: rows are shown, and anything else is no problem.
    const isOther = [...NO_APPS, ...NO_APPS_OF_2].includes(app);
    const root: Folder = { rows: new Map(), folders: new Map() };
    const reading = { problem: isOther ? () => {} : problem, newer };
    await fill([{ name: join(folder, app), folder: root }], reading);
    visitApp(app, root, visitor);
  }
  return true;
}

interface Reading {
  problem: OnProblem;
  newer: RowsOfAlchemy2;
}

/** A folder with its name; that of an app has its whole path. */
interface Named {
  name: string;
  folder: Folder;
}

/** Reads what is in the last of `chain`, the folders from that of the app on. */
async function fill(chain: readonly Named[], reading: Reading): Promise<void> {
  const { problem } = reading;
  const path = join(...chain.map(({ name }) => name));
  const entries = (await list(path, problem)) ?? [];
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith(JSON_FILE));
  const rows = await Promise.all(files.map(({ name }) => readRow(join(path, name), reading)));
  for (const [at, { name }] of files.entries()) addRow(chain, name, rows[at], problem);
  for (const name of foldersIn(entries)) {
    const folder: Folder = { rows: new Map(), folders: new Map() };
    chain.at(-1)?.folder.folders.set(name, folder);
    await fill([...chain, { name, folder }], reading);
  }
}

/** Adds a row to the folder of its scope. */
function addRow(
  chain: readonly Named[],
  name: string,
  row: Row | undefined,
  problem: OnProblem,
): void {
  const path = chain.map((one) => one.name);
  const file = join(...path, name);
  const id = row?.id ?? idOfFile(name);
  const depth = row === undefined ? 0 : depthOf(id, [...path.slice(1), name]);
  const scope = depth === undefined ? undefined : chain.at(-1 - depth);
  if (scope) scope.folder.rows.set(id, { row, file, listed: depth === 0 });
  else problem(file, new Error(`it is not the file of the id \`${id}\`, which is in it`));
}

/** Nothing if there is no row, or if it cannot be read. */
async function readRow(file: string, { problem, newer }: Reading): Promise<Row | undefined> {
  const value = await readJson(file).catch((error: unknown) => {
    // A file that is missing was deleted after its folder was listed.
    if (!isMissing(error)) problem(file, error);
    return undefined;
  });
  if (isRow(value)) return value;
  if (isRowOfAlchemy2(value)) newer.add(file, value as object);
  else if (newer.isOutput(file)) return undefined;
  else if (value !== undefined && !isBundle(value)) problem(file, new Error("it has no row"));
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
async function list(folder: string, problem: OnProblem): Promise<Dirent[] | undefined> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    for (const link of entries.filter((entry) => entry.isSymbolicLink())) {
      // Alchemy goes where it leads, and what is there is not known here.
      problem(join(folder, link.name), new Error("it is a symbolic link, which is not followed"));
    }
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (!isMissing(error)) problem(folder, error);
    return undefined;
  }
}

function foldersIn(entries: readonly Dirent[]): string[] {
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}
