// Made from src/kind/ by `npm run generate`. Do not edit.
// Checked by `tsc`, never run: every block takes what Alchemy's function takes, and returns the same.
import type { createBlocks, Resources } from "@alch/blocks";
import type { AnyKeys, Equal, Expect } from "./assert.ts";

type Blocks = ReturnType<typeof createBlocks>;
type OptionsOf<Block extends keyof Blocks> = NonNullable<Parameters<Blocks[Block]>[1]>;
/** Alchemy's resources are functions or classes, and the classes take anything. */
type PropsIn<Call> = Call extends (...args: infer Args) => infer Made
  ? [Made] extends [never]
    ? never
    : NonNullable<Args[1 & keyof Args]>
  : never;
type PropsOf<Name extends keyof Resources> = PropsIn<Resources[Name]>;
/** Everything that `Theirs` takes can be given to a block, with `stage` and `pin` beside it. */
type Takes<Ours, Theirs> = Theirs & { stage: "prod"; pin: { prod: "x" } } extends Ours
  ? true
  : false;

export type Options = [
  Expect<Takes<OptionsOf<"Database">, PropsOf<"D1Database">>>,
  Expect<Takes<OptionsOf<"Bucket">, PropsOf<"R2Bucket">>>,
  Expect<Takes<OptionsOf<"KV">, PropsOf<"KVNamespace">>>,
  Expect<Takes<OptionsOf<"Queue">, PropsOf<"Queue">>>,
  Expect<Takes<OptionsOf<"Vectorize">, PropsOf<"VectorizeIndex">>>,
  Expect<Takes<OptionsOf<"Hyperdrive">, PropsOf<"Hyperdrive">>>,
  Expect<Takes<OptionsOf<"DispatchNamespace">, PropsOf<"DispatchNamespace">>>,
  Expect<Takes<OptionsOf<"AiGateway">, PropsOf<"AiGateway">>>,
  Expect<Takes<OptionsOf<"Pipeline">, PropsOf<"Pipeline">>>,
  Expect<Takes<OptionsOf<"AnalyticsEngine">, PropsOf<"AnalyticsEngineDataset">>>,
  Expect<Takes<OptionsOf<"DurableObject">, PropsOf<"DurableObjectNamespace">>>,
  Expect<Takes<OptionsOf<"AlchemyWorkflow">, PropsOf<"Workflow">>>,
  Expect<Takes<OptionsOf<"Container">, PropsOf<"Container">>>,
  Expect<Takes<OptionsOf<"Worker">, PropsOf<"Worker">>>,
];

export type Results = [
  Expect<Equal<ReturnType<Blocks["Database"]>, ReturnType<Resources["D1Database"]>>>,
  Expect<Equal<ReturnType<Blocks["Bucket"]>, ReturnType<Resources["R2Bucket"]>>>,
  Expect<Equal<ReturnType<Blocks["KV"]>, ReturnType<Resources["KVNamespace"]>>>,
  Expect<Equal<ReturnType<Blocks["Queue"]>, ReturnType<Resources["Queue"]>>>,
  Expect<Equal<ReturnType<Blocks["Vectorize"]>, ReturnType<Resources["VectorizeIndex"]>>>,
  Expect<Equal<ReturnType<Blocks["Hyperdrive"]>, ReturnType<Resources["Hyperdrive"]>>>,
  Expect<
    Equal<ReturnType<Blocks["DispatchNamespace"]>, ReturnType<Resources["DispatchNamespace"]>>
  >,
  Expect<Equal<ReturnType<Blocks["AiGateway"]>, ReturnType<Resources["AiGateway"]>>>,
  Expect<Equal<ReturnType<Blocks["Pipeline"]>, ReturnType<Resources["Pipeline"]>>>,
  Expect<
    Equal<ReturnType<Blocks["AnalyticsEngine"]>, ReturnType<Resources["AnalyticsEngineDataset"]>>
  >,
  Expect<
    Equal<ReturnType<Blocks["DurableObject"]>, ReturnType<Resources["DurableObjectNamespace"]>>
  >,
  Expect<Equal<ReturnType<Blocks["AlchemyWorkflow"]>, ReturnType<Resources["Workflow"]>>>,
  Expect<Equal<ReturnType<Blocks["Container"]>, ReturnType<Resources["Container"]>>>,
  Expect<Equal<ReturnType<Blocks["Worker"]>, ReturnType<Resources["Worker"]>>>,
];

export type NoAny = [
  Expect<Equal<AnyKeys<OptionsOf<"Database">>, never>>,
  Expect<Equal<AnyKeys<OptionsOf<"Bucket">>, never>>,
  Expect<Equal<AnyKeys<OptionsOf<"KV">>, never>>,
  Expect<Equal<AnyKeys<OptionsOf<"Queue">>, never>>,
  Expect<Equal<AnyKeys<OptionsOf<"Vectorize">>, never>>,
  Expect<Equal<AnyKeys<OptionsOf<"Hyperdrive">>, never>>,
  Expect<Equal<AnyKeys<OptionsOf<"DispatchNamespace">>, never>>,
  Expect<Equal<AnyKeys<OptionsOf<"AiGateway">>, never>>,
  Expect<Equal<AnyKeys<OptionsOf<"Pipeline">>, never>>,
  Expect<Equal<AnyKeys<OptionsOf<"AnalyticsEngine">>, never>>,
  Expect<Equal<AnyKeys<OptionsOf<"DurableObject">>, never>>,
  Expect<Equal<AnyKeys<OptionsOf<"AlchemyWorkflow">>, never>>,
  Expect<Equal<AnyKeys<OptionsOf<"Container">>, never>>,
  Expect<Equal<AnyKeys<OptionsOf<"Worker">>, never>>,
];
