/** Rows of stores, with where each one is, so that it can be read again and removed. */
import type { RowLocation, StageRowLocation } from "../../state/location.ts";
import { pendingRows, type Row } from "../../state/row.ts";
import { type StoredAt, type StoredRows, storedAt } from "../../state/stored.ts";
import type { StoreProblem, StoreRows } from "../collect/stores.ts";
import { Secrets } from "../secrets.ts";
import type { StageRow, Unread } from "./decide.ts";
import { hashOf, isObscure, stageRow } from "./rows.ts";
import { stageRows2 } from "./rows2.ts";

/** Where a row of the question is stored, as `T` in its store. */
export interface Origin<T extends object = object> {
  stored: StoredRows<T>;
  at: StoredAt;
  /** For what has no row of its own: the row that tells of it is at this place. */
  carrier: boolean;
  /** That of the row at this place. */
  hash: string;
  /** Whether a bucket may be emptied, as its options say. */
  empty: boolean;
  /** What the row has of ids, for the API. */
  ids: Readonly<Record<string, unknown>>;
}

/** The row of a stage itself, which arms the stage. */
export interface StageRowAt {
  app: string;
  stage: string;
  obscure: boolean;
  hash: string;
  origin: Origin<Row> | undefined;
}

/** All rows, with where each one is. */
export interface Rows {
  rows: StageRow[];
  /** By the same places. */
  origins: (Origin | undefined)[];
  stageRows: StageRowAt[];
  unread: Unread[];
  stores: string[];
}

/** All rows of stores that were read. */
export function rowsOf(stores: readonly StoreRows[]): Rows {
  const all: Rows = { rows: [], origins: [], stageRows: [], unread: [], stores: [] };
  for (const store of stores) addStore(all, store);
  return all;
}

function addStore(all: Rows, one: StoreRows): void {
  const { store, rows, stageRows, rootRows, rows2, problems, stored, stored2 } = one;
  const add = (row: StageRow, origin?: Origin) => {
    all.rows.push(row);
    all.origins.push(origin);
  };
  const addPending = (location: RowLocation | StageRowLocation, origin: Origin | undefined) => {
    for (const row of pendingRows(location.row)) {
      const own = origin && { ...origin, carrier: true, ...wishesOf(row) };
      add(stageRow({ ...location, row }, store, true), own);
    }
  };
  for (const location of rows) {
    const origin = stored && originOf(stored, storedAt(location), location.row);
    add(stageRow(location, store), origin);
    addPending({ ...location, scope: [...location.scope, location.row.id] }, origin);
  }
  for (const location of stageRows) {
    const { app, stage, row, file } = location;
    const origin = stored && originOf(stored, { chain: [app], id: row.id, file }, row);
    const obscure = isObscure(location);
    all.stageRows.push({ app, stage, obscure, hash: hashOf(row), origin });
    addPending(location, origin);
  }
  // They are of no stage, and nothing deletes them; they only take names.
  for (const location of rootRows)
    add(stageRow({ ...location, stage: "", reachable: true }, store));
  for (const location of rows2) {
    const { stack, stage, row: own, file } = location;
    const at = { chain: [stack, stage], id: own.fqn, file };
    const hash = hashOf(own);
    for (const [place, { row, ids }] of stageRows2(location, store).entries()) {
      const empty = ids.forceDestroy === true;
      add(row, stored2 && { stored: stored2, at, hash, carrier: place > 0, empty, ids });
    }
  }
  // What a store of the user's says may have its token in it.
  const secrets = new Secrets(process.env);
  const hidden = (one: StoreProblem) => ({ ...one, message: secrets.hidden(one.message) });
  all.unread.push(...problems.map(hidden));
  all.stores.push(store);
}

function originOf(stored: StoredRows, at: StoredAt, row: Row): Origin<Row> {
  return { stored, at, hash: hashOf(row), carrier: false, ...wishesOf(row) };
}

function wishesOf({ props, output }: Row): Pick<Origin, "empty" | "ids"> {
  const ids: Record<string, unknown> = { ...props, ...output };
  return { empty: ids.empty === true, ids };
}
