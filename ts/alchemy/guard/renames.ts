/**
 * New resources beside those that a program no longer declares: a changed id looks like that, and the
 * data stays behind under the old one.
 *
 * Alchemy creates the new one before it looks for what is dropped. So a new row carries a mark until a
 * deploy of its stage has come to its end: one that was refused, or died of an error, is not the last
 * that sees it as new.
 */
import { holdsData } from "../../kinds.ts";
import { readRow } from "../../state/read.ts";
import { deployedName, isBeginning, isDeployed, type Row } from "../../state/row.ts";
import { plainStore } from "../store.ts";
import { type AlchemyScope, RESOURCE_KIND } from "../types.ts";
import { deployedPlaces } from "./places.ts";

const NEW = "@alch/blocks:new";

/** A new resource, where the program declares it, and whether its row has the mark. */
interface Made {
  name: string;
  id: string;
  scope: AlchemyScope;
  marked: boolean;
}

/** The new resources that each run has declared, by app, type and place: the last one last. */
const newIn = new WeakMap<AlchemyScope, Map<string, Map<string, Made>>>();

/**
 * Notes that a resource was created in this run: it may be the new name of one that is dropped. Marks
 * its row, which is about to be written, if there is such a one as far as the program has come.
 */
export async function noteCreated(scope: AlchemyScope, row: Row): Promise<void> {
  const { kind, status } = row;
  if (status !== "created" || !holdsData(kind) || !isDeployed(row)) return;
  const made = note(scope, row);
  const others = await deployedPlaces(scope, kind);
  if (!others.some((path) => !isDeclared(scope.root, path))) return;
  row.data = { ...row.data, [NEW]: true };
  made.marked = true;
}

/** Notes that a row, which the program declares, is still new: no deploy has ended well since. */
export function noteStillNew(scope: AlchemyScope, row: Row): void {
  if (row.data?.[NEW] === true && isDeployed(row)) note(scope, row).marked = true;
}

function note(scope: AlchemyScope, row: Row): Made {
  const { kind, id } = row;
  const byKind = newIn.get(scope.root) ?? new Map<string, Map<string, Made>>();
  newIn.set(scope.root, byKind);
  const made = byKind.get(kind) ?? new Map<string, Made>();
  const here = { name: deployedName(row) ?? "", id, scope, marked: false };
  byKind.set(kind, made.set(JSON.stringify([...scope.chain, id]), here));
  return here;
}

/** The new resource of a type that a program declares beside what it drops. */
export function createdBeside(
  { root }: AlchemyScope,
  { kind }: Row,
): { name: string; id: string } | undefined {
  const made = [...(newIn.get(root)?.get(kind)?.values() ?? [])].at(-1);
  return made && { name: made.name, id: made.id };
}

/** Takes the marks out of the rows of a stage whose deploy has come to its end. */
export async function settleCreated({ root }: AlchemyScope): Promise<void> {
  const all = [...(newIn.get(root)?.values() ?? [])].flatMap((made) => [...made.values()]);
  for (const { scope, id, marked } of all) {
    // Secrets that were erased would be written as such.
    if (!marked || scope.eraseSecrets) continue;
    const store = plainStore(scope);
    const row = await readRow(store, id);
    if (row?.data?.[NEW] !== true || isBeginning(row)) continue;
    delete row.data[NEW];
    await store.set(id, row);
  }
}

/** Whether the program has declared something at a path, which is a scope's chain and an id. */
function isDeclared(root: AlchemyScope, path: readonly string[]): boolean {
  let at: AlchemyScope | undefined = root;
  for (const name of path.slice(1, -1)) at = at?.children.get(name);
  return at?.resources.get(path.at(-1) ?? "")?.[RESOURCE_KIND] !== undefined;
}
