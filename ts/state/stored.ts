/** One row of a store: reads it again, and removes it. */
import { readdir, readFile, rmdir, unlink } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { isAction, type Row2 } from "./alchemy2.ts";
import { isOutput, rowIn } from "./files2.ts";
import { JSON_FILE } from "./ids.ts";
import type { RowLocation } from "./location.ts";
import { isMissing } from "./missing.ts";
import { readAgain } from "./retry.ts";
import { isRow, isRowOfAlchemy2, type Row } from "./row.ts";
import { openSqlite } from "./sqlite.ts";
import type { AnyStore, MakeStore } from "./store.ts";

/** Where a row is: the app, the stage and the scopes around it, and its id. */
export interface StoredAt {
  chain: readonly string[];
  id: string;
  file?: string | undefined;
}

/** A store in which rows can be removed, of 0.94 or of what `T` says. */
export interface StoredRows<T extends object = Row> {
  /**
   * The row as it is now; nothing if it is gone.
   *
   * @throws if it cannot be read. It does not count as gone then.
   */
  get(at: StoredAt): Promise<T | undefined>;
  /** Removes the row. Whether it is there does not matter. */
  remove(at: StoredAt): Promise<void>;
}

/** Where the row of a resource, or of a nested scope, is. */
export function storedAt({ app, stage, scope, row, file }: RowLocation): StoredAt {
  return { chain: [app, stage, ...scope], id: row.id, file };
}

/** Alchemy's file store in `folder`. */
export function rowsInFiles(folder: string): StoredRows {
  return {
    async get({ file }) {
      const value = await readJson(placeOf(file));
      return value === undefined ? undefined : checked(value);
    },
    async remove({ file }) {
      const place = placeOf(file);
      await removeFile(place);
      await removeEmpty(dirname(place), folder);
    },
  };
}

/** The same for rows of Alchemy 2. With the last row of a stage goes what is of no use without one. */
export function rowsInFiles2(folder: string): StoredRows<Row2> {
  return {
    async get({ file }) {
      const place = placeOf(file);
      const value = await readJson(place);
      if (value === undefined) return undefined;
      if (!isRowOfAlchemy2(value)) throw new Error("it is not a row");
      return rowIn(basename(place, JSON_FILE), value as object);
    },
    async remove({ file }) {
      const place = placeOf(file);
      await removeFile(place);
      const beside = await filesIn(dirname(place));
      // What cannot be read stays.
      const values = await Promise.all(beside.map((one) => readJson(one).catch(() => undefined)));
      const isRest = (one: string, at: number) => isOutput(one) || isAction(values[at]);
      if (beside.every(isRest)) await Promise.all(beside.map(removeFile));
      await removeEmpty(dirname(place), folder);
    },
  };
}

async function filesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  return names.map((name) => join(folder, name));
}

/** Nothing if there is no such file. */
async function readJson(file: string): Promise<unknown> {
  const isCorruption = (error: unknown) => error instanceof SyntaxError;
  try {
    return await readAgain(async () => JSON.parse(await readFile(file, "utf8")), isCorruption);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function removeFile(file: string): Promise<void> {
  await unlink(file).catch((error: unknown) => {
    if (!isMissing(error)) throw error;
  });
}

function placeOf(file: string | undefined): string {
  if (file === undefined) throw new Error("the row has no file");
  return file;
}

/** Folders that are empty now, up to the store itself. A folder with anything in it stays. */
async function removeEmpty(folder: string, top: string): Promise<void> {
  if (resolve(folder) === resolve(top) || !resolve(folder).startsWith(resolve(top))) return;
  try {
    await rmdir(folder);
  } catch {
    return;
  }
  await removeEmpty(dirname(folder), top);
}

/** The database of Alchemy's `SQLiteStateStore`. */
export function rowsInSqlite(file: string): StoredRows {
  const within = async <T>(act: (database: Awaited<ReturnType<typeof openSqlite>>) => T) => {
    const database = await openSqlite(file, "write");
    try {
      return act(database);
    } finally {
      database.close();
    }
  };
  return {
    get: ({ chain, id }) => within((database) => database.row(chain, id)),
    remove: ({ chain, id }) => within((database) => database.remove(chain, id)),
  };
}

/** A store that its module makes. */
export function rowsInStore(make: MakeStore, rootDir: string, dotAlchemy: string): StoredRows {
  const at = async (chain: readonly string[]) => {
    const store = make({ chain, rootDir, dotAlchemy, eraseSecrets: true }) as RemovingStore;
    await store.init?.();
    return store;
  };
  return {
    async get({ chain, id }) {
      const store = await at(chain);
      const { [id]: row } = await store.getBatch([id]);
      if (row !== undefined) return checked(row);
      if ((await store.list()).includes(id)) throw new Error(`the row \`${id}\` is lost`);
      return undefined;
    },
    async remove({ chain, id }) {
      const store = await at(chain);
      await store.delete(id);
    },
  };
}

interface RemovingStore extends AnyStore {
  delete(id: string): Promise<void>;
}

function checked(row: unknown): Row {
  if (isRow(row)) return row;
  throw new Error("it is not a row");
}
