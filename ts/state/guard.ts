/** What the core says of a program's declarations and of the rows of its state. */
import { handleOf } from "#host";
import { refusal } from "../refusals.ts";
import * as wasm from "../wasm.ts";
import type { Binding } from "./bindings.ts";

/** What a block has declared in this run. */
export interface Declared {
  name: string;
  jurisdiction: string;
  onRename: "refuse" | "keep" | "replace";
  /** The options that have the name. */
  keys: readonly string[];
}

/** What the state says of a resource that is about to be written. */
export interface Facts {
  /** The physical name, where the row has one. */
  name?: string | undefined;
  deployed?: boolean;
  retained?: boolean;
  local?: boolean;
  /** Where else in the stage's state the declared name is deployed. */
  elsewhere?: string | undefined;
  /** Whether a replacement that did not end is about to delete the name. */
  pending?: boolean;
}

/** Whether rows of the state can make a declaration of this scope ambiguous. */
export function needsRows(scope: object): boolean {
  return wasm.needsRows(handleOf(scope)) === 1;
}

/** Notes a row of a scope's state, whose base name counts as declared before. */
export function holdRow(
  scope: object,
  kind: string,
  id: string,
  name: string,
  jurisdiction: string,
): void {
  wasm.holdRow(handleOf(scope), kind, id, name, jurisdiction);
}

/** Asks again whether what was declared as an id is ambiguous; throws what is refused. */
export function recheck(scope: object, id: string): void {
  wasm.recheck(handleOf(scope), id);
}

/** What a block has declared in a scope as an id, of a type of Alchemy's. */
export function findDeclared(scope: object, id: string, kind: string): Declared | undefined {
  const found = wasm.declared(handleOf(scope), id, kind);
  if (!found) return undefined;
  const [name, jurisdiction, onRename, ...keys] = found;
  return { name, jurisdiction, onRename, keys };
}

/** What becomes of the name; throws what is refused. */
export function judgeRow(
  scope: object,
  id: string,
  kind: string,
  { name, deployed, retained, local, elsewhere, pending }: Facts,
): "declared" | "keep" | "replace" {
  return wasm.judgeRow(
    handleOf(scope),
    id,
    kind,
    name ?? "",
    deployed ?? false,
    retained ?? false,
    local ?? false,
    elsewhere ?? "",
    pending ?? false,
  );
}

/**
 * Judges a Worker's bindings, before and now; throws what is refused. Has each workflow that keeps
 * its deployed name take it.
 */
export function judgeWorker(
  { root }: { readonly root: object },
  before: readonly Binding[],
  now: readonly Binding[],
): void {
  const words = [...before, ...now].flatMap(({ type, id, className, workflowName }) => {
    return [type, id, className, workflowName];
  });
  const kept = wasm.judgeWorker(handleOf(root), before.length, ...words);
  for (let i = 0; i < kept.length; i += 2) {
    const binding = now[kept[i] as number];
    if (binding) binding.source.workflowName = kept[i + 1];
  }
}

/** A row that Alchemy takes for an orphan. */
export interface Left {
  id: string;
  kind: string;
  name: string;
  jurisdiction: string;
  /** The chain of the scope that the row lies in. */
  chain: readonly string[];
  /** Whether the program itself deletes what it has declared there. */
  meant: boolean;
}

/** Judges whether it may go; throws what is refused. */
export function judgeLeft({ root }: { readonly root: object }, left: Left): void {
  const { meant, id, kind, name, jurisdiction, chain } = left;
  wasm.judgeLeft(handleOf(root), meant, id, kind, name, jurisdiction, ...chain);
}

/** Notes that what is declared as an id keeps its deployed name. */
export function noteKept(scope: object, id: string, kind: string): void {
  wasm.noteKept(handleOf(scope), id, kind);
}

/** An id that a program declares at once under two names. */
export function declaredTwice(id: string, first: string, second: string): Error {
  return refusal("declared-twice", id, first, second);
}

/** An id under which the state holds a resource of another kind. */
export function otherKind(kind: string, id: string, name: string): Error {
  return refusal("other-kind", kind, id, name);
}

/** A Worker whose script another id or scope of the stage holds. */
export function workerMoved(script: string, id: string, place: string): Error {
  return refusal("worker-moved", script, id, place);
}

/** A row that is there and cannot be read. */
export function stateUnreadable(id: string, place: string, why: string): Error {
  return refusal("state-unreadable", id, place, why);
}

/** A shared resource whose owner has not deployed it. */
export function ownerMissing(kind: string, id: string, name: string): Error {
  return refusal("owner-missing", kind, id, name);
}

/** A shared resource where this stage has one of its own. */
export function shareConflict(kind: string, id: string, name: string): Error {
  return refusal("share-conflict", kind, id, name);
}
