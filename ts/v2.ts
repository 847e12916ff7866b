/**
 * Alchemy 2: a guard around the state of a stack.
 *
 * @example
 * ```ts
 * import { guarded } from "@alch/blocks/v2";
 * import * as Cloudflare from "alchemy/Cloudflare";
 *
 * const state = guarded(Cloudflare.state());
 * ```
 *
 * @module
 */

export { BlockError } from "./alchemy2/error.ts";
export { type GuardOptions, guarded } from "./alchemy2/guard.ts";
export type { ErrorCode } from "./errors.ts";
