/** One call of a block, whichever entry of the package it came through. */
import { guardState } from "./alchemy/guard/install.ts";
import { activeScope, coreScope, failScopes, isRefusal } from "./alchemy/scope.ts";
import type { Kind } from "./kinds.ts";

/** Calls a block in the active scope. */
export function callBlock(
  kind: Kind,
  id: unknown,
  options: unknown,
  resource: unknown,
  settings: unknown,
): unknown {
  const scope = activeScope();
  try {
    const known = coreScope(scope, guardState);
    const result = known.call(kind, id, options, resource, settings);
    // Nothing else knows one that was made outside of any scope.
    if (!scope) known.free();
    return result;
  } catch (error) {
    if (isRefusal(error)) failScopes(scope);
    throw error;
  }
}
