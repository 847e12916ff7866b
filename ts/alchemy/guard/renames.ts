/**
 * New resources beside those that a program no longer declares: a changed id looks like that, and the
 * data stays behind under the old one.
 */
import { holdsData } from "../../kinds.ts";
import { readRow } from "../../state/read.ts";
import { deployedName, type Row } from "../../state/row.ts";
import { plainStore } from "../store.ts";
import { type AlchemyScope, RESOURCE_KIND } from "../types.ts";

const BESIDE = "@alch/blocks:beside";

/** A resource that was created, and where the program declares it. */
interface Made {
  name: string;
  chain: readonly string[];
  id: string;
}

/** What each run has created with data in mind, by app and type: the last one. */
const createdBy = new WeakMap<AlchemyScope, Map<string, Made>>();

/** Notes that a resource was created in this run: it may be the new name of one that is dropped. */
export function noteCreated({ root, chain }: AlchemyScope, row: Row): void {
  const name = deployedName(row);
  if (row.status !== "created" || !holdsData(row.kind) || name === undefined) return;
  const created = createdBy.get(root) ?? new Map<string, Made>();
  createdBy.set(root, created.set(row.kind, { name, chain, id: row.id }));
}

/**
 * Notes in the row of what is dropped which resource this run has created. If the run is refused, the
 * new resource is no longer new to the next one.
 */
export async function noteBeside(scope: AlchemyScope, id: string): Promise<void> {
  const created = createdBy.get(scope.root);
  // Secrets that were erased would be written as such.
  if (!created || scope.eraseSecrets || scope.local) return;
  const store = plainStore(scope);
  const row = await readRow(store, id);
  const made = row && created.get(row.kind);
  if (!made || made.name === deployedName(row)) return;
  row.data = { ...row.data, [BESIDE]: made };
  await store.set(id, row);
}

/** The resource that this run has created beside a row, or a refused one before it. */
export function createdBeside({ root }: AlchemyScope, { kind, data }: Row): string | undefined {
  const now = createdBy.get(root)?.get(kind);
  if (now) return now.name;
  const before = data?.[BESIDE] as Made | undefined;
  return before && isDeclared(root, kind, before) ? before.name : undefined;
}

function isDeclared(root: AlchemyScope, kind: string, { chain, id }: Made): boolean {
  let at: AlchemyScope | undefined = root;
  for (const name of chain.slice(1)) at = at?.children.get(name);
  return at?.resources.get(id)?.[RESOURCE_KIND] === kind;
}
