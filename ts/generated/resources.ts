// Made from src/kind/ by `npm run generate`. Do not edit.
import type * as alchemy from "alchemy/cloudflare";

/**
 * The resource functions that blocks call; Alchemy's own where none are given.
 *
 * @privateRemarks A type and no interface: TypeDoc writes out the types of an interface's functions.
 */
export type Resources = {
  D1Database: typeof alchemy.D1Database;
  R2Bucket: typeof alchemy.R2Bucket;
  KVNamespace: typeof alchemy.KVNamespace;
  Queue: typeof alchemy.Queue;
  VectorizeIndex: typeof alchemy.VectorizeIndex;
  Hyperdrive: typeof alchemy.Hyperdrive;
  DispatchNamespace: typeof alchemy.DispatchNamespace;
  AiGateway: typeof alchemy.AiGateway;
  Pipeline: typeof alchemy.Pipeline;
  AnalyticsEngineDataset: typeof alchemy.AnalyticsEngineDataset;
  DurableObjectNamespace: typeof alchemy.DurableObjectNamespace;
  Workflow: typeof alchemy.Workflow;
  Container: typeof alchemy.Container;
  Worker: typeof alchemy.Worker;
  CustomDomain: typeof alchemy.CustomDomain;
  Route: typeof alchemy.Route;
};
