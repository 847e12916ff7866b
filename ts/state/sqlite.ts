/** Reads the database of Alchemy's `SQLiteStateStore`, without Alchemy and without writing to it. */
import type { RowLocation, Visitor } from "./location.ts";
import { isRow, type Row } from "./row.ts";

/** Neither Bun nor a Node that reads SQLite. */
export class NoSqlite extends Error {
  constructor() {
    super("this version of Node cannot read SQLite");
  }
}

interface Database {
  all(sql: string): Record<string, unknown>[];
  close(): void;
}

const QUERY =
  "select scope, id, kind, fqn, status, data, props, oldProps, output from resources order by scope, id";

/**
 * Shows every row of the database to the visitor.
 *
 * @throws NoSqlite, or what SQLite says of the file.
 */
export async function visitSqlite(file: string, visitor: Visitor): Promise<void> {
  const database = await open(file);
  try {
    visitRows(database.all(QUERY), visitor);
  } finally {
    database.close();
  }
}

function visitRows(records: Record<string, unknown>[], visitor: Visitor): void {
  const rows = records.map((record) => ({ chain: chainOf(record), row: rowOf(record) }));
  const keys = new Set(rows.map(({ chain, row }) => JSON.stringify([...chain, row.id])));
  /** Whether a row leads to each scope around. */
  const isReachable = (chain: readonly string[]) => {
    return chain.every((_, at) => at < 2 || keys.has(JSON.stringify(chain.slice(0, at + 1))));
  };
  for (const { chain, row } of rows) {
    const [app, stage, ...scope] = chain;
    if (app === undefined) continue;
    const at: Omit<RowLocation, "stage"> = { app, scope, row, reachable: isReachable(chain) };
    if (stage === undefined) visitor.stageRow({ ...at, stage: row.id });
    else visitor.row({ ...at, stage });
  }
}

function chainOf({ scope }: Record<string, unknown>): string[] {
  const chain: unknown = JSON.parse(String(scope));
  if (Array.isArray(chain)) return chain.map(String);
  throw new SyntaxError(`a row has the scope \`${scope}\``);
}

const JSON_COLUMNS = ["data", "props", "oldProps", "output"];

function rowOf(record: Record<string, unknown>): Row {
  const fields = Object.entries(record).filter(([name, value]) => {
    return name !== "scope" && value !== null;
  });
  const row: unknown = Object.fromEntries(
    fields.map(([name, value]) => {
      return [name, JSON_COLUMNS.includes(name) ? (JSON.parse(String(value)) as unknown) : value];
    }),
  );
  if (isRow(row)) return row;
  throw new SyntaxError(`a row has no kind or no id`);
}

/** Modules of the runtime, which a bundler must not look for. */
const BUN = "bun:sqlite";
const NODE = "node:sqlite";

interface BunSqlite {
  Database: new (
    file: string,
    options: object,
  ) => {
    query(sql: string): { all(): Record<string, unknown>[] };
    close(): void;
  };
}

interface NodeSqlite {
  DatabaseSync: new (
    file: string,
    options: object,
  ) => {
    prepare(sql: string): { all(): Record<string, unknown>[] };
    close(): void;
  };
}

async function open(file: string): Promise<Database> {
  if ("Bun" in globalThis) {
    const { Database: Made } = (await import(BUN)) as BunSqlite;
    const database = new Made(file, { readonly: true });
    return { all: (sql) => database.query(sql).all(), close: () => database.close() };
  }
  const node = (await import(NODE).catch(() => undefined)) as NodeSqlite | undefined;
  if (node === undefined) throw new NoSqlite();
  const database = new node.DatabaseSync(file, { readOnly: true });
  return { all: (sql) => database.prepare(sql).all(), close: () => database.close() };
}
