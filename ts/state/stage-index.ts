/** Every deployed resource of one stage, in whatever scope its row lies. */
import { deployedName, isDeployed, isRetained, jurisdictionOf, type Row, SCOPE } from "./row.ts";
import { plainStore, readRows, type WatchedScope } from "./store.ts";

/** Where a physical name is deployed. */
export interface Place {
  /** The scope's chain and the id. */
  path: readonly string[];
  /** Whether Alchemy leaves the resource alone when the row goes. */
  retained: boolean;
}

type Index = Map<string, Place[]>;

/** One index for a run of an app, made when the first row is missing. */
const indexes = new WeakMap<WatchedScope, Promise<Index>>();

/** Where else than at `path` the stage's state holds `name`, deployed and not retained. */
export async function heldElsewhere(
  scope: WatchedScope,
  kind: string,
  name: string,
  jurisdiction: string,
  id: string,
): Promise<Place | undefined> {
  let index = indexes.get(scope.root);
  if (!index) {
    index = indexOf(stageScope(scope));
    indexes.set(scope.root, index);
  }
  const own = JSON.stringify([...scope.chain, id]);
  const places = (await index).get(key(kind, name, jurisdiction)) ?? [];
  return places.find((place) => !place.retained && JSON.stringify(place.path) !== own);
}

/** The scope below the app's root: all rows of the stage are under it. */
function stageScope(scope: WatchedScope): WatchedScope {
  let at = scope;
  while (at.parent?.parent) at = at.parent;
  return at;
}

async function indexOf(scope: WatchedScope, index: Index = new Map()): Promise<Index> {
  const rows = await readRows(plainStore(scope));
  const nested: Promise<Index>[] = [];
  for (const [id, row] of rows) {
    if (row.kind === SCOPE) nested.push(indexOf(below(scope, id), index));
    else note(index, scope, id, row);
  }
  await Promise.all(nested);
  return index;
}

function note(index: Index, scope: WatchedScope, id: string, row: Row): void {
  const name = deployedName(row);
  if (name === undefined || !isDeployed(row)) return;
  const at = key(row.kind, name, jurisdictionOf(row));
  const places = index.get(at) ?? [];
  places.push({ path: [...scope.chain, id], retained: isRetained(row) });
  index.set(at, places);
}

/**
 * A nested scope as a store sees it. A real one would be entered among its parent's children, and
 * Alchemy would then destroy all of its rows at the end, since nothing was declared in it.
 */
function below(parent: WatchedScope, scopeName: string): WatchedScope {
  const chain = [...parent.chain, scopeName];
  return Object.create(parent, {
    scopeName: { value: scopeName },
    name: { value: scopeName },
    parent: { value: parent },
    chain: { value: chain },
  });
}

function key(kind: string, name: string, jurisdiction: string): string {
  return JSON.stringify([kind, name, jurisdiction]);
}
