/** A block over any resource function. */
import { callBlock } from "./block.ts";
import { rethrow } from "./errors.ts";
import type { Kind } from "./generated/types.ts";
import type { CoreBlock } from "./options.ts";

/** The block of a kind, which is called with the resource function. */
export function block(kind: Kind): CoreBlock {
  const call = (id: unknown, options: unknown, resource: unknown, settings: unknown): unknown => {
    try {
      return callBlock(kind, id, options, resource, settings);
    } catch (error) {
      rethrow(error, call);
    }
  };
  return call as CoreBlock;
}
