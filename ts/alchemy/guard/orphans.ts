/** Judges what Alchemy is about to delete because nothing declares it any more. */
import { holdsData, WORKER } from "../../kinds.ts";
import { ownBindings } from "../../state/bindings.ts";
import {
  deployedName,
  isBeginning,
  isDeployed,
  isRetained,
  jurisdictionOf,
  SCOPE,
} from "../../state/row.ts";
import { runOf } from "../scope.ts";
import type { AlchemyScope } from "../types.ts";
import { judgeBindings } from "./judge.ts";
import { type RowLocation, rowsBelow, scopeRow } from "./places.ts";

const RESOURCE_KIND = Symbol.for("alchemy::ResourceKind");

/** The ids of `ids` that Alchemy may see: those of orphans only if they may be deleted now. */
export async function judgeOrphans(scope: AlchemyScope, ids: string[]): Promise<string[]> {
  const orphans = ids.filter((id) => !scope.resources.has(id));
  if (scope.phase === "read" || orphans.length === 0) return ids;
  if (endsEarly(scope)) return ids.filter((id) => !orphans.includes(id));
  const meant = await isBeingDestroyed(scope);
  for (const id of orphans) {
    const rows = await rowsBelow(scope, id);
    // Alchemy looks only now, and a block may have come to it meanwhile.
    if (scope.resources.has(id)) continue;
    for (const location of rows) judgeOrphan(scope, location, meant);
  }
  return ids;
}

function judgeOrphan(scope: AlchemyScope, { row, chain }: RowLocation, meant: boolean): void {
  if (!isDeployed(row) || isRetained(row)) return;
  // Only the row of a Worker says what goes with it.
  if (row.kind === WORKER) judgeBindings(scope, ownBindings(row), []);
  const name = deployedName(row);
  if (!holdsData(row.kind) || name === undefined) return;
  const { id, kind: resource } = row;
  const jurisdiction = jurisdictionOf(row);
  runOf(scope.root).judgeOrphan({ id, resource, name, jurisdiction, chain, meant });
}

/**
 * Whether a scope that the program nests ends before the app does. Alchemy deletes its orphans at
 * once, which is too early to know whether they have moved to a later scope: they have to wait for
 * the end of the app.
 */
function endsEarly(scope: AlchemyScope): boolean {
  const kind = scope.parent?.resources.get(scope.scopeName)?.[RESOURCE_KIND];
  if (kind !== SCOPE) return false;
  for (let at: AlchemyScope | undefined = scope.parent; at; at = at.parent) {
    if (at.finalized && !at.parent?.parent) return false;
  }
  return true;
}

/**
 * Whether the scope is that of a resource with others inside, which the program is destroying.
 * Alchemy opens it anew for that; while it makes or changes one, the row says so.
 */
async function isBeingDestroyed(scope: AlchemyScope): Promise<boolean> {
  const kind = scope.parent?.resources.get(scope.scopeName)?.[RESOURCE_KIND];
  if (kind === undefined || kind === SCOPE) return false;
  const row = await scopeRow(scope);
  return row !== undefined && !isBeginning(row);
}
