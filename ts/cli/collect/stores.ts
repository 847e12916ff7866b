/** Reads stores of Alchemy's state, whatever they are: rows, and what could not be read. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { faultOf, isAction, type Row2 } from "../../state/alchemy2.ts";
import { visitFiles } from "../../state/files.ts";
import type {
  RootRowLocation,
  RowLocation,
  RowLocation2,
  StageRowLocation,
  Visitor,
} from "../../state/location.ts";
import { WrittenByAlchemy2 } from "../../state/row.ts";
import { NoSqlite, visitSqlite } from "../../state/sqlite.ts";
import { AppsUnknown, type MakeStore, visitStore } from "../../state/store.ts";
import {
  rowsInFiles,
  rowsInFiles2,
  rowsInSqlite,
  rowsInStore,
  type StoredRows,
} from "../../state/stored.ts";
import { importsOf, isStack } from "../evaluate/stack.ts";
import { didYouMeanPath } from "../nearest.ts";
import { Problem, reasonOf } from "../problem.ts";
import { Progress } from "../progress.ts";
import { withDeadline } from "./deadline.ts";
import { findPlaces, type Place } from "./places.ts";
import { shown } from "./shown.ts";

/** Where state is. */
export interface StatePlaces {
  /** Folders of Alchemy's file store, SQLite databases, and patterns for both. */
  state: readonly string[];
  /** Modules whose default export makes a store. */
  stateStore: readonly string[];
}

/** All that one store holds. */
export interface StoreRows {
  /** The path of the folder, the file or the module, as messages show it. */
  store: string;
  /** Whether it keeps stages and nested scopes with the same path apart. */
  apart: boolean;
  rows: RowLocation[];
  stageRows: StageRowLocation[];
  /** Those that no stage has. */
  rootRows: RootRowLocation[];
  /** Those of Alchemy 2. */
  rows2: RowLocation2[];
  /** What could not be read. It must not be taken for absent. */
  problems: StoreProblem[];
  /** Removes single rows; nothing for a store of Alchemy 2. */
  stored?: StoredRows;
  /** The same for rows of Alchemy 2. */
  stored2?: StoredRows<object>;
}

export interface StoreProblem {
  code: "alchemy-2" | "state-unreadable";
  message: string;
  help: string;
}

const SQLITE = "state.sqlite";

const HELP = "a deploy may be writing it: try again; if it stays so, restore it from a backup";
const HELP_STORE = "see that the store can be reached with the environment that deploys have";
const HELP_APPS =
  'name the app in the program as text, `alchemy("my-app")`, or give it to `monitor` with `--app`';
const HELP_MODULE =
  "for Alchemy 2, give the program that exports the stack; for 0.94, its default export is the function that is given to `alchemy` as `stateStore`: `export default (scope) => new D1StateStore(scope)`";
const HELP_TYPESCRIPT =
  "run the command with Bun or with Node 22.18 or newer, or write the module in JavaScript";

/**
 * Reads every store.
 *
 * @param apps Apps to look for in stores that cannot tell which they have, as S3 cannot.
 * @param patience For how many seconds a module may give nothing, before it is given up.
 * @throws Problem for a place that is not there, and for a module that makes no store.
 */
export async function readStores(
  { state, stateStore }: StatePlaces,
  folder: string,
  apps: readonly string[],
  patience = PATIENCE,
): Promise<StoreRows[]> {
  using progress = new Progress();
  progress.step("reading the state");
  const [programs, modules] = split(stateStore, (module) => isProgram(resolve(folder, module)));
  const makers = await Promise.all(
    modules.map(async (module) => ({ module, make: await load(module, folder, patience) })),
  );
  const read = await readPlaces(findPlaces(state, folder), folder);
  for (const { module, make } of makers) {
    const help = (error: unknown) => (error instanceof AppsUnknown ? HELP_APPS : HELP_STORE);
    const beside = dirname(resolve(folder, module));
    // What a store prints on the way is no output of this program.
    const visit = (visitor: Visitor) => patiently(patience, make, apps, beside, visitor);
    const rows = await quietly(() => storeRows(module, help, visit));
    read.push({ ...rows, stored: rowsInStore(make, beside, join(beside, ".alchemy")) });
  }
  for (const module of programs) {
    read.push(await programAt(resolve(folder, module), module));
  }
  return read;
}

/** The store in Cloudflare makes its Worker first, which takes a while. */
const PATIENCE = 120;

/** Shows every row of a store that may stop to answer. */
function patiently(
  patience: number,
  make: MakeStore,
  apps: readonly string[],
  folder: string,
  visitor: Visitor,
): Promise<boolean> {
  return withDeadline(patience, (heard) => {
    const row: Visitor["row"] = (location) => {
      heard();
      visitor.row(location);
    };
    return visitStore(make, apps, folder, { ...visitor, row });
  });
}

/** Whether a module is a program for Alchemy 2, which has its store. */
function isProgram(path: string): boolean {
  try {
    const text = readFileSync(path, "utf8");
    return isStack(importsOf(text), text);
  } catch {
    // To load it says what is wrong.
    return false;
  }
}

/** Reads the store that a program for Alchemy 2 has. */
async function programAt(path: string, name: string): Promise<StoreRows> {
  // Few have such a store, and others need not wait for what starts programs.
  const { exported, RowsOfProgram } = await import("../evaluate/store.ts");
  const rows = await storeRows(
    name,
    // Whoever cannot start the program knows what is missing.
    (error) => (error instanceof Problem && error.help) || HELP_STORE,
    async (visitor) => {
      for (const { stack, stage, fqn, state } of await exported(path)) {
        if (isAction(state)) continue;
        const fault = faultOf(state);
        if (fault === undefined) visitor.row2({ stack, stage, row: { ...(state as Row2), fqn } });
        else visitor.problem(`${name}: ${stack}/${stage}/${fqn}`, new Error(fault));
      }
      return true;
    },
  );
  return { ...rows, stored2: new RowsOfProgram(path) };
}

function split<T>(all: readonly T[], test: (one: T) => boolean): [T[], T[]] {
  return [all.filter(test), all.filter((one) => !test(one))];
}

/** Reads folders with Alchemy's files, or with its SQLite database, and such databases. */
export async function readPlaces(places: readonly Place[], folder: string): Promise<StoreRows[]> {
  using progress = new Progress();
  progress.step("reading the state");
  const read: StoreRows[] = [];
  for (const { path, isFolder } of places) {
    const database = isFolder ? join(path, SQLITE) : path;
    if (isFolder) read.push(await filesAt(path, folder));
    if (existsSync(database)) read.push(await sqliteAt(database, folder));
  }
  return read;
}

async function filesAt(path: string, folder: string): Promise<StoreRows> {
  const help = () => HELP;
  const rows = await storeRows(shown(path, folder), help, async (visitor) => {
    const problem: Visitor["problem"] = (at, error) => visitor.problem(shown(at, folder), error);
    await visitFiles(path, { ...visitor, problem });
    return false;
  });
  return { ...rows, stored: rowsInFiles(path), stored2: rowsInFiles2(path) };
}

async function sqliteAt(path: string, folder: string): Promise<StoreRows> {
  const help = (error: unknown) =>
    error instanceof NoSqlite
      ? "use Bun or Node 22.13 and newer, or a module that makes the store with `--state-store`"
      : HELP;
  const rows = await storeRows(shown(path, folder), help, async (visitor) => {
    await visitSqlite(path, visitor);
    return true;
  });
  return { ...rows, stored: rowsInSqlite(path) };
}

/** @param read Says whether the store keeps stages and nested scopes apart. */
async function storeRows(
  store: string,
  help: (error: unknown) => string,
  read: (visitor: Visitor) => Promise<boolean>,
): Promise<StoreRows> {
  const result: StoreRows = {
    store,
    apart: false,
    rows: [],
    stageRows: [],
    rootRows: [],
    rows2: [],
    problems: [],
  };
  const note = (path: string, error: unknown) => {
    result.problems.push(problemOf(path, error, help(error)));
  };
  try {
    result.apart = await read({
      row: (location) => result.rows.push(location),
      stageRow: (location) => result.stageRows.push(location),
      rootRow: (location) => result.rootRows.push(location),
      row2: (location) => result.rows2.push(location),
      problem: (path, error) => note(path, error),
    });
  } catch (error) {
    note(store, error);
  }
  return result;
}

function problemOf(path: string, error: unknown, help: string): StoreProblem {
  if (error instanceof WrittenByAlchemy2) {
    const message = `the state in \`${path}\` was ${error.message}`;
    return { code: "alchemy-2", message, help: "leave it out with `--state`" };
  }
  const message = `the state in \`${path}\` cannot be read: ${reasonOf(error)}`;
  return { code: "state-unreadable", message, help };
}

async function load(module: string, folder: string, patience: number): Promise<MakeStore> {
  const loaded = await quietly(async () => {
    try {
      const { href } = pathToFileURL(resolve(folder, module));
      return await withDeadline(patience, (): Promise<{ default?: unknown }> => import(href));
    } catch (error) {
      if (!existsSync(resolve(folder, module))) {
        const help = didYouMeanPath(resolve(folder, module), module);
        throw new Problem(`there is no module \`${module}\``, help);
      }
      const message = `the state store \`${module}\` cannot be loaded`;
      if ((error as { code?: unknown } | null)?.code === "ERR_UNKNOWN_FILE_EXTENSION")
        throw new Problem(`${message}: this Node cannot read TypeScript`, HELP_TYPESCRIPT);
      const [reason = ""] = reasonOf(error).split("\n");
      throw new Problem(`${message}: ${reason}`, HELP_MODULE);
    }
  });
  if (typeof loaded.default === "function") return loaded.default as MakeStore;
  throw new Problem(`the state store \`${module}\` has no function as default export`, HELP_MODULE);
}

/** Sends what is printed meanwhile to the standard error. */
export async function quietly<T>(run: () => Promise<T>): Promise<T> {
  const { log, info, debug } = console;
  const { write } = process.stdout;
  // Not every runtime's console writes to the stream.
  Object.assign(console, { log: console.error, info: console.error, debug: console.error });
  process.stdout.write = process.stderr.write.bind(process.stderr);
  try {
    return await run();
  } finally {
    Object.assign(console, { log, info, debug });
    process.stdout.write = write;
  }
}
