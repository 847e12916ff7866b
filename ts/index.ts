/**
 * Cloudflare resources that are their own in every stage.
 *
 * @example
 * ```ts
 * import { Database } from "@alch/blocks";
 *
 * const db = await Database("my-app-db"); // my-app-db-prod, my-app-db-pr-123
 * ```
 *
 * @module @alch/blocks
 */

export * from "./blocks.ts";
export * from "./generated/blocks.ts";
export * from "./naming.ts";
export type {
  DomainOwnOptions,
  ExpiryOptions,
  HostBlockOptions,
  Jurisdiction,
  LocationHint,
  Region,
  RegionOptions,
  Settings,
  StageOptions,
} from "./options.ts";
export { type PerRegion, perRegion } from "./regions.ts";
export type { Kept } from "./savings.ts";
export { type ThriftyOverrides, type ThriftyProps, thrifty } from "./thrifty.ts";
