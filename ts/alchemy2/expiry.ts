/**
 * Objects that expire. A block only notes the rule, and the guard puts it into the lifecycle of a bucket that
 * this stage makes: what was there before is older, and maybe of somebody else. Nothing in Alchemy 2's state
 * says who has made a bucket, so one that was made without the rule never gets it.
 */
import type { ResourceLike } from "alchemy/Resource";
import type { StackSpec } from "alchemy/Stack";
import type { PersistedState } from "alchemy/State";
import * as Effect from "effect/Effect";
import { headersFor } from "../cloudflare/listing.ts";
import { listingOf } from "../kinds.ts";
import type { Declared } from "../wasm.ts";
import { type BlockError, judged } from "./error.ts";
import type { Program, Resource } from "./facts.ts";
import { currentReader } from "./reader.ts";
import { resourceIn } from "./rows.ts";

/** A rule as Alchemy 2 takes it. */
interface Rule {
  id: string;
  deleteObjectsTransition?: object;
}

/** What a block says of the objects of its bucket. */
export interface Expiry {
  rule: Rule;
  declared: Declared;
}

/** By stack, then by id. */
const noted = new WeakMap<object, Map<string, Expiry>>();

/** Notes what a block says of its bucket. */
export function noteExpiry(stack: object, fqn: string, expiry: Expiry): void {
  const byId = noted.get(stack) ?? new Map<string, Expiry>();
  noted.set(stack, byId.set(fqn, expiry));
}

/**
 * Lets the objects of those buckets expire that this stage makes. `rows` are those of the stage, by id.
 *
 * The guard fails with `expire-protected` if a block itself asks for the rule, and this stage has not made
 * its bucket.
 */
export function settleExpiries(
  stack: Omit<StackSpec, "output">,
  { declared }: Program,
  rows: ReadonlyMap<string, PersistedState>,
): Effect.Effect<void, BlockError> {
  return Effect.gen(function* () {
    for (const [fqn, expiry] of noted.get(stack) ?? []) {
      const [resource, row] = [stack.resources[fqn], rows.get(fqn)];
      const one = declared.find(({ id }) => id === fqn);
      if (!resource || !one || one.local) continue;
      const isHeld = row === undefined && (yield* isBucketHeld(one));
      yield* addExpiry(resource, expiry, row, isHeld);
    }
  });
}

/**
 * Puts a rule into the lifecycle of a bucket. `row` is the one of the bucket, and `isHeld` says that the account
 * has the bucket already, where there is no row.
 */
function addExpiry(
  resource: ResourceLike,
  { rule, declared }: Expiry,
  row: PersistedState | undefined,
  isHeld: boolean,
): Effect.Effect<void, BlockError> {
  const props = (resource.Props ?? {}) as { lifecycleRules?: unknown };
  const rules = props.lifecycleRules ?? [];
  // Where the program says itself which objects go, that stands; what is not known yet may say so.
  const stands = !Array.isArray(rules) || rules.some((one: Rule) => one.deleteObjectsTransition);
  if (stands) return Effect.void;
  const isOwn = row === undefined ? !isHeld : hasRule(row, rule);
  if (!isOwn) return judged(() => declared.judgeExpiry());
  resource.Props = { ...props, lifecycleRules: [...rules, rule] };
  return Effect.void;
}

/** Whether the account has a bucket already. Where it cannot be read, it may. */
function isBucketHeld({ name, jurisdiction = "" }: Resource): Effect.Effect<boolean> {
  return Effect.gen(function* () {
    const reader = yield* currentReader;
    if (!reader || name === undefined) return true;
    const path = `/accounts/${reader.accountId}/${listingOf("bucket").path}/${encodeURIComponent(name)}`;
    const asked = reader.get(path, headersFor(jurisdiction)).catch(() => undefined);
    return (yield* Effect.promise(() => asked))?.status !== 404;
  });
}

function hasRule(row: PersistedState, { id }: Rule): boolean {
  const { lifecycleRules } = (resourceIn(row)?.props ?? {}) as { lifecycleRules?: unknown };
  return Array.isArray(lifecycleRules) && lifecycleRules.some((one: Rule) => one?.id === id);
}
