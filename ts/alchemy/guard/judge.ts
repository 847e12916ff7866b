/** Judges a row that Alchemy is about to write, before it calls Cloudflare. */
import { holdsData, quirksOf, specOf, WORKER } from "../../kinds.ts";
import { type Binding, bindingsOf, ownBindings } from "../../state/bindings.ts";
import { ownerOf } from "../../state/owner.ts";
import {
  deployedName,
  givenName,
  isDeployed,
  isRetained,
  jurisdictionOf,
  nameKey,
  pendingRows,
  type Row,
} from "../../state/row.ts";
import { core, type Declared } from "../../wasm.ts";
import { type AlchemyScope, RESOURCE_KIND } from "../types.ts";
import { findElsewhere, ownsName, scopeRow } from "./places.ts";
import { accountOf, adoptsRaw, namedBy } from "./recovery.ts";
import { consentingRun } from "./settings.ts";

/** What interrupted replacements of a scope are about to delete, by the keys of the names. */
const pendingOf = new WeakMap<AlchemyScope, Promise<Set<string>>>();

/**
 * Refuses a row of another kind under an id that the program declares. Alchemy would take it for the
 * row of the resource: it deletes what the row holds, or overwrites that it is retained.
 */
export function judgeKind(scope: AlchemyScope, id: string, row: Row): void {
  const kind = scope.resources.get(id)?.[RESOURCE_KIND];
  const holds = holdsData(row.kind) || ownBindings(row).length > 0;
  if (kind === undefined || kind === row.kind || !holds || !isDeployed(row)) return;
  throw core().otherKind(row.kind, id, deployedName(row) ?? "");
}

/**
 * Judges a row of a block. Writes the name that counts into it.
 *
 * @returns whether Alchemy is about to create the resource in the account.
 */
export async function judgeRow(
  scope: AlchemyScope,
  id: string,
  row: Row,
  declared: Declared,
): Promise<boolean> {
  const { props } = row;
  if (!props) return false;
  const naming = specOf(row.kind)?.naming ?? [];
  refuseSecondName(id, props[naming[0] ?? "name"], declared.name);
  const deployed = isDeployed(row) ? deployedName(row) : undefined;
  const local = isLocal(scope, row, props);
  const kept = declared.onRename === "keep" ? deployed : undefined;
  const { name, jurisdiction } = declared;
  const elsewhere =
    deployed === name ? undefined : await findElsewhere(scope, row.kind, name, jurisdiction, id);
  const pending = await pendingNames(scope);
  const verdict = declared.judge({
    name: deployed,
    retained: row.oldProps?.delete === false,
    local,
    elsewhere: elsewhere?.path.join("/"),
    pending:
      pending.has(nameKey(row.kind, kept ?? name, jurisdiction)) || elsewhere?.pending === true,
  });
  if (verdict === "keep") for (const option of naming) props[option] = deployed;
  if (verdict === "replace" && deployed) {
    pending.add(nameKey(row.kind, deployed, jurisdictionOf(row)));
  }
  const replaces = verdict === "replace" && specOf(row.kind)?.onNewName === "replace";
  return (deployed === undefined || replaces) && !local;
}

/**
 * Judges a row of a resource that no block declares: Alchemy replaces it if its name changes, and
 * deletes what another row of the stage holds, if this one adopts it.
 *
 * @returns whether Alchemy is about to create it in the account.
 * @throws BlockError `would-replace`, `id-changed`, `pending-deletion`
 */
export async function judgeRaw(scope: AlchemyScope, id: string, row: Row): Promise<boolean> {
  if (isLocal(scope, row, row.props ?? {})) return false;
  const deployed = isDeployed(row) ? deployedName(row) : undefined;
  const { name, jurisdiction } = namedBy(scope, id, row);
  const isNamed = givenName(row.kind, row.props) !== undefined;
  if (deployed !== undefined && (!isNamed || deployed === name)) return false;
  // What is retained stays, whatever name comes.
  const isKept = isRetained({ ...row, props: row.oldProps ?? {} });
  if (deployed !== undefined && (!isKept || quirksOf(row.kind)?.ignoresDelete)) {
    consentingRun(scope).judgeRawName(row.kind, id, deployed, name);
  }
  if (adoptsRaw(scope, row)) {
    const held = await findElsewhere(scope, row.kind, name, jurisdiction, id);
    const place = held?.path.join("/") ?? "";
    if (held) throw core().heldElsewhere(row.kind, name, id, place, held.pending);
  }
  return true;
}

/**
 * Refuses to rename in place what this stage has adopted: it may be in use elsewhere.
 *
 * @throws BlockError `owned-elsewhere`
 */
export function judgeRename(scope: AlchemyScope, id: string, row: Row): void {
  const isRenamed = specOf(row.kind)?.onNewName === "rename-in-place";
  const deployed = isDeployed(row) ? deployedName(row) : undefined;
  if (!isRenamed || deployed === undefined || scope.local) return;
  // Alchemy keeps the deployed name where none is written.
  const name = givenName(row.kind, row.props) ?? deployed;
  if (name === deployed || ownerOf(row)?.adopted !== true) return;
  throw core().adoptedRename(row.kind, id, deployed, String(name));
}

/**
 * Refuses an id that is declared under another name too: by a block whose declaration is not done yet,
 * or as a raw resource. Alchemy has one row for both.
 */
function refuseSecondName(id: string, given: unknown, name: string): void {
  if (given === name || given === undefined) return;
  throw core().declaredTwice(id, String(given), name);
}

/** Whether nothing of it is in the account. */
export function isLocal(
  { local }: AlchemyScope,
  { kind }: Row,
  options: Record<string, unknown>,
): boolean {
  const dev = options.dev as { remote?: boolean } | undefined;
  return local && !dev?.remote && quirksOf(kind)?.alwaysRemote !== true;
}

function pendingNames(scope: AlchemyScope): Promise<Set<string>> {
  let pending = pendingOf.get(scope);
  if (!pending) {
    pending = readPending(scope);
    pendingOf.set(scope, pending);
  }
  return pending;
}

async function readPending(scope: AlchemyScope): Promise<Set<string>> {
  const rows = pendingRows(await scopeRow(scope)).filter((row) => !isRetained(row));
  return new Set(
    rows.map((row) => nameKey(row.kind, deployedName(row) ?? "", jurisdictionOf(row))),
  );
}

/** Judges a Worker that is about to be written: its script, its Durable Objects and workflows. */
export async function judgeWorker(scope: AlchemyScope, id: string, row: Row): Promise<void> {
  refusePromises(id, row.props?.bindings);
  const { name: script } = namedBy(scope, id, row);
  if (isDeployed(row)) {
    judgeBindings(scope, ownBindings(row), bindingsOf(row.props?.bindings));
  } else {
    const place = await findElsewhere(scope, WORKER, script, "", id);
    if (place) throw core().workerMoved(script, id, place.path.join("/"));
  }
  // Last, since this is the only one that asks the account.
  await refuseTakeovers(scope, row, script);
}

/**
 * Refuses a workflow that another stage's or app's Worker has: Cloudflare hands it over without a
 * word. What the account does not say refuses nothing.
 */
async function refuseTakeovers(scope: AlchemyScope, row: Row, script: string): Promise<void> {
  if (scope.local) return;
  const had = new Set(ownBindings(row).map(({ workflowName }) => workflowName));
  for (const { type, workflowName, source } of bindingsOf(row.props?.bindings)) {
    const isOwn = source.scriptName === undefined || source.scriptName === script;
    if (type !== "workflow" || !isOwn || (isDeployed(row) && had.has(workflowName))) continue;
    const found = await accountOf(scope)
      ?.find("workflow", workflowName, "", row.props ?? {})
      .catch(() => undefined);
    const holder = found?.script;
    if (holder === undefined || holder === script) continue;
    if (!(await ownsName(scope, WORKER, holder))) throw core().workflowHeld(workflowName, holder);
  }
}

/**
 * Refuses to adopt a Worker with a class that the program does not bind: Alchemy would delete it.
 * What the account does not say refuses nothing.
 *
 * @throws BlockError `would-delete-class`
 */
export async function judgeAdoptedWorker(scope: AlchemyScope, id: string, row: Row): Promise<void> {
  const { name: script } = namedBy(scope, id, row);
  const held = await accountOf(scope)
    ?.list("durable-object", "", row.props ?? {})
    .catch(() => undefined);
  const bound = new Set(bindingsOf(row.props?.bindings).map(({ className }) => className));
  for (const name of held?.keys() ?? []) {
    const className = name.slice(script.length + 1);
    if (name !== `${script}/${className}` || bound.has(className)) continue;
    consentingRun(scope).judgeAdopted(script, className);
  }
}

/** Refuses a binding that nobody awaited: Alchemy would leave it out. */
function refusePromises(id: string, bindings: unknown): void {
  for (const [name, binding] of Object.entries((bindings ?? {}) as Record<string, unknown>)) {
    const then = (binding as { then?: unknown } | null | undefined)?.then;
    if (typeof then === "function") throw core().bindingUnawaited(id, name);
  }
}

/** Judges a Worker's bindings, before and now. A workflow that keeps its deployed name takes it. */
function judgeBindings(
  scope: AlchemyScope,
  before: readonly Binding[],
  now: readonly Binding[],
): void {
  for (const { index, workflowName } of consentingRun(scope).judgeWorker(before, now)) {
    const binding = now[index];
    if (binding) binding.source.workflowName = workflowName;
  }
}
