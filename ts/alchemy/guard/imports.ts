/** What Alchemy would put into a database once more: files to import, and migrations. */

import type { RemoteResource } from "../../cloudflare/listing.ts";
import { KINDS } from "../../kinds.ts";
import { ownerOf } from "../../state/owner.ts";
import { isDeployed, type Row } from "../../state/row.ts";
import { core } from "../../wasm.ts";
import type { AlchemyScope } from "../types.ts";
import { accountOf } from "./recovery.ts";

const DATABASE = KINDS.database.alchemy.resource;
/** The table that Alchemy uses where the program names none. */
const TABLE = "d1_migrations";

/** Files that are not imported again, by the options that Alchemy passes on. */
const withheld = new WeakMap<object, ImportFile[]>();

/** A file as Alchemy reads it; what it stores has no `sql`. */
interface ImportFile {
  id: string;
  hash: string;
}

const IMPORTED = "@alch/blocks:imported";

const filesOf = (options: Record<string, unknown> | undefined) =>
  (options?.importFiles ?? []) as ImportFile[];
const keyOf = ({ id, hash }: ImportFile) => JSON.stringify([id, hash]);

/** What was imported before, as the guard has noted it. */
function importedInto({ data }: Row): string[] {
  return (data?.[IMPORTED] ?? []) as string[];
}

/**
 * Takes files out of the options that were imported with the same content before. Alchemy imports
 * them at each update, over rows that have been edited since. Into what it adopts it imports nothing,
 * and everything into what it creates. `wasStable` says that the last change of the row was done, and
 * its imports with it.
 */
export function withholdImports(
  row: Row,
  is: { creates: boolean; adopted: boolean; wasStable: boolean },
): void {
  const { kind, props, oldProps } = row;
  const files = filesOf(props);
  if (kind !== DATABASE || !props) return;
  if (is.creates && !is.adopted) delete row.data[IMPORTED];
  if (files.length === 0 || (!isDeployed(row) && !is.adopted)) return;
  const before = is.wasStable && !is.creates ? filesOf(oldProps).map(keyOf) : [];
  const done = new Set([...importedInto(row), ...before]);
  withheld.set(props, files);
  props.importFiles = is.adopted ? [] : files.filter((file) => !done.has(keyOf(file)));
}

/** Notes what a row that is done has had imported. */
export function noteImports(row: Row): void {
  if (row.kind !== DATABASE || !isDeployed(row)) return;
  const files = (row.props && withheld.get(row.props)) ?? filesOf(row.props);
  const all = new Set([...importedInto(row), ...files.map(keyOf)]);
  if (all.size > 0) row.data[IMPORTED] = [...all];
}

/** The row to store, with the files that were withheld. */
export function withImports(row: Row): Row {
  const files = row.props && withheld.get(row.props);
  return files === undefined ? row : { ...row, props: { ...row.props, importFiles: files } };
}

function hasMigrations(options: Record<string, unknown> | undefined): boolean {
  return ((options?.migrationsFiles ?? []) as unknown[]).length > 0;
}

/**
 * Refuses another table of migrations on a deployed database: all of them would run again.
 *
 * @throws BlockError `would-replay`
 */
export function judgeMigrations(id: string, row: Row): void {
  const { kind, props, output, oldProps } = row;
  if (kind !== DATABASE || !props?.migrationsFiles || !oldProps || !isDeployed(row)) return;
  const deployed = String(output?.migrationsTable ?? TABLE);
  const declared = String(props.migrationsTable ?? TABLE);
  if (deployed !== declared && hasMigrations(oldProps))
    throw core().wouldReplay(id, deployed, declared);
}

/**
 * Refuses the first migrations of a database that was adopted and has tables, but no list of those that
 * were applied: all of them would run. `found` is the database, if this run is about to adopt it. What
 * the account does not say refuses nothing.
 *
 * @throws BlockError `would-replay`
 */
export async function judgeAdoptedMigrations(
  scope: AlchemyScope,
  id: string,
  row: Row,
  found: RemoteResource | undefined,
): Promise<void> {
  const { kind, props, oldProps } = row;
  if (kind !== DATABASE || !hasMigrations(props)) return;
  const isLater = ownerOf(row)?.adopted === true && isDeployed(row) && !hasMigrations(oldProps);
  const database = found?.id ?? (isLater ? String(row.output?.id) : undefined);
  if (database === undefined) return;
  const tables = await accountOf(scope)
    ?.tables(database, props ?? {})
    .catch(() => undefined);
  const declared = String(props?.migrationsTable ?? TABLE);
  if (!tables || tables.length === 0 || tables.includes(declared)) return;
  throw core().adoptedReplay(id, declared);
}
