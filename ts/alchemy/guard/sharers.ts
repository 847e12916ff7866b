/**
 * Other apps and stages whose state names the same resources, where the store can tell: Alchemy's
 * files lie beside each other, and one database of SQLite has all apps. No other store lists its apps. An
 * app that was renamed has adopted what the old one still lists.
 */
import { claimsIn } from "../../state/alchemy2.ts";
import { claimsOf, type RowClaim } from "../../state/claims.ts";
import { visitFiles } from "../../state/files.ts";
import { hostKeysOf } from "../../state/hosts.ts";
import type { Visitor } from "../../state/location.ts";
import type { Owner } from "../../state/owner.ts";
import { nameKey, type Row } from "../../state/row.ts";
import { plainStore } from "../store.ts";
import type { AlchemyScope } from "../types.ts";

type Sharers = Map<string, Owner[]>;

const known = new WeakMap<AlchemyScope, Promise<Sharers>>();

/** Another app or stage whose state holds what a row holds. */
export async function sharerOf(scope: AlchemyScope, row: Row): Promise<Owner | undefined> {
  const key = keyOf(row);
  return key === undefined ? undefined : sharerOfKey(scope, key);
}

/** The same for a key of {@link hostKeysOf}. */
export async function sharerOfKey(scope: AlchemyScope, key: string): Promise<Owner | undefined> {
  const found = known.get(scope.root) ?? readSharers(scope);
  known.set(scope.root, found);
  const { stage, root } = scope;
  return (await found).get(key)?.find((one) => one.app !== root.scopeName || one.stage !== stage);
}

function keyOf(row: Row): string | undefined {
  const own = claimsOf(row)?.own;
  return own && keyIn(own);
}

function keyIn({ kind, name, jurisdiction }: RowClaim): string {
  return nameKey(kind, name, jurisdiction);
}

async function readSharers(scope: AlchemyScope): Promise<Sharers> {
  const sharers: Sharers = new Map();
  const add = (key: string, owner: Owner) => {
    sharers.set(key, [...(sharers.get(key) ?? []), owner]);
  };
  const visitor: Visitor = {
    row({ app, stage, row }) {
      const key = keyOf(row);
      for (const each of key === undefined ? hostKeysOf(row) : [key]) add(each, { app, stage });
    },
    stageRow() {},
    // All stages share it in the same row.
    rootRow() {},
    row2({ stack, stage, row }) {
      // Alchemy 2 may have taken the stage over under the same names.
      const app = `${stack} (Alchemy 2)`;
      const held = claimsIn(row).filter(({ deleting }) => !deleting);
      for (const { own } of held) add(keyIn(own), { app, stage });
    },
    // What cannot be read shares nothing that is known, and is no fault of this app.
    problem() {},
  };
  const [folder, database] = [folderOf(scope), databaseOf(scope)];
  if (folder !== undefined) await visitFiles(folder, visitor);
  if (database !== undefined) await visitDatabase(database, visitor);
  return sharers;
}

async function visitDatabase(file: string, visitor: Visitor): Promise<void> {
  // Only who deletes from such a store needs it.
  const { visitSqlite } = await import("../../state/sqlite.ts");
  await visitSqlite(file, visitor).catch((error: unknown) => visitor.problem(file, error));
}

/** The file with the state of all apps, if the state is in Alchemy's SQLite. */
function databaseOf(scope: AlchemyScope): string | undefined {
  const store = plainStore(scope) as { options?: { filename?: string; url?: string } };
  if (store.constructor.name !== "SQLiteStateStore") return undefined;
  const { filename, url } = store.options ?? {};
  if (url !== undefined) return url.startsWith("file:") ? url.slice("file:".length) : undefined;
  return filename ?? process.env.ALCHEMY_STATE_FILE ?? `${scope.dotAlchemy}/state.sqlite`;
}

/** The folder with the state of all apps, if the state is in files. */
function folderOf(scope: AlchemyScope): string | undefined {
  const { dir } = plainStore(scope) as { dir?: unknown };
  if (typeof dir !== "string") return undefined;
  const path = [...scope.chain].join("/");
  const whole = dir.replaceAll("\\", "/");
  return whole.endsWith(`/${path}`) ? whole.slice(0, -path.length - 1) : undefined;
}
