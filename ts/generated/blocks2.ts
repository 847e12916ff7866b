// Made from src/kind/ by `npm run generate`. Do not edit.
import { type Blocks, createBlocks } from "../alchemy2/blocks.ts";

// With the types written out, the compiler would name files of Alchemy's that nobody can import.
const blocks = createBlocks();
export const Database: Blocks["Database"] = blocks.Database;
export const Bucket: Blocks["Bucket"] = blocks.Bucket;
export const KV: Blocks["KV"] = blocks.KV;
export const Queue: Blocks["Queue"] = blocks.Queue;
export const Vectorize: Blocks["Vectorize"] = blocks.Vectorize;
export const Hyperdrive: Blocks["Hyperdrive"] = blocks.Hyperdrive;
export const DispatchNamespace: Blocks["DispatchNamespace"] = blocks.DispatchNamespace;
export const AiGateway: Blocks["AiGateway"] = blocks.AiGateway;
export const Pipeline: Blocks["Pipeline"] = blocks.Pipeline;
export const AnalyticsEngine: Blocks["AnalyticsEngine"] = blocks.AnalyticsEngine;
export const DurableObject: Blocks["DurableObject"] = blocks.DurableObject;
export const AlchemyWorkflow: Blocks["AlchemyWorkflow"] = blocks.AlchemyWorkflow;
export const Container: Blocks["Container"] = blocks.Container;
export const Worker: Blocks["Worker"] = blocks.Worker;
export const Domain: Blocks["Domain"] = blocks.Domain;
export const Route: Blocks["Route"] = blocks.Route;
