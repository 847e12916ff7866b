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
 * @module @alch/blocks/naming
 */
import { rethrow } from "./errors.ts";
import type { Kind } from "./generated/types.ts";
import type { HostOptions } from "./options.ts";
import { core } from "./wasm.ts";

export { BlockError, type ErrorCode } from "./errors.ts";
export type { Kind } from "./generated/types.ts";
export type { HostOptions } from "./options.ts";

/**
 * The name that Cloudflare sees: `base-slug`, shortened with a hash if the kind's cap needs it.
 *
 * @param kind The kind of resource.
 * @param base What a developer writes; it keeps the rule of its kind.
 * @param stage Any text that is not empty.
 * @throws BlockError `base-invalid`, `double-stage`, `stage-invalid`, `argument-invalid`.
 */
export function physicalName(kind: Kind, base: string, stage: string): string {
  try {
    return core().physicalName(kind, base, stage);
  } catch (error) {
    rethrow(error, physicalName);
  }
}

/**
 * {@link physicalName} for many base names of one kind and stage, in one call.
 *
 * @throws BlockError as {@link physicalName}, for the first base name that is refused.
 */
export function physicalNames(kind: Kind, bases: readonly string[], stage: string): string[] {
  try {
    return core().physicalNames(kind, bases, stage);
  } catch (error) {
    rethrow(error, physicalNames);
  }
}

/**
 * The hostname of a domain or a route in a stage: `app.example.com` in the bare stage,
 * `app-pr-123.example.com` in stage `pr-123`. The certificate of the first covers the second. A zone
 * itself gets a label: `pr-123.example.com`.
 *
 * @param base The hostname of the bare stage, in lower case.
 * @param stage Any text that is not empty.
 * @throws BlockError `base-invalid`, `zone-mismatch`, `double-stage`, `stage-invalid`,
 *   `argument-invalid`.
 *
 * @example
 * ```ts
 * import { hostname } from "@alch/blocks/naming";
 *
 * hostname("app.example.com", "pr-123"); // "app-pr-123.example.com"
 * hostname("example.co.uk", "pr-123", { zone: "example.co.uk" }); // "pr-123.example.co.uk"
 * ```
 */
export function hostname(base: string, stage: string, options?: HostOptions): string {
  try {
    return core().hostname(base, stage, options);
  } catch (error) {
    rethrow(error, hostname);
  }
}

/**
 * The stage as it stands in names: at most 28 characters of `a-z`, `0-9` and `-`.
 *
 * @throws BlockError `stage-invalid` for an empty stage, `argument-invalid` for what is not text.
 */
export function stageSlug(stage: string): string {
  try {
    return core().stageSlug(stage);
  } catch (error) {
    rethrow(error, stageSlug);
  }
}

/**
 * The stage of this run: that of the active Alchemy scope, else `STAGE`, else `dev`.
 *
 * @throws BlockError `stage-implicit` in CI, if no stage was set; `stage-invalid`.
 */
export function resolveStage(): string {
  try {
    return core().resolveStage();
  } catch (error) {
    rethrow(error, resolveStage);
  }
}

/** The version of the core, which is that of the package. */
export function version(): string {
  return core().version();
}
