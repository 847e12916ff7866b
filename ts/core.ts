/**
 * The blocks over any resource function, passed in: Alchemy's own, of whatever version, or a
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
 * @module @alch/blocks/core
 */
import { guardAllScopes } from "./alchemy/guard/entry.ts";

export * from "./generated/core.ts";
export * from "./naming.ts";
export type { CoreBlock, Resource, Settings, StageOptions } from "./options.ts";

guardAllScopes();
