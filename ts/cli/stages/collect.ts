/** Collects what is decided by: all rows, the account, and the apps of this checkout. */

import type { StoredAt, StoredRows } from "../../state/stored.ts";
import { storedAt } from "../../state/stored.ts";
import { type Connection, connect } from "../account/connect.ts";
import { listAccount } from "../account/list.ts";
import { appsIn, readProgram } from "../analyse/program.ts";
import type { StatePlaces, StoreRows } from "../collect/stores.ts";
import { workspaceOf } from "../collect/workspaces.ts";
import { readConfig } from "../config.ts";
import { noCredentials } from "../monitor/collect/failures.ts";
import { readNamedOrAll } from "../monitor/collect/workspace.ts";
import { Line } from "../monitor/progress.ts";
import { Problem } from "../problem.ts";
import { Progress } from "../progress.ts";
import { Secrets } from "../secrets.ts";
import type { ListedResource, Question, StageRow } from "./decide.ts";
import { isObscure, pendingIn, stageRow, stageRows2 } from "./rows.ts";

/** Where a row of the question is stored; nothing for one of Alchemy 2. */
export interface Origin {
  stored: StoredRows;
  at: StoredAt;
  /** For what a replacement has left: the row that tells of it is at this place. */
  carrier: boolean;
  /** Whether a bucket may be emptied, as its options say. */
  empty: boolean;
  /** What the row has of ids, for the API. */
  ids: Readonly<Record<string, unknown>>;
}

/** All rows, with where each one is. */
export interface Rows {
  rows: StageRow[];
  /** By the same places. */
  origins: (Origin | undefined)[];
  stageRows: { app: string; stage: string; obscure: boolean; origin: Origin | undefined }[];
  unread: string[];
  stores: string[];
}

/** Reads all stores; those of the workspace if none is named. */
export async function readRows(
  places: { [Part in keyof StatePlaces]?: StatePlaces[Part] | undefined },
  folder: string,
  apps: readonly string[],
): Promise<Rows> {
  const { state = [], stateStore = [] } = places;
  const all: Rows = { rows: [], origins: [], stageRows: [], unread: [], stores: [] };
  for (const store of await readNamedOrAll({ state, stateStore }, folder, apps))
    addStore(all, store);
  return all;
}

function addStore(all: Rows, one: StoreRows): void {
  const { store, rows, stageRows, rootRows, rows2, problems, stored } = one;
  const add = (row: StageRow, origin?: Origin) => {
    all.rows.push(row);
    all.origins.push(origin);
  };
  for (const location of rows) {
    const origin = stored && originOf(stored, storedAt(location), location.row);
    add(stageRow(location, store), origin);
    for (const row of pendingIn(
      { ...location, scope: [...location.scope, location.row.id] },
      store,
    )) {
      add(row, origin && { ...origin, carrier: true });
    }
  }
  for (const location of stageRows) {
    const { app, stage, row, file } = location;
    const origin = stored && originOf(stored, { chain: [app], id: row.id, file }, row);
    all.stageRows.push({ app, stage, obscure: isObscure(location), origin });
    for (const pending of pendingIn(location, store)) {
      add(pending, origin && { ...origin, carrier: true });
    }
  }
  // They are of no stage, and nothing deletes them; they only take names.
  for (const location of rootRows)
    add(stageRow({ ...location, stage: "", reachable: true }, store));
  for (const location of rows2) for (const row of stageRows2(location, store)) add(row);
  // What a store of the user's says may have its token in it.
  const secrets = new Secrets(process.env);
  all.unread.push(...problems.map(({ message }) => secrets.hidden(message)));
  all.stores.push(store);
}

function originOf(
  stored: StoredRows,
  at: StoredAt,
  row: { props?: object; output?: object },
): Origin {
  const ids: Record<string, unknown> = { ...row.props, ...row.output };
  return { stored, at, carrier: false, empty: ids.empty === true, ids };
}

/**
 * The same, for what deletes: it must not take a state that it has not found for an empty one.
 *
 * @throws Problem if no store was found.
 */
export async function readRowsToDelete(
  places: Partial<StatePlaces>,
  folder: string,
  apps: readonly string[],
): Promise<Rows> {
  const rows = await readRows(places, folder, apps);
  if (rows.stores.length > 0) return rows;
  const help = "name the store that deploys have with `--state` or `--state-store`";
  throw new Problem("there is no state here", help, "state-missing");
}

/** What the account has, or why it is not known. */
export interface Account {
  connection?: Connection;
  account?: string;
  /** Nothing if it was not asked. */
  listed?: ListedResource[];
  unread: string[];
}

/**
 * @param account The id; the only one of the token if it is not given.
 * @param timeout How long one call may take, in milliseconds.
 */
export async function readAccount(account: string | undefined, timeout?: number): Promise<Account> {
  const line = new Line();
  const waits = (milliseconds: number) => line.waits(milliseconds);
  const connection = connect(process.env, waits, timeout);
  if (!connection) return { unread: [noCredentials().message] };
  try {
    return { connection, ...(await listed(connection, account, line)) };
  } finally {
    line.end();
  }
}

/** Lists the account once more. */
export async function listed(
  { client }: Connection,
  account: string | undefined,
  line: Pick<Line, "listed"> = { listed: () => {} },
): Promise<Omit<Account, "connection">> {
  const found = await listAccount(client, {
    account,
    without: new Set(["durable-object"]),
    env: process.env,
    listed: (plural, done) => line.listed(plural, done),
  });
  const resources = found.resources.map((one): ListedResource => {
    const { kind, name, id, jurisdiction: place, script, createdAt, changedAt } = one;
    return { kind, name, id, place, script, changed: changedAt ?? createdAt };
  });
  return {
    ...(found.account === undefined ? {} : { account: found.account }),
    listed: resources,
    unread: found.unknown.map(({ message }) => message),
  };
}

/** The apps that the programs of the checkout name. @throws Problem if they cannot be read. */
export async function appsOfPrograms(folder: string): Promise<string[]> {
  const top = workspaceOf(folder);
  return appsIn(await readProgram([], await readConfig(top), top, new Progress()));
}

/** The same; none if they cannot be read. */
export async function appsHere(folder: string): Promise<string[]> {
  try {
    return await appsOfPrograms(folder);
  } catch (error) {
    if (error instanceof Problem) return [];
    throw error;
  }
}

/** What is asked where nothing else is said. */
export function question(rows: Rows, account: Account): Question {
  return {
    askedBy: "sweep",
    pattern: "",
    protect: [],
    apps: [],
    grace: 24 * 3600 * 1000,
    unfinished: false,
    gone: false,
    proven: [],
    pulls: [],
    marks: [],
    account: account.account,
    now: account.connection?.time(),
    rows: rows.rows,
    stageRows: rows.stageRows,
    listed: account.listed,
    unread: [...rows.unread, ...account.unread],
  };
}
