/**
 * What a resource makes inside of itself, as a bucket does for its hostnames. Alchemy passes `delete` on
 * from the bucket, so that `delete: false`, which protects data, would keep a hostname attached that the
 * program no longer names.
 */
import { holdsData } from "../../kinds.ts";
import { isBeginning, type Row } from "../../state/row.ts";
import { type AlchemyScope, RESOURCE_KIND } from "../types.ts";
import { declaredAs } from "./passed.ts";
import { scopeRow } from "./places.ts";

/**
 * Whether a row that Alchemy is about to delete has `delete: false` only because a block has added it to
 * the resource around it, which this run changes.
 */
export async function isImplied(scope: AlchemyScope, { id, kind, props }: Row): Promise<boolean> {
  const { parent, scopeName } = scope;
  if (props?.delete !== false || holdsData(kind) || !parent || scope.root.phase !== "up")
    return false;
  const around = parent.resources.get(scopeName)?.[RESOURCE_KIND];
  if (typeof around !== "string" || !declaredAs(parent, scopeName, around)?.protects) return false;
  const row = await scopeRow(scope);
  return row !== undefined && isBeginning(row) && !namesWithDelete(row.oldProps, id);
}

/** Whether the former options say `delete` for the hostname itself. */
function namesWithDelete(options: Record<string, unknown> | undefined, id: string): boolean {
  const domains = [options?.domains ?? []].flat() as (
    | string
    | { domain?: string; delete?: unknown }
  )[];
  return domains.some(
    (one) => typeof one === "object" && one.domain === id && one.delete !== undefined,
  );
}
