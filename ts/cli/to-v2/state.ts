/** The rows of 0.94 that are taken to version 2. */
import { dirname, resolve } from "node:path";
import { ownerOf } from "../../state/owner.ts";
import {
  deployedName,
  isDeployed,
  isRetained,
  pendingRows,
  type Row,
  SCOPE,
} from "../../state/row.ts";
import type { OldRow } from "../analyse/report.ts";
import { foldersBeside, type Place } from "../collect/places.ts";
import { readPlaces, readStores, type StatePlaces, type StoreRows } from "../collect/stores.ts";
import { Problem } from "../problem.ts";

/** A store of 0.94. */
export interface OldStore extends StoreRows {
  /** The folder or the file; nothing for a store that only its module reaches. */
  path?: string;
  /** Where Alchemy 2 runs, which keeps its own state below it. */
  root: string;
}

/** Where to look. */
export interface Wanted extends StatePlaces {
  /** The files of the program, beside which state may lie. */
  files: readonly string[];
  apps: readonly string[];
}

/** @throws Problem if a store cannot be read as a whole: what is missing would be made anew. */
export async function readOld(wanted: Wanted, folder: string): Promise<OldStore[]> {
  const { state, stateStore, files, apps } = wanted;
  const isNamed = state.length + stateStore.length > 0;
  const beside = (): Place[] => {
    return foldersBeside(files, folder).map((path) => ({ path, isFolder: true }));
  };
  const stores = isNamed
    ? await readStores({ state, stateStore }, folder, apps)
    : await readPlaces(beside(), folder);
  // Version 2 has its rows in the same folder.
  const problem = stores.flatMap(({ problems }) => problems).find(isOfOld);
  if (problem) throw new Problem(problem.message, problem.help, problem.code);
  return stores.map((store) => {
    if (stateStore.includes(store.store)) return { ...store, root: folder };
    const path = resolve(folder, store.store);
    const [around = folder] = [/^(.*)[\\/]\.alchemy(?:[\\/]|$)/.exec(path)?.[1], dirname(path)];
    return { ...store, path, root: around };
  });
}

function isOfOld({ code }: { code: string }): boolean {
  return code !== "alchemy-2";
}

/** The rows of stages, as the analyser takes them. */
export function rowsOf(stores: readonly OldStore[]): OldRow[] {
  const rows = stores.flatMap(({ store, rows, stageRows }) => {
    const own = rows.map(({ app, stage, scope, row }) => oldRow({ app, stage, scope, store }, row));
    const stages = stageRows.map(({ app, stage, row }) => {
      return oldRow({ app, stage, scope: [], store }, row);
    });
    return [...own, ...stages];
  });
  return once(rows);
}

/** The same for what is at the root of an app, and of no stage. */
export function rootRowsOf(stores: readonly OldStore[]): OldRow[] {
  const rows = stores.flatMap(({ store, rootRows }) =>
    rootRows.map(({ app, scope, row }) => oldRow({ app, stage: "", scope, store }, row)),
  );
  return once(rows);
}

/** Each row once: two places can hold copies of one state. */
function once(rows: readonly OldRow[]): OldRow[] {
  const known = new Map<string, OldRow>();
  for (const row of rows) {
    const key = JSON.stringify({ ...row, store: "" });
    if (!known.has(key)) known.set(key, row);
  }
  return [...known.values()];
}

interface At {
  app: string;
  stage: string;
  scope: readonly string[];
  store: string;
}

function oldRow(at: At, row: Row): OldRow {
  return {
    ...at,
    scope: [...at.scope],
    deployed: isDeployed(row),
    retained: isRetained(row),
    account: ownerOf(row)?.account,
    pending: row.kind === SCOPE ? pendingRows(row).map((one) => deployedName(one) ?? one.id) : [],
    row,
  };
}
