/** Finds rows of a stage, in whatever scope they are. */
import { hostIdsOf } from "../../state/hosts.ts";
import { ownerOf } from "../../state/owner.ts";
import { readRow, readRows } from "../../state/read.ts";
import {
  deployedName,
  isDeployed,
  isRetained,
  jurisdictionOf,
  nameKey,
  pendingRows,
  type Row,
  SCOPE,
} from "../../state/row.ts";
import { plainStore } from "../store.ts";
import type { AlchemyScope } from "../types.ts";

/** Where a physical name is deployed. */
export interface Place {
  /** Alchemy's type of resource. */
  kind: string;
  /** The scope's chain and the id. */
  path: readonly string[];
  /** Whether Alchemy leaves the resource alone when the row goes. */
  retained: boolean;
  /** Whether an interrupted replacement is about to delete it. */
  pending: boolean;
  /** Whether the stage has made it. */
  made: boolean;
}

type Index = Map<string, Place[]>;

/** One index for a run of an app, made when it is first needed. */
const indexes = new WeakMap<AlchemyScope, Promise<Index>>();

/** Where else the stage's state holds `name`, deployed and not retained. */
export async function findElsewhere(
  scope: AlchemyScope,
  resource: string,
  name: string,
  jurisdiction: string,
  id: string,
): Promise<Place | undefined> {
  const places = (await indexOf(scope)).get(nameKey(resource, name, jurisdiction)) ?? [];
  const own = JSON.stringify([...scope.chain, id]);
  return places.find(({ path, retained, pending }) => {
    return !retained && (pending || JSON.stringify(path) !== own);
  });
}

/** Whether the stage has made what is deployed as `name`, in whatever row. */
export async function ownsName(
  scope: AlchemyScope,
  resource: string,
  name: string,
): Promise<boolean> {
  const places = (await indexOf(scope)).get(nameKey(resource, name, "")) ?? [];
  return places.some(({ made }) => made);
}

/** Whether the stage's state holds what has a key of `hostIdsOf`. */
export async function isHeldHere(scope: AlchemyScope, key: string): Promise<boolean> {
  return (await indexOf(scope)).has(key);
}

/** Where the stage's state has deployed resources of a type: the chains and the ids. */
export async function deployedPlaces(
  scope: AlchemyScope,
  resource: string,
): Promise<(readonly string[])[]> {
  const places = [...(await indexOf(scope)).values()].flat();
  const deployed = places.filter(({ kind, pending }) => kind === resource && !pending);
  return deployed.map(({ path }) => path);
}

function indexOf(scope: AlchemyScope): Promise<Index> {
  const index = indexes.get(scope.root) ?? indexStage(scope);
  indexes.set(scope.root, index);
  return index;
}

async function indexStage(scope: AlchemyScope): Promise<Index> {
  const index: Index = new Map();
  let stage = scope;
  while (stage.parent?.parent) stage = stage.parent;
  notePending(index, stage, await scopeRow(stage));
  await indexScope(stage, index);
  return index;
}

async function indexScope(scope: AlchemyScope, index: Index): Promise<void> {
  const rows = await readRows(plainStore(scope));
  const nested = [...rows].map(([id, row]) => {
    if (row.kind !== SCOPE) return note(index, scope, id, row);
    const inner = nestedScope(scope, id);
    notePending(index, inner, row);
    return indexScope(inner, index);
  });
  await Promise.all(nested);
}

function notePending(index: Index, scope: AlchemyScope, row: Row | undefined): void {
  for (const pending of pendingRows(row)) note(index, scope, pending.id, pending, true);
}

function note(index: Index, scope: AlchemyScope, id: string, row: Row, pending = false): void {
  // Another stage's rows may be in a folder of this stage.
  const owner = ownerOf(row);
  if (owner && owner.stage !== scope.stage) return;
  for (const key of hostIdsOf(row)) index.set(key, []);
  const name = deployedName(row);
  if (name === undefined || !isDeployed(row)) return;
  const key = nameKey(row.kind, name, jurisdictionOf(row));
  // After its state was lost, a stage adopts its own. Alchemy's names have the app and the stage.
  const automatic = scope.createPhysicalName(id).toLowerCase();
  const made = owner?.adopted !== true || name.toLowerCase() === automatic;
  const { kind } = row;
  const place = { kind, path: [...scope.chain, id], retained: isRetained(row), pending, made };
  index.set(key, [...(index.get(key) ?? []), place]);
}

/**
 * The row that stands for a scope. `scope.get` would draw numbers that resources are ordered by, and
 * only in some runs, so that a queue could be destroyed before the Worker that uses it.
 */
export async function scopeRow({ parent, scopeName }: AlchemyScope): Promise<Row | undefined> {
  return parent && readRow(plainStore(parent), scopeName);
}

/** A row, and the chain of its scope. */
export interface RowLocation {
  row: Row;
  chain: readonly string[];
}

/** The rows that go with the row `id` of a scope: itself, and all in the scope it stands for. */
export async function rowsBelow(scope: AlchemyScope, id: string): Promise<RowLocation[]> {
  const row = await readRow(plainStore(scope), id);
  // The stage is a row of its root, but Alchemy never takes it for an orphan.
  if (!row || !scope.parent) return [];
  const own = row.kind === SCOPE ? [] : [{ row, chain: scope.chain }];
  // A resource has a scope of its own, too.
  const inner = nestedScope(scope, id);
  const ids = [...(await readRows(plainStore(inner))).keys()];
  const below = await Promise.all(ids.map((each) => rowsBelow(inner, each)));
  return [...own, ...below.flat()];
}

/**
 * A nested scope as a store sees it. A real one would be entered among its parent's children, and
 * Alchemy would then destroy all its rows at the end, since nothing was declared in it.
 */
function nestedScope(parent: AlchemyScope, scopeName: string): AlchemyScope {
  return Object.create(parent, {
    scopeName: { value: scopeName },
    name: { value: scopeName },
    parent: { value: parent },
    chain: { value: [...parent.chain, scopeName] },
    // It may have a password of its own, and nothing that is read here is written back.
    eraseSecrets: { value: true },
  });
}
