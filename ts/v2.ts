/**
 * Alchemy 2: a guard around the state of a stack.
 *
 * `state: guarded(Cloudflare.state())` in the options of `Alchemy.Stack` is all that a program needs.
 *
 * @module
 */

export { BlockError } from "./alchemy2/error.ts";
export { type GuardOptions, guarded } from "./alchemy2/guard.ts";
export type { ErrorCode } from "./errors.ts";
