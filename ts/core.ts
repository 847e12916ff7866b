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
import { guardAllScopes } from "./alchemy/guard/entry.ts";
import { callBlock } from "./block.ts";
import { rethrow } from "./errors.ts";
import type { Kind } from "./generated/types.ts";
import type { CoreBlock } from "./options.ts";

export * from "./naming.ts";
export type { CoreBlock, Resource, Settings, StageOptions } from "./options.ts";

guardAllScopes();

function block(kind: Kind): CoreBlock {
  const call = (id: unknown, options: unknown, resource: unknown, settings: unknown): unknown => {
    try {
      return callBlock(kind, id, options, resource, settings);
    } catch (error) {
      rethrow(error, call);
    }
  };
  return call as CoreBlock;
}

/** A D1 database: sets `name`. */
export const Database = block("database");
/** An R2 bucket: sets `name`. */
export const Bucket = block("bucket");
/** A KV namespace: sets `title` and `name`. */
export const KV = block("kv");
/** A queue: sets `name`, and `dlq` if it is text. */
export const Queue = block("queue");
/** A Durable Object namespace: sets `name`, and `className` if it is missing. */
export const DurableObject = block("durable-object");
/** A workflow: sets `workflowName` and `name`, and `className` if it is missing. */
export const AlchemyWorkflow = block("workflow");
