/** Notes in each row who made it and whether it is retained. */
import type { Holding } from "../../internals.ts";
import { specOf, WORKER } from "../../kinds.ts";
import { bindingsOf } from "../../state/bindings.ts";
import { noteOwner, type Owner, ownerOf } from "../../state/owner.ts";
import { deployedName, isDeployed, isRetained, type Row, SCOPE } from "../../state/row.ts";
import type { AlchemyScope, StateStore } from "../types.ts";
import { programName } from "./program.ts";
import { accountOf } from "./recovery.ts";
import { consentingRun } from "./settings.ts";

/** Who is running, as far as no call is needed to know it. */
export function ownerHere(scope: AlchemyScope): Owner {
  // A nested scope may have another stage, and still is in that of the app.
  let stage = scope;
  while (stage.parent?.parent) stage = stage.parent;
  return { app: scope.root.scopeName, stage: stage.stage, program: programName() };
}

/** {@link ownerHere} with the account; without it where the credentials do not say. */
export async function ownerWithAccount(
  scope: AlchemyScope,
  options: Record<string, unknown> | undefined,
): Promise<Owner> {
  const here = ownerHere(scope);
  if (scope.local) return here;
  const account = await accountOf(scope)
    ?.id(options ?? {})
    .catch(() => undefined);
  return { ...here, account };
}

/** Whether the guard answers for rows of this type. */
export function isGuarded({ kind }: Row): boolean {
  return specOf(kind) !== undefined;
}

/** Notes who makes a row that Alchemy is about to write for the first time. */
export function noteMaker(scope: AlchemyScope, row: Row): void {
  if (row.kind === SCOPE || ownerOf(row)) return;
  // Whether a stage protects it is seen when the change is judged.
  const before = isRetained({ data: row.data, props: row.oldProps ?? {} });
  const isOlder = isGuarded(row) && isDeployed(row);
  const retained = isOlder && retains(scope, row, { declared: true, adopted: false, before });
  noteOwner(row, { ...ownerHere(scope), retained, ...(isOlder ? { older: true } : {}) });
}

/**
 * Notes who changes a row, and refuses it to a run that uses another account. `declared` says that a
 * block declares it, `adopted` that the resource was there before.
 *
 * @throws BlockError `wrong-account`
 */
export async function noteChange(
  scope: AlchemyScope,
  id: string,
  row: Row,
  { declared, adopted }: { declared: boolean; adopted: boolean },
): Promise<void> {
  const here = await ownerWithAccount(scope, row.props);
  const owner = ownerOf(row);
  if (owner) consentingRun(scope).judgeOwner(id, owner, here);
  const old = { data: row.data, ...(row.oldProps ? { props: row.oldProps } : {}) };
  const retained = retains(scope, row, {
    declared,
    adopted,
    before: owner?.retained ?? isRetained(old),
  });
  // A replacement deletes by the old options.
  const { oldProps } = row;
  if (retained && oldProps && oldProps.delete === undefined) oldProps.delete = false;
  const account = here.account ?? owner?.account;
  // What a stage has adopted does not become its own later.
  const isAdopted = adopted || (owner?.adopted === true && isDeployed(row));
  noteOwner(row, {
    ...here,
    account,
    retained,
    block: declared,
    ...(isAdopted ? { adopted: true } : {}),
    ...(owner?.older === true && isDeployed(row) ? { older: true } : {}),
  });
}

/**
 * Notes who owns a row that this run declares, where that was not noted, or where it was moved to
 * another program or is retained from now on. Secrets that were erased would be written as such.
 */
export async function noteDeclared(
  scope: AlchemyScope,
  store: StateStore,
  id: string,
  row: Row,
  declared: boolean,
): Promise<void> {
  const isStable = row.status === "created" || row.status === "updated";
  // What only local mode made is stored as retained for another reason.
  if (!isStable || !isGuarded(row) || !isDeployed(row) || scope.eraseSecrets) return;
  const owner = ownerOf(row);
  const here = ownerHere(scope);
  const isNoted = owner?.program === here.program && owner?.stage === here.stage;
  if (isNoted && owner?.retained === true) return;
  const before = owner?.retained ?? isRetained(row);
  const retained = retains(scope, row, { declared, adopted: false, before });
  if (isNoted && owner && !retained) return;
  const known = owner ?? { older: true };
  noteOwner(row, { ...known, ...here, retained, block: declared });
  await store.set(id, row);
}

/**
 * Refuses a row that another stage has written, in a folder that both stages use.
 *
 * @throws BlockError `owned-elsewhere`
 */
export function judgeOwner(scope: AlchemyScope, id: string, row: Row): void {
  const owner = ownerOf(row);
  if (owner) consentingRun(scope).judgeOwner(id, owner, ownerHere(scope));
}

/** The row as Alchemy has to see it to delete it, and as what it then is judged. */
export function forDeletion(scope: AlchemyScope, row: Row): Row {
  if (!isGuarded(row) || row.props?.delete !== undefined) return row;
  // A stage may be protected since, and a row may be older than the guard.
  const owner = ownerOf(row);
  const known = { declared: owner?.block === true, adopted: false };
  const retained = retains(scope, row, { ...known, before: owner?.retained === true });
  return retained ? { ...row, props: { ...row.props, delete: false } } : row;
}

type Known = Pick<Holding, "declared" | "adopted" | "before">;

function retains(scope: AlchemyScope, row: Row, known: Known): boolean {
  const written = row.props?.delete;
  const bindings = row.kind === WORKER ? bindingsOf(row.props?.bindings) : [];
  return consentingRun(scope).retains({
    ...known,
    resource: row.kind,
    stage: scope.stage,
    written: typeof written === "boolean" ? written : undefined,
    name: isDeployed(row) ? deployedName(row) : undefined,
    noted: ownerOf(row) !== undefined,
    classes: bindings.length > 0,
    workflows: bindings.flatMap(({ workflowName }) => workflowName || []),
  });
}
