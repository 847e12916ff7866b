/**
 * Alchemy 2: a guard around the state of a stack, and blocks with stage-unique names.
 *
 * `state: guarded(Cloudflare.state())` in the options of `Alchemy.Stack` protects raw resources and
 * blocks alike.
 *
 * @module @alch/blocks/v2
 */

export type { BlocksOptions, Options } from "./alchemy2/block.ts";
export * from "./alchemy2/blocks.ts";
export type { ContainerBlock, ContainerOptions } from "./alchemy2/container.ts";
export { BlockError } from "./alchemy2/error.ts";
export { type GuardOptions, guarded } from "./alchemy2/guard.ts";
export type { DomainOptions, HostBlocks, RouteOptions } from "./alchemy2/host.ts";
export { perRegion } from "./alchemy2/regions.ts";
export type { Thrifty, ThriftyOverrides, ThriftyProps } from "./alchemy2/thrifty.ts";
export type { WorkerBlock, WorkerClass, WorkerTag } from "./alchemy2/worker.ts";
export type { ErrorCode } from "./errors.ts";
export * from "./generated/blocks2.ts";
export type {
  ExpiryOptions,
  Jurisdiction,
  LocationHint,
  Region,
  RegionOptions,
} from "./options.ts";
export type { PerRegion } from "./regions.ts";
export type { Kept } from "./savings.ts";
