/** Every deployed resource of one stage, in whatever scope its row lies. */
import {
  deployedName,
  isDeployed,
  isRetained,
  jurisdictionOf,
  pendingRows,
  type Row,
  SCOPE,
} from "./row.ts";
import { plainStore, readRow, readRows, type WatchedScope } from "./store.ts";

/** Where a physical name is deployed. */
export interface Place {
  /** The scope's chain and the id. */
  path: readonly string[];
  /** Whether Alchemy leaves the resource alone when the row goes. */
  retained: boolean;
  /** Whether it is on a scope's list of deletions, where a replacement left it. */
  pending: boolean;
}

type Index = Map<string, Place[]>;

/** One index for a run of an app, made when the first row is missing. */
const indexes = new WeakMap<WatchedScope, Promise<Index>>();

/** Where else the stage's state holds `name`, deployed and not retained. */
export async function heldElsewhere(
  scope: WatchedScope,
  kind: string,
  name: string,
  jurisdiction: string,
  id: string,
): Promise<Place | undefined> {
  let index = indexes.get(scope.root);
  if (!index) {
    index = stageIndex(scope);
    indexes.set(scope.root, index);
  }
  const places = (await index).get(nameKey(kind, name, jurisdiction));
  if (!places) return undefined;
  const own = JSON.stringify([...scope.chain, id]);
  return places.find(({ path, retained, pending }) => {
    return !retained && (pending || JSON.stringify(path) !== own);
  });
}

async function stageIndex(scope: WatchedScope): Promise<Index> {
  const index: Index = new Map();
  let stage = scope;
  while (stage.parent?.parent) stage = stage.parent;
  const row = stage.parent && (await readRow(plainStore(stage.parent), stage.scopeName));
  noteDeletions(index, stage, row);
  return indexOf(stage, index);
}

async function indexOf(scope: WatchedScope, index: Index): Promise<Index> {
  const rows = await readRows(plainStore(scope));
  const nested: Promise<Index>[] = [];
  for (const [id, row] of rows) {
    if (row.kind === SCOPE) {
      const inner = below(scope, id);
      noteDeletions(index, inner, row);
      nested.push(indexOf(inner, index));
    } else {
      note(index, scope, id, row);
    }
  }
  await Promise.all(nested);
  return index;
}

/** Notes what the scope that `row` stands for is about to delete. */
function noteDeletions(index: Index, scope: WatchedScope, row: Row | undefined): void {
  for (const gone of pendingRows(row)) note(index, scope, gone.id, gone, true);
}

function note(index: Index, scope: WatchedScope, id: string, row: Row, pending = false): void {
  const name = deployedName(row);
  if (name === undefined || !isDeployed(row)) return;
  const at = nameKey(row.kind, name, jurisdictionOf(row));
  const places = index.get(at) ?? [];
  places.push({ path: [...scope.chain, id], retained: isRetained(row), pending });
  index.set(at, places);
}

/** A row, and the chain of the scope that it lies in. */
export interface Lying {
  row: Row;
  chain: readonly string[];
}

/** The rows that go with the row `id` of a scope: itself, or all in the scope it stands for. */
export async function rowsBelow(scope: WatchedScope, id: string): Promise<Lying[]> {
  const row = await readRow(plainStore(scope), id);
  // The stage lies in its root as a scope does, but Alchemy never takes it for one left out.
  if (!row || !scope.parent) return [];
  if (row.kind !== SCOPE) return [{ row, chain: scope.chain }];
  const inner = below(scope, id);
  const ids = (await readRows(plainStore(inner))).keys();
  return (await Promise.all([...ids].map((each) => rowsBelow(inner, each)))).flat();
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
    // It may have a password of its own, and nothing that is read here is written back.
    eraseSecrets: { value: true },
  });
}

/** What no two resources of an account have in common. */
export function nameKey(kind: string, name: string, jurisdiction: string): string {
  return JSON.stringify([kind, name, jurisdiction]);
}
