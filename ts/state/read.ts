/** Reading the rows of a store, again if a deploy is writing them. */
import { core } from "../wasm.ts";
import { readAgain } from "./retry.ts";
import { isRow, type Row } from "./row.ts";

/** What is asked of a store to read it. */
export interface ReadableStore {
  list(): Promise<string[]>;
  get(id: string): Promise<Row | undefined>;
  all(): Promise<Record<string, Row>>;
}

/**
 * Reads a row, again if it does not parse.
 *
 * @throws BlockError `state-unreadable` or `state-password`, which name the file or the store. What
 *   cannot be read is not taken for absent, because Alchemy would then create or delete.
 */
export async function readRow(store: ReadableStore, id: string): Promise<Row | undefined> {
  try {
    return await readAgain(async () => checked(await store.get(id)), isCorruption);
  } catch (error) {
    if (isCipher(error)) throw core().statePassword(id, placeOf(store));
    if (!isCorruption(error)) throw error;
    throw core().stateUnreadable(id, placeOf(store), String(error));
  }
}

/** Every row of a store, by id, at once: a remote store answers that with one call. */
export async function readTogether(store: ReadableStore): Promise<Map<string, Row>> {
  const rows = Object.entries(await store.all());
  for (const [, row] of rows) checked(row);
  return new Map(rows);
}

/**
 * Every row of a store, one by one if they cannot be read together: if one of them does not parse,
 * stores say nothing about the others.
 */
export async function readRows(store: ReadableStore): Promise<Map<string, Row>> {
  try {
    return await readTogether(store);
  } catch (error) {
    if (!isCorruption(error) && !isCipher(error)) throw error;
  }
  const ids = await store.list();
  const rows = await Promise.all(ids.map(async (id) => [id, await readRow(store, id)] as const));
  return new Map(rows.filter((entry): entry is [string, Row] => entry[1] !== undefined));
}

function checked(row: Row | undefined): Row | undefined {
  if (row === undefined || isRow(row)) return row;
  throw new SyntaxError("it is not a row");
}

/** JSON that does not parse, or parses to something that is no row. */
function isCorruption(error: unknown): boolean {
  return error instanceof SyntaxError || error instanceof TypeError;
}

/** What Node's, Bun's and libsodium's ciphers say of a wrong password. */
function isCipher(error: unknown): boolean {
  const { message } = error as { message?: unknown };
  return /unable to authenticate data|wrong secret key|bad decrypt/i.test(String(message));
}

/** The folder or file of a store, or its class if it has neither. */
function placeOf(store: object): string {
  const { dir, filename } = store as { dir?: unknown; filename?: unknown };
  const place = dir ?? filename;
  return typeof place === "string" ? place : store.constructor.name;
}
