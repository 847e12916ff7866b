/** One call of a block, whichever entry of the package it came through. */
import { guardState } from "./alchemy/guard/install.ts";
import { noteSite } from "./alchemy/guard/sites.ts";
import { activeScope, coreScope, failScopes, isRefusal } from "./alchemy/scope.ts";
import type { Entry } from "./errors.ts";
import { KINDS, type Kind } from "./kinds.ts";
import type { Scope } from "./wasm.ts";

/** Calls a block in the active scope. `entry` is the function that the user has called. */
export function callBlock(
  entry: Entry,
  kind: Kind,
  id: unknown,
  options: unknown,
  resource: unknown,
  settings: unknown,
): unknown {
  const scope = activeScope();
  let known: Scope | undefined;
  try {
    known = coreScope(scope, guardState);
    if (scope && KINDS[kind].ownsData) noteSite(scope, id, entry);
    return known.call(kind, id, options, resource, settings);
  } catch (error) {
    if (isRefusal(error)) failScopes(scope);
    throw error;
  } finally {
    // Nothing else knows one that was made outside of any scope.
    if (!scope) known?.free();
  }
}
