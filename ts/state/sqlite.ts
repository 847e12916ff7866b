/** Reads the database of Alchemy's `SQLiteStateStore`, without Alchemy and without writing to it. */
import { belowRoot, isAtRoot, showInApp, type Visitor } from "./location.ts";
import { isRow, type Row } from "./row.ts";

/** Neither Bun nor a Node that reads SQLite. */
export class NoSqlite extends Error {
  constructor() {
    super("this version of Node cannot read SQLite");
  }
}

interface Database {
  all(sql: string, ...values: string[]): Record<string, unknown>[];
  run(sql: string, ...values: string[]): void;
  close(): void;
}

const COLUMNS = "scope, id, kind, fqn, status, data, props, oldProps, output";
const QUERY = `select ${COLUMNS} from resources order by scope, id`;

/** The database, opened to read or to remove single rows. */
export async function openSqlite(file: string, mode: "read" | "write") {
  const database = await open(file, mode === "read");
  return {
    /** The row with this id in this scope, if there is one. */
    row(chain: readonly string[], id: string): Row | undefined {
      const sql = `select ${COLUMNS} from resources where scope = ? and id = ?`;
      const [record] = database.all(sql, JSON.stringify(chain), id);
      return record === undefined ? undefined : rowOf(record);
    },
    remove(chain: readonly string[], id: string): void {
      database.run("delete from resources where scope = ? and id = ?", JSON.stringify(chain), id);
    },
    close: () => database.close(),
  };
}

/**
 * Shows every row of the database to the visitor.
 *
 * @throws NoSqlite, or what SQLite says of the file.
 */
export async function visitSqlite(file: string, visitor: Visitor): Promise<void> {
  const database = await open(file, true);
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
  const roots = new Set(
    rows.flatMap(({ chain, row }) => {
      return chain.length === 1 && isAtRoot(row) ? [JSON.stringify([...chain, row.id])] : [];
    }),
  );
  const below = belowRoot(visitor);
  for (const { chain, row } of rows) {
    const [app, stage, ...scope] = chain;
    if (app === undefined) continue;
    if (stage === undefined) {
      showInApp(visitor, { app, row });
      continue;
    }
    const shows = roots.has(JSON.stringify([app, stage])) ? below : visitor;
    shows.row({ app, stage, scope, row, reachable: isReachable(chain) });
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

interface Statement {
  all(...values: string[]): Record<string, unknown>[];
  run(...values: string[]): unknown;
}

interface BunSqlite {
  Database: new (
    file: string,
    options: object,
  ) => {
    query(sql: string): Statement;
    close(): void;
  };
}

interface NodeSqlite {
  DatabaseSync: new (
    file: string,
    options: object,
  ) => {
    prepare(sql: string): Statement;
    close(): void;
  };
}

async function open(file: string, readOnly: boolean): Promise<Database> {
  if ("Bun" in globalThis) {
    const { Database: Made } = (await import(BUN)) as BunSqlite;
    const database = new Made(file, readOnly ? { readonly: true } : { readwrite: true });
    return made(
      (sql) => database.query(sql),
      () => database.close(),
    );
  }
  const node = (await import(NODE).catch(() => undefined)) as NodeSqlite | undefined;
  if (node === undefined) throw new NoSqlite();
  const database = new node.DatabaseSync(file, { readOnly });
  return made(
    (sql) => database.prepare(sql),
    () => database.close(),
  );
}

function made(statement: (sql: string) => Statement, close: () => void): Database {
  return {
    all: (sql, ...values) => statement(sql).all(...values),
    run: (sql, ...values) => {
      statement(sql).run(...values);
    },
    close,
  };
}
