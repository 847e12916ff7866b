/** One row of a store: reads it again, and removes it. */
import { readFile, rmdir, unlink } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { RowLocation } from "./location.ts";
import { isMissing } from "./missing.ts";
import { readAgain } from "./retry.ts";
import { isRow, type Row } from "./row.ts";
import { openSqlite } from "./sqlite.ts";
import type { AnyStore, MakeStore } from "./store.ts";

/** Where a row is: the app, the stage and the scopes around it, and its id. */
export interface StoredAt {
  chain: readonly string[];
  id: string;
  file?: string | undefined;
}

/** A store in which rows can be removed. */
export interface StoredRows {
  /**
   * The row as it is now; nothing if it is gone.
   *
   * @throws if it cannot be read. It does not count as gone then.
   */
  get(at: StoredAt): Promise<Row | undefined>;
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
      const isCorruption = (error: unknown) => error instanceof SyntaxError;
      const read = async () => JSON.parse(await readFile(placeOf(file), "utf8")) as unknown;
      try {
        return checked(await readAgain(read, isCorruption));
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    async remove({ file }) {
      const place = placeOf(file);
      await unlink(place).catch((error: unknown) => {
        if (!isMissing(error)) throw error;
      });
      await removeEmpty(dirname(place), folder);
    },
  };
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
