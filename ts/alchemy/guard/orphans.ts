/** Judges what Alchemy is about to delete: what nothing declares any more, or what is destroyed. */
import { WORKER } from "../../kinds.ts";
import { ownBindings } from "../../state/bindings.ts";
import { ownerOf } from "../../state/owner.ts";
import { readRows } from "../../state/read.ts";
import {
  deployedName,
  isBeginning,
  isDeployed,
  isRetained,
  jurisdictionOf,
  type Row,
  SCOPE,
} from "../../state/row.ts";
import { plainStore } from "../store.ts";
import { type AlchemyScope, RESOURCE_KIND } from "../types.ts";
import { tellAtEnd } from "./known.ts";
import { forDeletion, ownerHere, ownerWithAccount } from "./owners.ts";
import { type RowLocation, rowsBelow, scopeRow } from "./places.ts";
import { createdBeside, settleCreated } from "./renames.ts";
import { consentingRun } from "./settings.ts";
import { sharerOf } from "./sharers.ts";

/** The stages whose deploy has come to its end. */
const ended = new WeakSet<AlchemyScope>();

/** The ids of `ids` that Alchemy may see: those of orphans only if they may be deleted now. */
export async function judgeOrphans(scope: AlchemyScope, ids: string[]): Promise<string[]> {
  if (scope.phase === "read") return ids;
  // All stages share the root scope. What stands there for another stage is not an orphan of this.
  if (!scope.parent) return ids.filter((id) => scope.children.has(id) || scope.resources.has(id));
  const orphans = ids.filter((id) => !scope.resources.has(id));
  if (endsEarly(scope)) return ids.filter((id) => scope.resources.has(id));
  // Before the first is deleted, since a scope that is nested ends, and deletes, before its parent.
  await judgeNested(scope);
  const hidden = await judgeAll(scope, orphans);
  await atEnd(scope);
  return ids.filter((id) => !hidden.has(id));
}

/** Judges the orphans of the scopes that the program has opened in this one. */
async function judgeNested(scope: AlchemyScope): Promise<void> {
  for (const [name, inner] of scope.children) {
    if (scope.resources.get(name)?.[RESOURCE_KIND] !== SCOPE) continue;
    const rows = await readRows(plainStore(inner));
    const orphans = [...rows.keys()].filter((id) => !inner.resources.has(id));
    await judgeAll(inner, orphans);
    await judgeNested(inner);
  }
}

/** Judges orphans. Gives those that Alchemy must not see, because a local run leaves them alone. */
async function judgeAll(scope: AlchemyScope, ids: readonly string[]): Promise<Set<string>> {
  const hidden = new Set<string>();
  if (ids.length === 0) return hidden;
  const meant = await isBeingDestroyed(scope);
  for (const id of ids) {
    const rows = await rowsBelow(scope, id);
    // Alchemy looks only now, and a block may have come to it meanwhile.
    if (scope.resources.has(id)) continue;
    const isLeft = scope.local && scope.phase === "up" && rows.some(({ row }) => isDeployed(row));
    if (isLeft) hidden.add(id);
    else for (const location of rows) await judgeRow(scope, location, meant);
  }
  return hidden;
}

/**
 * Judges all that goes with a scope that is destroyed, before the first of it is deleted.
 *
 * @returns the rows that Alchemy sees.
 */
export async function judgeDestruction(
  scope: AlchemyScope,
  all: Record<string, Row>,
): Promise<Record<string, Row>> {
  if (scope.phase === "read") return all;
  for (const id of Object.keys(all)) {
    for (const location of await rowsBelow(scope, id)) await judgeRow(scope, location, true);
  }
  return all;
}

async function judgeRow(
  scope: AlchemyScope,
  { row, chain }: RowLocation,
  meant: boolean,
): Promise<void> {
  const owner = ownerOf(row);
  const here = owner?.account ? await ownerWithAccount(scope, row.props) : ownerHere(scope);
  const orphan = {
    id: row.id,
    resource: row.kind,
    name: isDeployed(row) ? deployedName(row) : undefined,
    jurisdiction: jurisdictionOf(row),
    bindings: row.kind === WORKER ? ownBindings(row).map(({ source: _, ...rest }) => rest) : [],
    // What only the guard retains is not what a program has said.
    retained: row.kind === WORKER ? row.props?.delete === false : isRetained(row),
    meant,
    destroys: scope.root.phase === "destroy",
    local: scope.local,
    created: createdBeside(scope, row),
    owner,
    sharer: isRetained(forDeletion(scope, row)) ? undefined : await sharerOf(scope, row),
    here,
  };
  consentingRun(scope).judgeOrphan(orphan, chain);
}

/** Once, when the deploy of a stage has come to its end: nothing was refused. */
async function atEnd(scope: AlchemyScope): Promise<void> {
  const isStage = scope.parent !== undefined && scope.parent.parent === undefined;
  if (!isStage || scope.phase !== "up" || ended.has(scope)) return;
  ended.add(scope);
  await settleCreated(scope);
  await tellAtEnd(scope);
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
