/**
 * Which blocks stand inside of `RemovalPolicy.destroy()`. A resource of Alchemy's does not tell that
 * from no policy at all.
 */
import { RemovalPolicy } from "alchemy/RemovalPolicy";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";

/** The ids of them, by stack. */
const destroyed = new WeakMap<object, Set<string>>();

/** What the program itself says of the removal of a block; notes it if it may be deleted. */
export function writtenPolicy(
  stack: object,
  fqn: string,
): Effect.Effect<RemovalPolicy["Service"] | undefined> {
  return Effect.map(Effect.serviceOption(RemovalPolicy), (policy) => {
    const written = Option.getOrUndefined(policy);
    if (written === "destroy") {
      destroyed.set(stack, (destroyed.get(stack) ?? new Set()).add(fqn));
    }
    return written;
  });
}

export function mayBeDeleted(stack: object, fqn: string): boolean {
  return destroyed.get(stack)?.has(fqn) === true;
}
