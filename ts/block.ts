/** One call of a block, whichever entry of the package it came through. */
import { refuseAlchemy2 } from "./alchemy/guard/entry.ts";
import { guardState } from "./alchemy/guard/install.ts";
import { activeScope, coreScope, failScopes, isRefusal } from "./alchemy/scope.ts";
import type { Kind } from "./kinds.ts";
import type { Scope } from "./wasm.ts";

/** Calls a block in the active scope. */
export function callBlock(
  kind: Kind,
  id: unknown,
  options: unknown,
  resource: unknown,
  settings: unknown,
): unknown {
  return inScope((scope) => scope.call(kind, id, options, resource, settings));
}

/** Calls `Domain` or `Route` in the active scope. */
export function callHost(
  block: "domain" | "route",
  id: unknown,
  options: unknown,
  resource: unknown,
  settings: unknown,
): unknown {
  return inScope((scope) => scope[block](id, options, resource, settings));
}

/** Asks the core in the active scope. */
export function inScope<A>(call: (scope: Scope) => A): A {
  const scope = activeScope();
  try {
    if (!scope) refuseAlchemy2();
    const known = coreScope(scope, guardState);
    const result = call(known);
    // Nothing else knows one that was made outside of any scope.
    if (!scope) known.free();
    return result;
  } catch (error) {
    if (isRefusal(error)) failScopes(scope);
    throw error;
  }
}
