/** What blocks have passed to Alchemy, by scope and id. */
import type { Declared } from "../../wasm.ts";
import { knownScope } from "../scope.ts";

/** What was passed last under one id. */
export interface Passed {
  options: Record<string, unknown>;
  /** For how many declarations Alchemy has not read the row yet. */
  unread: number;
  /** What the core says about it, by Alchemy's type, once it was asked. */
  declared: Map<string, Declared | undefined>;
}

const passedBy = new WeakMap<object, Map<string, Passed>>();

/** Notes the options that a block passes to Alchemy. */
export function notePassed(scope: object, id: string, options: Record<string, unknown>): void {
  let byId = passedBy.get(scope);
  if (!byId) {
    byId = new Map();
    passedBy.set(scope, byId);
  }
  const before = byId.get(id);
  byId.set(id, { options, unread: (before?.unread ?? 0) + 1, declared: new Map() });
}

/** What was passed last under an id, if a block of this scope passed anything. */
export function passedAs(scope: object, id: string): Passed | undefined {
  return passedBy.get(scope)?.get(id);
}

/** Whether a block has passed anything in a scope. */
export function hasPassed(scope: object): boolean {
  return passedBy.has(scope);
}

/**
 * What a block has declared last under an id, as a type of Alchemy's. It is kept with what was
 * passed: a program may catch an error and declare the id anew.
 */
export function declaredAs(scope: object, id: string, resource: string): Declared | undefined {
  const passed = passedAs(scope, id);
  if (!passed) return knownScope(scope)?.declared(id, resource);
  if (!passed.declared.has(resource)) {
    passed.declared.set(resource, knownScope(scope)?.declared(id, resource));
  }
  return passed.declared.get(resource);
}
