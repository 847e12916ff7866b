/**
 * The six blocks over any resource function, passed in: Alchemy's own, of whatever version, or a
 * stand-in.
 *
 * @example
 * ```ts
 * import { Database } from "@alch/blocks/core";
 * import { D1Database } from "alchemy/cloudflare";
 *
 * const db = await Database("my-app-db", {}, D1Database);
 * ```
 *
 * @module
 */
import { onScope } from "#host";
import type { Settings, StageOptions } from "./options.ts";
import { watchState } from "./state/watch.ts";
import * as wasm from "./wasm.ts";

export * from "./naming.ts";
export type { Settings, StageOptions } from "./options.ts";

onScope(watchState);

/** A resource function: takes the logical id and the options. */
export type Resource<Options, Result> = (id: string, options: Options) => Result;

/**
 * A block: computes the options and calls `resource(name, options)` with them.
 *
 * The logical id stays `name`. What `resource` returns is returned as it is, a promise as the same
 * promise; what it throws comes through as the same object. Options that the block does not know
 * are passed on as they came, and the caller's object is not changed.
 *
 * @throws BlockError before `resource` is called.
 */
export type CoreBlock = <Options, Result>(
  name: string,
  options: (Partial<Options> & StageOptions) | null | undefined,
  resource: Resource<Options, Result>,
  settings?: Settings,
) => Result;

/** A D1 database: sets `name`. */
export const Database = wasm.Database as CoreBlock;
/** An R2 bucket: sets `name`. */
export const Bucket = wasm.Bucket as CoreBlock;
/** A KV namespace: sets `title` and `name`. */
export const KV = wasm.KV as CoreBlock;
/** A queue: sets `name`, and `dlq` where it is text. */
export const Queue = wasm.Queue as CoreBlock;
/** A Durable Object namespace: sets `name`, and `className` where it is missing. */
export const DurableObject = wasm.DurableObject as CoreBlock;
/** A workflow: sets `workflowName` and `name`, and `className` where it is missing. */
export const AlchemyWorkflow = wasm.AlchemyWorkflow as CoreBlock;
