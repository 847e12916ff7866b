/**
 * Objects that expire. The blocks add a rule to the lifecycle of a bucket; here it is taken out again if
 * this stage has not made the bucket: what is in there is older, and maybe of somebody else.
 */

import { ownerOf } from "../../state/owner.ts";
import { isDeployed, type Row } from "../../state/row.ts";
import type { Declared } from "../../wasm.ts";
import type { AlchemyScope } from "../types.ts";
import { declaredAs } from "./passed.ts";
import { accountOf } from "./recovery.ts";

type Options = Record<string, unknown>;

/**
 * Takes the rule out of what Alchemy is about to send and store.
 *
 * @throws BlockError `expire-protected` if the block itself asks for the rule.
 */
export function withholdExpiry(
  scope: AlchemyScope,
  row: Row,
  declared: Declared | undefined,
  adopted: boolean,
): void {
  const rule = declared?.expiryRule;
  if (rule === undefined || !row.props || scope.local) return;
  // Without the account nobody knows whether the bucket is there already.
  const mayAdopt = Boolean(row.props.adopt ?? scope.adopt) && accountOf(scope) === undefined;
  const isOwn = isDeployed(row) ? isMade(row) : !adopted && !mayAdopt;
  if (isOwn) return;
  declared?.judgeExpiry();
  row.props.lifecycle = without(row.props.lifecycle, rule);
}

/** Has Alchemy see no difference in a rule that is taken out anyway. */
export function settleExpiry(scope: AlchemyScope, id: string, row: Row, options: Options): void {
  const rule = declaredAs(scope, id, row.kind)?.expiryRule;
  if (rule === undefined || !row.props || !isDeployed(row) || isMade(row)) return;
  const left = JSON.stringify(without(options.lifecycle, rule));
  if (left === JSON.stringify(row.props.lifecycle)) row.props.lifecycle = options.lifecycle;
}

/** Whether this stage has made the bucket of a row, and the guard has seen it. */
function isMade(row: Row): boolean {
  const owner = ownerOf(row);
  return owner !== undefined && owner.adopted !== true && owner.older !== true;
}

/** A lifecycle without our rule; nothing if no other is left, as where none is written. */
function without(lifecycle: unknown, rule: string): unknown {
  if (!Array.isArray(lifecycle)) return lifecycle;
  const others = lifecycle.filter((one: { id?: unknown } | null) => one?.id !== rule);
  return others.length === 0 ? undefined : others;
}
