/** What Alchemy would put into a database once more: files to import, and migrations. */
import { KINDS } from "../../kinds.ts";
import { isDeployed, type Row } from "../../state/row.ts";
import { core } from "../../wasm.ts";

const DATABASE = KINDS.database.alchemy.resource;
/** The table that Alchemy uses where the program names none. */
const TABLE = "d1_migrations";

/** Files that are not imported again, by the options that Alchemy passes on. */
const withheld = new WeakMap<object, unknown>();

/** A file as Alchemy reads it; what it stores has no `sql`. */
interface ImportFile {
  id: string;
  hash: string;
}

/**
 * Takes files out of the options that were imported with the same content before. Alchemy imports
 * them at each update, over rows that have been edited since.
 */
export function withholdImports({ kind, props, oldProps }: Row): void {
  const files = props?.importFiles as ImportFile[] | undefined;
  if (kind !== DATABASE || !props || !files?.length) return;
  const key = ({ id, hash }: ImportFile) => JSON.stringify([id, hash]);
  const done = new Set(((oldProps?.importFiles ?? []) as ImportFile[]).map(key));
  withheld.set(props, files);
  props.importFiles = files.filter((file) => !done.has(key(file)));
}

/** The row to store, with the files that were withheld. */
export function withImports(row: Row): Row {
  const files = row.props && withheld.get(row.props);
  return files === undefined ? row : { ...row, props: { ...row.props, importFiles: files } };
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
  const ran = oldProps.migrationsFiles as unknown[] | undefined;
  if (deployed !== declared && ran?.length) throw core().wouldReplay(id, deployed, declared);
}
