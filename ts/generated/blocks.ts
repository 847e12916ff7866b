// Made from src/kind/ by `npm run generate`. Do not edit.
import { createBlocks } from "../blocks.ts";

export const {
  Database,
  Bucket,
  KV,
  Queue,
  Vectorize,
  Hyperdrive,
  DispatchNamespace,
  AiGateway,
  Pipeline,
  AnalyticsEngine,
  DurableObject,
  AlchemyWorkflow,
  Container,
  Worker,
  Domain,
  Route,
} = createBlocks();
