// Made from src/kind/ by `npm run generate`. Do not edit.
import { block } from "../any.ts";

/** A D1 database: sets `name`. */
export const Database = block("database");
/** An R2 bucket: sets `name`. */
export const Bucket = block("bucket");
/** A KV namespace: sets `title` and `name`. */
export const KV = block("kv");
/** A Queue: sets `name`. */
export const Queue = block("queue");
/** A Vectorize index: sets `name`. */
export const Vectorize = block("vectorize");
/** A Hyperdrive configuration: sets `name`. */
export const Hyperdrive = block("hyperdrive");
/** A dispatch namespace: sets `namespace` and `name`. */
export const DispatchNamespace = block("dispatch-namespace");
/** An AI Gateway: sets `gatewayName` and `name`. */
export const AiGateway = block("ai-gateway");
/** A Pipeline: sets `name`. */
export const Pipeline = block("pipeline");
/** An Analytics Engine dataset: sets `dataset` and `name`. */
export const AnalyticsEngine = block("analytics-engine");
/** A Durable Object: sets `name`, and `className` if it is missing. */
export const DurableObject = block("durable-object");
/** A Workflow: sets `workflowName` and `name`, and `className` if it is missing. */
export const AlchemyWorkflow = block("workflow");
/** A container application: sets `name`. */
export const Container = block("container");
/** A Worker: sets `name`. */
export const Worker = block("worker");
