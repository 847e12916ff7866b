/**
 * What the rows of a run hold of hostnames. A program that changes the id or the scope of a domain has two
 * rows for it at the end, and Alchemy deletes by the old one what the new one has.
 */
import { hostIdsOf } from "../../state/hosts.ts";
import type { Row } from "../../state/row.ts";
import type { AlchemyScope } from "../types.ts";

/** By what they hold, the places of the rows that a run declares. */
const held = new WeakMap<AlchemyScope, Map<string, Set<string>>>();

/** Notes a row that this run declares. */
export function noteHeld(scope: AlchemyScope, row: Row): void {
  const all = held.get(scope.root) ?? new Map<string, Set<string>>();
  held.set(scope.root, all);
  for (const key of hostIdsOf(row)) {
    all.set(key, (all.get(key) ?? new Set()).add(placeOf(scope, row)));
  }
}

/** Whether this run declares another row that holds the same. */
export function isHeldElsewhere(scope: AlchemyScope, row: Row, key: string): boolean {
  const places = [...(held.get(scope.root)?.get(key) ?? [])];
  return places.some((place) => place !== placeOf(scope, row));
}

function placeOf({ chain }: AlchemyScope, { id }: Row): string {
  return JSON.stringify([...chain, id]);
}
