// Made from src/kind/ by `npm run generate`. Do not edit.
import type * as alchemy from "alchemy/cloudflare";

/** The resource functions that blocks call; Alchemy's own where none are given. */
export interface Resources {
  D1Database: typeof alchemy.D1Database;
  R2Bucket: typeof alchemy.R2Bucket;
  KVNamespace: typeof alchemy.KVNamespace;
  Queue: typeof alchemy.Queue;
  DurableObjectNamespace: typeof alchemy.DurableObjectNamespace;
  Workflow: typeof alchemy.Workflow;
  Worker: typeof alchemy.Worker;
  CustomDomain: typeof alchemy.CustomDomain;
  Route: typeof alchemy.Route;
}
