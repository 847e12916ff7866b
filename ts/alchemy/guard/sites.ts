/** Where blocks were called, by scope and id: the guard refuses long after the call. */
import { type BlockError, type Entry, isUnlocated, refusedAt, siteOf } from "../../errors.ts";

const sitesOf = new WeakMap<object, Map<unknown, BlockError>>();

/** Notes that the caller of `entry` declares `id`. */
export function noteSite(scope: object, id: unknown, entry: Entry): void {
  let sites = sitesOf.get(scope);
  if (!sites) {
    sites = new Map();
    sitesOf.set(scope, sites);
  }
  sites.set(id, siteOf(entry));
}

/**
 * What to throw for an error of the guard: a refusal starts where the block was called. If no block
 * was, as for an orphan, it starts above `guard`, which is the one of our functions that is running.
 */
export function atCall(
  scope: object,
  id: string | undefined,
  error: unknown,
  guard: Entry,
): unknown {
  if (!isUnlocated(error)) return error;
  const sites = sitesOf.get(scope);
  const site = sites?.get(id) ?? siteOf(guard);
  // One call may be refused twice, and the first refusal is the user's by then.
  sites?.delete(id);
  return refusedAt(site, error);
}
