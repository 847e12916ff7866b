/** What the law says of a program's declarations and of the rows of its state. */
import { handleOf } from "#host";
import type { OnRename } from "../options.ts";
import { refusal, rowVerdict, type Verdict, workerVerdict } from "../refusals.ts";
import * as wasm from "../wasm.ts";
import { type Binding, WORKFLOW } from "./bindings.ts";

/** What a block has declared in this run. */
export interface Declared {
  name: string;
  jurisdiction: string;
  onRename: OnRename;
  stage: string;
  /** The stage once more, where it is protected. */
  protects: string;
  /** The options that have the name. */
  keys: readonly string[];
}

/** What the state says of a resource that is about to be written. */
export interface Facts {
  /** The physical name, where the account holds it. */
  name?: string | undefined;
  retained?: boolean;
  local?: boolean;
  /** Where else in the stage's state the declared name is deployed. */
  elsewhere?: string | undefined;
  /** Whether a replacement that did not end is about to delete the name. */
  pending?: boolean;
}

/** Notes a row of a scope's state, whose base name counts as declared before. */
export function holdRow(
  scope: object,
  id: string,
  kind: string,
  name: string,
  jurisdiction: string,
): void {
  wasm.holdRow(handleOf(scope), id, kind, name, jurisdiction);
}

/** Asks again whether what was declared as an id is ambiguous; throws what is refused. */
export function recheck(scope: object, id: string): void {
  wasm.recheck(handleOf(scope), id);
}

/** What a block has declared in a scope as an id, of a type of Alchemy's. */
export function findDeclared(scope: object, id: string, kind: string): Declared | undefined {
  const found = wasm.declared(handleOf(scope), id, kind);
  if (!found) return undefined;
  const [name, jurisdiction, onRename, stage, protects, ...keys] = found;
  return { name, jurisdiction, onRename, stage, protects, keys };
}

/** What becomes of the name; throws what is refused. */
export function judgeRow(
  id: string,
  kind: string,
  { name, onRename, stage, protects }: Declared,
  facts: Facts,
): Verdict {
  const { retained, local, elsewhere, pending } = facts;
  const deployed = facts.name ?? name;
  // Where nothing has another name or place there is nothing to judge, which is so in most deploys.
  if (deployed === name && elsewhere === undefined && !pending) return "declared";
  const said = (holds: boolean | undefined) => (holds ? "true" : "");
  return rowVerdict([
    ...[kind, id, name, onRename, stage, protects],
    ...[facts.name ?? "", said(retained), said(local), elsewhere ?? "", said(pending)],
  ]);
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
  if (before.every((binding) => now.some((other) => isSame(binding, other)))) return;
  const words = [...before, ...now].flatMap(({ type, id, className, workflowName }) => {
    const name = type === WORKFLOW ? workflowName : className;
    const chosen = wasm.chosen(handleOf(root), name, type);
    return [type, id, className, workflowName, chosen];
  });
  for (const [old, kept] of workerVerdict(before.length, now.length, words)) {
    const binding = now[kept];
    if (binding) binding.source.workflowName = before[old]?.workflowName;
  }
}

function isSame(one: Binding, other: Binding): boolean {
  return (
    one.type === other.type &&
    one.id === other.id &&
    one.className === other.className &&
    one.workflowName === other.workflowName
  );
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
  wasm.judgeLeft(handleOf(root), id, kind, name, jurisdiction, meant, ...chain);
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
