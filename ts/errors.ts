import { BlockError as HostError } from "#host";
import type { ErrorCode } from "./generated/types.ts";

export type { ErrorCode } from "./generated/types.ts";

/** A refusal of the naming law or of the guard. Nothing was passed to Alchemy. */
export interface BlockError extends Error {
  readonly name: "BlockError";
  /** Stable: programs may branch on it. */
  readonly code: ErrorCode;
  /** What to do. */
  readonly help: string;
}
export const BlockError = HostError as unknown as { new (): BlockError; prototype: BlockError };
