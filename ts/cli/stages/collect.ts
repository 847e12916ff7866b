/** Collects what is decided by: all rows, the account, and the apps of this checkout. */

import { type Connection, connect } from "../account/connect.ts";
import { listAccount } from "../account/list.ts";
import { listedOf } from "../account/listed.ts";
import { appsIn, type DeclaredName, namesIn, readProgram } from "../analyse/program.ts";
import type { StatePlaces } from "../collect/stores.ts";
import { workspaceOf } from "../collect/workspaces.ts";
import { readConfig } from "../config.ts";
import { noCredentials } from "../monitor/collect/failures.ts";
import type { Limit } from "../monitor/collect/pace.ts";
import { readNamedOrAll } from "../monitor/collect/workspace.ts";
import { Line } from "../monitor/progress.ts";
import { Problem } from "../problem.ts";
import { Progress } from "../progress.ts";
import type { Hosts, ListedResource, Question, StageRow, Unread } from "./decide.ts";
import { hostsOf } from "./hosts.ts";
import { type Rows, rowsOf } from "./origins.ts";

/** Reads all stores; those of the workspace if none is named. */
export async function readRows(
  places: { [Part in keyof StatePlaces]?: StatePlaces[Part] | undefined },
  folder: string,
  apps: readonly string[],
): Promise<Rows> {
  const { state = [], stateStore = [] } = places;
  return rowsOf(await readNamedOrAll({ state, stateStore }, folder, apps));
}

/**
 * The same, for what deletes: it must not take a state that it has not found for an empty one.
 *
 * @param isLost Whether somebody says that there is none.
 * @throws Problem if no store was found.
 */
export async function readRowsToDelete(
  places: Partial<StatePlaces>,
  folder: string,
  apps: readonly string[],
  isLost = false,
): Promise<Rows> {
  const rows = await readRows(places, folder, apps);
  if (rows.stores.length > 0 || isLost) return rows;
  throw noState();
}

/** No store is no empty one: the stages can be in a store that only the program names. */
export function noState(): Problem {
  const help = "name the store that deploys have with `--state` or `--state-store`";
  return new Problem("there is no state here", help, "state-missing");
}

/** What the account has, or why it is not known. */
export interface Account {
  connection?: Connection;
  /** What the servers said that the time is, in milliseconds since 1970. */
  now?: number;
  account?: string;
  /** Nothing if it was not asked. */
  listed?: ListedResource[];
  /** Nothing if no row has any. */
  hosts?: Hosts;
  unread: Unread[];
}

/**
 * @param account The id; the only one of the token if it is not given.
 * @param rows The rows whose domains and routes are compared with the account.
 * @param timeout How long one call may take, in milliseconds.
 * @param limit How often Cloudflare may be called.
 */
export async function readAccount(
  account: string | undefined,
  rows: readonly StageRow[],
  timeout?: number,
  limit?: Limit,
): Promise<Account> {
  const line = new Line();
  const waits = (milliseconds: number) => line.waits(milliseconds);
  const connection = connect(process.env, waits, timeout, limit);
  if (!connection) return { unread: [noCredentials()] };
  try {
    const found = await listed(connection, account, line);
    if (found.account === undefined) return { connection, ...found };
    return { connection, ...found, hosts: await hostsOf(rows, connection, found.account) };
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
  return {
    ...(found.account === undefined ? {} : { account: found.account }),
    listed: found.resources.map(listedOf),
    unread: found.unknown,
  };
}

/** The programs of a checkout. */
export interface Here {
  /** The apps that they name. */
  apps: readonly string[];
  /** What they declare in stages. */
  names(stages: readonly string[]): DeclaredName[];
}

/** @throws Problem if they cannot be read. */
export async function programsIn(folder: string): Promise<Here> {
  const top = workspaceOf(folder);
  const program = await readProgram([], await readConfig(top), top, new Progress());
  return { apps: appsIn(program), names: (stages) => namesIn(program, stages) };
}

/** The same; none if they cannot be read. */
export async function programsHere(folder: string): Promise<Here> {
  try {
    return await programsIn(folder);
  } catch (error) {
    if (error instanceof Problem) return { apps: [], names: () => [] };
    throw error;
  }
}

/** Stages that a program may be deployed in although no state has them. */
const USUAL = ["prod", "production"];

/** What programs declare where the state of a stage is lost: only a ledger asks for it. */
export function declaredBy(
  { names }: Here,
  { rows }: Rows,
  protect: readonly string[],
): readonly DeclaredName[] {
  if (!rows.some(({ seen }) => seen)) return [];
  const stored = rows.flatMap(({ stage, seen }) => (stage === "" || seen ? [] : stage));
  return names([...new Set([...USUAL, ...protect, ...stored])]);
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
    stateLost: false,
    declared: [],
    pulls: [],
    marks: [],
    account: account.account,
    now: account.now ?? account.connection?.time(),
    rows: rows.rows,
    stageRows: rows.stageRows.map(({ app, stage, obscure }) => ({ app, stage, obscure })),
    listed: account.listed,
    hosts: account.hosts ?? { routes: {}, unread: [] },
    unread: [...rows.unread, ...account.unread],
  };
}
