/** Scopes of Alchemy 0.94, and what the core knows of each. */
import { BlockError } from "../errors.ts";
import { core, type Run, type Scope } from "../wasm.ts";
import type { AlchemyScope } from "./types.ts";

/** Alchemy puts its class where every copy of it finds it. */
interface ScopeClass {
  getScope(): AlchemyScope | undefined;
  readonly current: AlchemyScope;
}

function scopeClass(): ScopeClass | undefined {
  return (globalThis as unknown as { __ALCHEMY_SCOPE__?: ScopeClass }).__ALCHEMY_SCOPE__;
}

/** The active scope, if any. */
export function activeScope(): AlchemyScope | undefined {
  return scopeClass()?.getScope();
}

/** The active scope. Outside of any it throws what Alchemy's own functions throw there. */
export function requireScope(): AlchemyScope {
  return (scopeClass() as ScopeClass).current;
}

/** What each app has declared, by its root scope. It goes when the scope goes. */
const runs = new WeakMap<object, Run>();
const scopes = new WeakMap<object, Scope>();
/** Stands for the root scope of blocks that are called outside of any. */
const OUTSIDE = {};

/** The run of the app with a root scope. */
export function runOf(root: object): Run {
  let run = runs.get(root);
  if (!run) {
    run = new (core().Run)();
    runs.set(root, run);
  }
  return run;
}

/** What the core knows of a scope; nothing if no block was called in it. */
export function knownScope(scope: object): Scope | undefined {
  return scopes.get(scope);
}

/**
 * The scope as the core sees it. `guard` is called first, when the core meets it.
 *
 * Outside of any scope it is made anew each time: the stage may be another by then.
 */
export function coreScope(
  scope: AlchemyScope | undefined,
  guard: (scope: AlchemyScope) => void,
): Scope {
  const { Scope } = core();
  if (!scope) return new Scope(runOf(OUTSIDE), undefined);
  let known = scopes.get(scope);
  if (!known) {
    guard(scope);
    known = new Scope(runOf(scope.root), scope);
    scopes.set(scope, known);
  }
  return known;
}

/** Marks a scope and those above it as failed, so that Alchemy deletes no orphans in any. */
export function failScopes(scope: AlchemyScope | undefined): void {
  for (let at = scope; at; at = at.parent) at.fail();
}

/**
 * Whether an error means that the core has refused, or could not answer. A program that catches it
 * and goes on to `finalize()` would have everything deleted that it did not get to declare.
 */
export function isRefusal(error: unknown): boolean {
  return error instanceof BlockError || error instanceof WebAssembly.RuntimeError;
}
