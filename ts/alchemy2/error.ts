/** Refusals as errors of Effect's. */
import { UserFacingError } from "alchemy/UserFacingError";
import * as Data from "effect/Data";
import * as Effect from "effect/Effect";
import { BlockError as CoreError, type ErrorCode, explained } from "../errors.ts";

/**
 * A refusal of the guard. Nothing of what it refuses was passed to Cloudflare.
 *
 * Alchemy's command line prints the `message` and nothing else, so the code and the help are in it.
 */
export class BlockError extends Data.TaggedError("BlockError")<{
  readonly message: string;
  /** Stable: programs may branch on it. */
  readonly code: ErrorCode;
  /** What to do. */
  readonly help: string;
  /** The page of the code: a file of this package, and the heading in it. */
  readonly docs: string;
}> {
  readonly [UserFacingError] = true;
}

/** Asks the core, which throws what it refuses. Anything else that it throws is a defect. */
export function judged<A>(judge: () => A): Effect.Effect<A, BlockError> {
  return Effect.suspend(() => {
    try {
      return Effect.succeed(judge());
    } catch (error) {
      return error instanceof CoreError ? refused(error) : Effect.die(error);
    }
  });
}

/** Fails with what the core has refused. */
export function refused(error: CoreError): Effect.Effect<never, BlockError> {
  const { code, help, docs } = error;
  return Effect.fail(new BlockError({ code, help, docs, message: explained(error) }));
}
