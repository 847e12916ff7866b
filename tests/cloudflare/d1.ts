import type { Database } from "bun:sqlite";
import { createHash, randomUUID } from "node:crypto";
import { codes, refuse } from "./errors.ts";
import type { DataLost, Journal } from "./log.ts";
import { validName } from "./names.ts";
import {
  type Call,
  isJson,
  type Json,
  objectOf,
  page,
  param,
  type Reply,
  type Route,
  route,
} from "./router.ts";
import {
  countRows,
  dumpSql,
  type Outcome,
  openDatabase,
  rowsOf,
  runScript,
  tablesOf,
} from "./sql.ts";

const kind = "D1Database";
const hints = new Set(["wnam", "enam", "weur", "eeur", "apac", "oc"]);
const jurisdictions = new Set(["eu", "fedramp", "us"]);

/** A D1 database and the SQLite that holds its rows. */
export interface D1 {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly jurisdiction: string | null;
  readonly locationHint: string | null;
  replication: string;
  readonly db: Database;
}

interface Upload {
  etag: string;
  sql: string | undefined;
}

/** The D1 databases of an account. */
export class Databases {
  /** By id. */
  readonly all = new Map<string, D1>();
  /** Files on their way in or out, by file name. */
  readonly files = new Map<string, Upload>();
  readonly #imports = new Map<string, Json>();
  readonly #journal: Journal;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** The database of that name. */
  named(name: string): D1 | undefined {
    return [...this.all.values()].find((database) => database.name === name);
  }

  /** Creates a database, as a POST does. */
  create(name: string, options: { jurisdiction?: unknown; locationHint?: unknown } = {}): D1 {
    validName(kind, name);
    if (this.named(name)) {
      refuse(400, codes.d1Exists, `Database with name '${name}' already exists`);
    }
    const database: D1 = {
      id: randomUUID(),
      name,
      createdAt: new Date().toISOString(),
      jurisdiction: oneOf(options.jurisdiction, jurisdictions, "jurisdiction"),
      locationHint: oneOf(options.locationHint, hints, "primary_location_hint"),
      replication: "disabled",
      db: openDatabase(),
    };
    this.all.set(database.id, database);
    this.#journal.note({ kind, action: "create", name, id: database.id });
    return database;
  }

  /** Deletes a database with everything in it. */
  delete(id: string): void {
    const database = this.get(id);
    this.all.delete(id);
    const dataLost: DataLost = { of: "rows", count: countRows(database.db) };
    database.db.close();
    this.#journal.note({ kind, action: "delete", name: database.name, id, dataLost });
  }

  /** The database of that id; refused when there is none. */
  get(id: string): D1 {
    return (
      this.all.get(id) ?? refuse(404, codes.d1Missing, `The database ${id} could not be found`)
    );
  }

  /** Sets the read replication mode. */
  replicate(id: string, mode: unknown): D1 {
    const database = this.get(id);
    if (mode !== "auto" && mode !== "disabled") {
      refuse(400, codes.d1Invalid, "read_replication.mode must be auto or disabled");
    }
    database.replication = mode;
    this.#journal.note({ kind, action: "update", name: database.name, id });
    return database;
  }

  /** Takes the upload of an import; wrong content is refused as the object store does. */
  upload(file: string, body: Uint8Array): void {
    const upload = this.files.get(file) ?? refuse(404, codes.d1Missing, "no such upload");
    if (createHash("md5").update(body).digest("hex") !== upload.etag) {
      refuse(400, codes.d1Invalid, "the upload does not have the announced etag");
    }
    upload.sql = new TextDecoder().decode(body);
  }

  /** One step of an import: init, ingest or poll. */
  import(id: string, body: Json, origin: string): Json {
    const database = this.get(id);
    if (body.action === "init") return this.#begin(body, origin);
    if (body.action === "ingest") return this.#ingest(database, body);
    if (body.action !== "poll") refuse(400, codes.d1Invalid, "action must be init, ingest or poll");
    const done = this.#imports.get(String(body.current_bookmark));
    return done ?? refuse(400, codes.d1Invalid, "no import has this bookmark");
  }

  #begin(body: Json, origin: string): Json {
    if (typeof body.etag !== "string") refuse(400, codes.d1Invalid, "an import needs an etag");
    const filename = `${randomUUID()}.sql`;
    this.files.set(filename, { etag: body.etag, sql: undefined });
    return { success: true, type: "import", filename, upload_url: `${origin}/__files/${filename}` };
  }

  #ingest(database: D1, body: Json): Json {
    const upload = this.files.get(String(body.filename));
    if (upload?.sql === undefined || upload.etag !== body.etag) {
      refuse(400, codes.d1Invalid, "there is no uploaded file of that name and etag");
    }
    const at_bookmark = randomUUID();
    this.#imports.set(at_bookmark, importResult(database, upload.sql, at_bookmark));
    return { success: true, type: "import", status: "active", at_bookmark, messages: [] };
  }

  /** One step of an export: the first call starts it, the next has the file. */
  export(id: string, body: Json, origin: string): Json {
    const database = this.get(id);
    const at_bookmark = String(body.current_bookmark ?? randomUUID());
    const progress = { success: true, type: "export", at_bookmark, messages: [] };
    if (body.current_bookmark === undefined) return { ...progress, status: "active" };
    const options = isJson(body.dump_options) ? body.dump_options : {};
    const wanted = { schema: options.no_schema !== true, data: options.no_data !== true };
    const filename = `${at_bookmark}.sql`;
    this.files.set(filename, { etag: "", sql: dumpSql(database.db, wanted) });
    const signed_url = `${origin}/__files/${filename}`;
    return { ...progress, status: "complete", result: { filename, signed_url } };
  }
}

function importResult(database: D1, sql: string, bookmark: string): Json {
  try {
    const outcomes = runScript(database.db, sql, []);
    const changes = outcomes.reduce((sum, outcome) => sum + outcome.changes, 0);
    const result = {
      final_bookmark: bookmark,
      num_queries: outcomes.length,
      meta: meta(changes, 0),
    };
    return { success: true, type: "import", status: "complete", messages: [], result };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { success: false, type: "import", status: "error", error: message, messages: [] };
  }
}

function oneOf(value: unknown, allowed: ReadonlySet<string>, name: string): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === "string" && allowed.has(value)) return value;
  return refuse(400, codes.d1Invalid, `${name} has no such value`);
}

function meta(changes: number, lastRowId: number): Json {
  return {
    served_by: "stand-in",
    served_by_primary: true,
    duration: 0,
    changes,
    last_row_id: lastRowId,
    changed_db: changes > 0,
    rows_read: 0,
    rows_written: changes,
  };
}

function shown(database: D1): Json {
  return {
    uuid: database.id,
    name: database.name,
    created_at: database.createdAt,
    version: "production",
    num_tables: tablesOf(database.db).length,
    file_size: 12288,
    running_in_region: (database.locationHint ?? "weur").toUpperCase(),
    read_replication: { mode: database.replication },
    jurisdiction: database.jurisdiction,
  };
}

function list(call: Call, databases: Databases): Reply {
  // The name filter finds parts of names, so a client must still compare.
  const wanted = call.query.get("name") ?? "";
  const found = [...databases.all.values()].filter(({ name }) => name.includes(wanted));
  const rules = { code: codes.d1Invalid, min: 1, max: 10_000, standard: 1000, totalPages: false };
  return page(call, found.map(shown), rules);
}

function query(call: Call, databases: Databases, show: (outcome: Outcome) => unknown): Reply {
  const { db } = databases.get(param(call, "id"));
  const body = objectOf(call, codes.d1Invalid);
  const batch = Array.isArray(body.batch) ? body.batch : [body];
  const result = batch.flatMap((item: unknown) => {
    const { sql, params = [] } = isJson(item) ? item : {};
    if (typeof sql !== "string") return refuse(400, codes.d1Invalid, "sql must be a string");
    if (!Array.isArray(params)) return refuse(400, codes.d1Invalid, "params must be a list");
    return runScript(db, sql, params);
  });
  return {
    result: result.map((outcome) => ({
      results: show(outcome),
      success: true,
      meta: meta(outcome.changes, outcome.lastRowId),
    })),
  };
}

function create(call: Call, databases: Databases): Reply {
  const body = objectOf(call, codes.d1Invalid);
  const name = validName(kind, body.name);
  const options = { jurisdiction: body.jurisdiction, locationHint: body.primary_location_hint };
  return { result: shown(databases.create(name, options)) };
}

function patch(call: Call, databases: Databases): Reply {
  const body = objectOf(call, codes.d1Invalid);
  if (!isJson(body.read_replication)) refuse(400, codes.d1Invalid, "nothing to update");
  return { result: shown(databases.replicate(param(call, "id"), body.read_replication.mode)) };
}

/** The routes of D1, relative to the account. */
export function d1Routes(databases: Databases): Route[] {
  const at = "/d1/database/:id";
  const body = (call: Call) => objectOf(call, codes.d1Invalid);
  return [
    route("GET", "/d1/database", (call) => list(call, databases)),
    route("POST", "/d1/database", (call) => create(call, databases)),
    route("GET", at, (call) => ({ result: shown(databases.get(param(call, "id"))) })),
    route("PATCH", at, (call) => patch(call, databases)),
    route("DELETE", at, (call) => {
      databases.delete(param(call, "id"));
      return { result: null };
    }),
    route("POST", `${at}/query`, (call) => query(call, databases, rowsOf)),
    route("POST", `${at}/raw`, (call) =>
      query(call, databases, ({ columns, rows }) => ({ columns, rows })),
    ),
    route("POST", `${at}/import`, (call) => ({
      result: databases.import(param(call, "id"), body(call), call.origin),
    })),
    route("POST", `${at}/export`, (call) => ({
      result: databases.export(param(call, "id"), body(call), call.origin),
    })),
  ];
}
