/**
 * The naming law alone, without Alchemy: what a resource is called in a stage.
 *
 * @example
 * ```ts
 * import { physicalName } from "@alch/blocks/naming";
 *
 * physicalName("worker", "api", "pr-123"); // "api-pr-123"
 * ```
 *
 * @module
 */
import { BlockError as HostError } from "#host";
import type { BlockError as Refusal } from "./errors.ts";
import * as wasm from "./wasm.ts";

export type { ErrorCode } from "./errors.ts";

/** A kind of resource, each with its own name space at Cloudflare. */
export type Kind =
  | "database"
  | "bucket"
  | "kv"
  | "queue"
  | "durable-object"
  | "workflow"
  | "worker";

/** A refusal of the naming law or of the guard, with a `code` that stays. */
export type BlockError = Refusal;
export const BlockError = HostError as unknown as { new (): Refusal; prototype: Refusal };

/**
 * The name that Cloudflare sees: `base-slug`, shortened with a hash where the kind's cap wants it.
 *
 * @param kind Which kind of resource.
 * @param base What a developer writes; it follows the rule of its kind.
 * @param stage Any text that is not empty.
 * @throws BlockError `base-invalid`, `double-stage`, `stage-invalid`, `argument-invalid`.
 */
export function physicalName(kind: Kind, base: string, stage: string): string {
  return wasm.physicalName(kind, base, stage);
}

/**
 * {@link physicalName} for many base names of one kind and stage, in one call.
 *
 * @throws BlockError as {@link physicalName}, for the first base name that is refused.
 */
export function physicalNames(kind: Kind, bases: readonly string[], stage: string): string[] {
  return wasm.physicalNames(kind, bases, stage);
}

/**
 * The stage as it stands in names: at most 28 characters of `a-z`, `0-9` and `-`.
 *
 * @throws BlockError `stage-invalid` for an empty stage, `argument-invalid` for what is no text.
 */
export function stageSlug(stage: string): string {
  return wasm.stageSlug(stage);
}

/**
 * The stage of this run: that of the active Alchemy scope, else `STAGE`, else `dev`.
 *
 * @throws BlockError `stage-implicit` in CI, where nobody chose it.
 */
export function resolveStage(): string {
  return wasm.resolveStage();
}

/** The version of the core, which is that of the package. */
export function version(): string {
  return wasm.version();
}
