import { Database, type SQLQueryBindings } from "bun:sqlite";
import { codes, refuse } from "./errors.ts";

/** A row by column name. */
export type Row = Record<string, unknown>;

/** What one statement gave. */
export interface Outcome {
  columns: string[];
  rows: unknown[][];
  changes: number;
  lastRowId: number;
}

/** Opens an empty database with the settings D1 has. */
export function openDatabase(): Database {
  const db = new Database(":memory:");
  db.run("PRAGMA foreign_keys = ON");
  return db;
}

/** Runs every statement of a script, or none: one failure takes all of them back. */
export function runScript(db: Database, sql: string, params: readonly unknown[]): Outcome[] {
  const statements = splitSql(sql);
  if (statements.length === 0) refuse(400, codes.d1Query, "no SQL statement was given");
  db.run("SAVEPOINT call");
  try {
    const outcomes = runAll(db, statements, params);
    db.run("RELEASE call");
    return outcomes;
  } catch (error) {
    db.run("ROLLBACK TO call");
    db.run("RELEASE call");
    throw error instanceof Error && "errno" in error
      ? sqlRefusal(`${error.message}: SQLITE_ERROR`)
      : error;
  }
}

function sqlRefusal(message: string): unknown {
  try {
    return refuse(400, codes.d1Query, message);
  } catch (refusal) {
    return refusal;
  }
}

function runAll(db: Database, statements: readonly string[], params: readonly unknown[]) {
  const rest = [...params];
  const outcomes = statements.map((statement) => runOne(db, statement, rest));
  if (rest.length > 0) refuse(400, codes.d1Query, "too many parameters for the SQL given");
  return outcomes;
}

function runOne(db: Database, sql: string, params: unknown[]): Outcome {
  if (/^(begin|commit|end|rollback|savepoint|release|attach|detach|vacuum)\b/i.test(sql)) {
    refuse(400, codes.d1Query, `not authorized: ${sql.split(/\s/, 1)[0]} is not allowed`);
  }
  const statement = db.prepare(sql);
  try {
    if (params.length < statement.paramsCount) {
      refuse(400, codes.d1Query, "wrong number of parameter bindings for the SQL given");
    }
    const bound = params.splice(0, statement.paramsCount).map(bindable);
    const before = totalChanges(db);
    const rows = statement.values(...bound) as unknown[][];
    const changes = totalChanges(db) - before;
    const columns =
      rows.length > 0 || statement.columnNames.length > 0 ? statement.columnNames : [];
    return { columns, rows: rows.map((row) => row.map(readable)), changes, lastRowId: lastRow(db) };
  } finally {
    statement.finalize();
  }
}

function bindable(value: unknown): SQLQueryBindings {
  if (value === null || ["string", "number", "boolean"].includes(typeof value)) {
    return value as SQLQueryBindings;
  }
  if (Array.isArray(value)) return Uint8Array.from(value as number[]);
  return refuse(400, codes.d1Invalid, "a parameter must be a string, a number or null");
}

function readable(value: unknown): unknown {
  return value instanceof Uint8Array ? [...value] : value;
}

function totalChanges(db: Database): number {
  return Number(db.query("SELECT total_changes()").values()[0]?.[0]);
}

function lastRow(db: Database): number {
  return Number(db.query("SELECT last_insert_rowid()").values()[0]?.[0]);
}

/** Rows as objects, as `/query` shows them. */
export function rowsOf({ columns, rows }: Outcome): Row[] {
  return rows.map((row) => Object.fromEntries(columns.map((name, at) => [name, row[at]])));
}

/** The user's tables of a database. */
export function tablesOf(db: Database): string[] {
  const query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
  return db
    .query(query)
    .values()
    .map(([name]) => String(name));
}

/** How many rows the user's tables hold. */
export function countRows(db: Database): number {
  const counts = tablesOf(db).map((table) =>
    Number(db.query(`SELECT count(*) FROM ${quoted(table)}`).values()[0]?.[0]),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** The whole database as SQL. */
export function dumpSql(db: Database, options: { schema: boolean; data: boolean }): string {
  const master = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'";
  const schema = (clause: string) =>
    options.schema
      ? db
          .query(`${master} AND ${clause}`)
          .values()
          .map(([sql]) => `${String(sql)};`)
      : [];
  const data = options.data ? tablesOf(db).flatMap((table) => dumpTable(db, table)) : [];
  const lines = [...schema("type = 'table'"), ...data, ...schema("type <> 'table'")];
  return ["PRAGMA defer_foreign_keys=TRUE;", ...lines].join("\n");
}

function dumpTable(db: Database, table: string): string[] {
  const rows = db.query(`SELECT * FROM ${quoted(table)}`).values() as unknown[][];
  return rows.map((row) => `INSERT INTO ${quoted(table)} VALUES(${row.map(literal).join(",")});`);
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function literal(value: unknown): string {
  if (value === null) return "NULL";
  if (value instanceof Uint8Array) return `X'${Buffer.from(value).toString("hex")}'`;
  return typeof value === "string" ? `'${value.replaceAll("'", "''")}'` : String(value);
}

// Strings, quoted names and comments; a semicolon inside one ends nothing.
const opaque = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y;
const word = /[a-z_][a-z0-9_$]*/iy;

/** Splits a script into its statements, leaving a trigger's body whole. */
export function splitSql(script: string): string[] {
  const statements: string[] = [];
  let text = "";
  let trigger = false;
  let depth = 0;
  for (let at = 0; at < script.length; ) {
    const piece = matchAt(opaque, script, at) ?? matchAt(word, script, at) ?? script[at] ?? "";
    at += piece.length;
    if (piece.startsWith("--") || piece.startsWith("/*")) {
      text += " ";
      continue;
    }
    if (piece === ";" && depth === 0) {
      statements.push(text);
      text = "";
      trigger = false;
      continue;
    }
    text += piece;
    if (/^trigger$/i.test(piece) && /^\s*create\s[\w\s]*$/i.test(text)) trigger = true;
    if (trigger && /^(begin|case)$/i.test(piece)) depth += 1;
    if (trigger && /^end$/i.test(piece)) depth -= 1;
  }
  return [...statements, text].map((statement) => statement.trim()).filter(Boolean);
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
