/** Alchemy's scopes and state stores, as far as the guard uses them. */
import { stateUnreadable } from "./guard.ts";
import type { Row } from "./row.ts";

export interface StateStore {
  list(): Promise<string[]>;
  get(id: string): Promise<Row | undefined>;
  set(id: string, row: Row): Promise<void>;
  delete(id: string): Promise<void>;
  all(): Promise<Record<string, Row>>;
}

/** How a program's stores are made: Alchemy calls it for each scope. */
export type StateStoreFactory = (scope: WatchedScope) => StateStore;

/** An Alchemy scope. `state` and `stateStore` are read-only in its types, not in its code. */
export interface WatchedScope {
  state: StateStore;
  stateStore: StateStoreFactory;
  readonly scopeName: string;
  readonly chain: readonly string[];
  readonly parent: WatchedScope | undefined;
  readonly root: WatchedScope;
  readonly children: ReadonlyMap<string, WatchedScope>;
  readonly phase: "up" | "destroy" | "read";
  readonly local: boolean;
  readonly adopt: boolean;
  /** What the program has declared here. */
  readonly resources: ReadonlyMap<string, Record<symbol, unknown>>;
  /** Whether the scope has begun to end, private in Alchemy's types. */
  readonly finalized: boolean;
  fail(): void;
  createPhysicalName(id: string): string;
}

/** The factory that each overlaying one goes back to. */
const originals = new WeakMap<StateStoreFactory, StateStoreFactory>();

/** A factory whose stores are those of `factory`, overlaid. */
export function overlaying(
  factory: StateStoreFactory,
  overlay: (scope: WatchedScope, store: StateStore) => StateStore,
): StateStoreFactory {
  const made: StateStoreFactory = (scope) => overlay(scope, factory(scope));
  originals.set(made, factory);
  return made;
}

export function isOverlaying(factory: StateStoreFactory): boolean {
  return originals.has(factory);
}

/** A store for `scope` without the guard: the guard's own looks are not judged. */
export function plainStore(scope: WatchedScope): StateStore {
  return (originals.get(scope.stateStore) ?? scope.stateStore)(scope);
}

/** How often a row is read before it counts as corrupt: the file store does not write atomically. */
const READS = 6;
/** How long that may take, in milliseconds: most stores try again on their own, for longer. */
const PATIENCE = 1000;

/**
 * Reads a row, again if it does not parse.
 *
 * @throws BlockError `state-unreadable`, naming the file or the store: what cannot be read is not
 *   taken for absent, since Alchemy would then create or delete on the strength of it.
 */
export async function readRow(store: StateStore, id: string): Promise<Row | undefined> {
  try {
    return checked(await store.get(id));
  } catch (error) {
    return readAgain(store, id, error);
  }
}

async function readAgain(store: StateStore, id: string, first: unknown): Promise<Row | undefined> {
  const until = Date.now() + PATIENCE;
  let error = first;
  for (let read = 1; isCorruption(error); read++) {
    const last = read === READS || Date.now() > until;
    if (last) throw stateUnreadable(id, placeOf(store), String(error));
    await sleep(5 * 2 ** read);
    try {
      return checked(await store.get(id));
    } catch (again) {
      error = again;
    }
  }
  throw error;
}

/** Not Node's own: its module would have to be loaded with each start. */
function sleep(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}

/** Every row of a store, by id, in one go: a remote store answers that with one call. */
export async function readTogether(store: StateStore): Promise<Map<string, Row>> {
  const rows = Object.entries(await store.all());
  for (const [, row] of rows) checked(row);
  return new Map(rows);
}

/**
 * Every row of a store, row by row where they cannot be read together: if one of them does not
 * parse, stores say nothing of the others.
 */
export async function readRows(store: StateStore): Promise<Map<string, Row>> {
  try {
    return await readTogether(store);
  } catch (error) {
    if (!isCorruption(error)) throw error;
  }
  const ids = await store.list();
  const rows = await Promise.all(ids.map(async (id) => [id, await readRow(store, id)] as const));
  return new Map(rows.filter((entry): entry is [string, Row] => entry[1] !== undefined));
}

function checked(row: Row | undefined): Row | undefined {
  if (row === undefined || (typeof row === "object" && typeof row?.kind === "string")) return row;
  throw new SyntaxError("a row that is no row");
}

/** JSON that does not parse, or parses to something that is no row. */
function isCorruption(error: unknown): boolean {
  return error instanceof SyntaxError || error instanceof TypeError;
}

/** The folder or file of a store, or its class where it has none. */
function placeOf(store: StateStore): string {
  const { dir, filename } = store as { dir?: unknown; filename?: unknown };
  const place = dir ?? filename;
  return typeof place === "string" ? place : store.constructor.name;
}
