/** The blocks of Alchemy 2. */
import * as Cloudflare from "alchemy/Cloudflare";
import type { InputProps, PropsInput } from "alchemy/Input";
import type { PlatformServices } from "alchemy/Platform";
import type { ResourceLike } from "alchemy/Resource";
import type { Rpc } from "alchemy/Rpc";
import type { ConfigError } from "effect/Config";
import * as Effect from "effect/Effect";
import type { Kind } from "../kinds.ts";
import type { DataOptions, StageOptions } from "../options.ts";
import { type BlocksOptions, declare, type Given } from "./block.ts";

type Sharing = StageOptions & Pick<DataOptions, "share">;
type Name = string | null | undefined;
type DataProps<Props, Naming extends string> = Omit<PropsInput<Props>, Naming> &
  Sharing & { [option in Naming]?: Name };
type Class<Props> = Props & StageOptions & { name?: Name };

/** What a block returns: the same as Alchemy's constructor of the resource. */
export type Made<R extends ResourceLike> = Effect.Effect<R, never, Cloudflare.Providers>;

/** What `Database` takes: all of Alchemy's `D1.Database`, and our own. */
export type DatabaseOptions = DataProps<Cloudflare.D1.DatabaseProps, "name">;
/** What `Bucket` takes: all of Alchemy's `R2.Bucket`, and our own. */
export type BucketOptions = DataProps<Cloudflare.R2.BucketProps, "name">;
/** What `KV` takes: all of Alchemy's `KV.Namespace`, and our own. */
export type KVOptions = DataProps<Cloudflare.KV.NamespaceProps, "title">;
/** What `Queue` takes: all of Alchemy's `Queues.Queue`, and our own. */
export type QueueOptions = DataProps<Cloudflare.Queues.QueueProps, "name">;
/** What `DurableObject` takes: all of Alchemy's, and our own. */
export type DurableObjectOptions = Class<Cloudflare.DurableObjectProps>;
/** What `AlchemyWorkflow` takes: all of Alchemy's `Workflow`, and our own. */
export type WorkflowOptions = Class<Cloudflare.Workflows.WorkflowRefProps> & {
  workflowName?: Name;
};

type Bindings = Cloudflare.WorkerBindingProps;
type Assets = Cloudflare.WorkerAssetsConfig | undefined;
type Environment<B extends Bindings, A extends Assets> = {
  [binding in keyof Cloudflare.NormalizedBindings<B, A>]: Cloudflare.NormalizedBindings<
    B,
    A
  >[binding];
};

/** A Worker called `id-stage`, in the async style or with an implementation in Effect's. */
export interface WorkerBlock {
  <const B extends Bindings = Record<never, never>, const A extends Assets = undefined>(
    id: string,
    options: InputProps<Cloudflare.WorkerProps<B, A>> & StageOptions,
  ): Effect.Effect<
    Cloudflare.Worker<Environment<B, A>> & Rpc<Record<never, never>>,
    never,
    Cloudflare.Providers
  >;
  <
    Shape extends Cloudflare.WorkerShape,
    Req extends Cloudflare.WorkerServices | PlatformServices = never,
  >(
    id: string,
    options: InputProps<Cloudflare.WorkerProps> & StageOptions,
    implementation: Effect.Effect<Shape, ConfigError, Req>,
  ): Effect.Effect<Cloudflare.Worker & Rpc<Shape>, never, Cloudflare.Providers>;
}

/**
 * The blocks of Alchemy 2. Each fails with a `BlockError` before Alchemy's own constructor is called.
 * The types do not show it, because `Alchemy.Stack` takes no program whose types do.
 */
export interface Blocks {
  /** A D1 database called `id-stage`. */
  Database(id: string, options?: DatabaseOptions): Made<Cloudflare.D1.Database>;
  /** An R2 bucket called `id-stage`. */
  Bucket(id: string, options?: BucketOptions): Made<Cloudflare.R2.Bucket>;
  /** A KV namespace titled `id-stage`. */
  KV(id: string, options?: KVOptions): Made<Cloudflare.KV.Namespace>;
  /** A queue called `id-stage`. */
  Queue(id: string, options?: QueueOptions): Made<Cloudflare.Queues.Queue>;
  Worker: WorkerBlock;
  /** A Durable Object for a Worker's `env`. Its class belongs to the Worker, whose name has the stage. */
  DurableObject<Shape = unknown>(
    id: string,
    options?: DurableObjectOptions,
  ): Effect.Effect<Cloudflare.DurableObjectLike<Shape>>;
  /** A workflow for a Worker's `env`, called `id-stage` where Alchemy lets it be named. */
  AlchemyWorkflow<Params = unknown>(
    id: string,
    options?: WorkflowOptions,
  ): Effect.Effect<Cloudflare.Workflows.WorkflowLike<Params>>;
}

/** A constructor of Alchemy's for a kind that has rows of its own. */
interface Resource {
  (id: string, props: never): Effect.Effect<unknown>;
  ref(id: string, of: { stage: string }): Effect.Effect<unknown>;
}

/**
 * Makes a set of blocks with a common prefix, or with its own protected stages.
 *
 * @example
 * ```ts
 * const { Database } = createBlocks({ prefix: "shop" });
 * const db = Database("db"); // shop-db-prod, with `yield*` or in `env`
 * ```
 */
export function createBlocks(settings: BlocksOptions = {}): Blocks {
  const resource = (kind: Kind, type: Resource) => (id: string, given?: Given) => {
    const make = (props: object) => type(id, props as never);
    return declare(kind, id, given, { make, ref: (stage) => type.ref(id, { stage }) }, settings);
  };
  const bound = (kind: Kind, reference: (id: string, props: object) => object) => {
    return (id: string, given?: Given) => {
      const make = (props: object) => Effect.sync(() => reference(id, props));
      return declare(kind, id, given, { make }, settings);
    };
  };
  const { D1, R2, KV, Queues, DurableObject, Workflow } = Cloudflare;
  // The types are Alchemy's own, which name neither the error nor the stack that all resources need.
  return {
    Database: resource("database", D1.Database),
    Bucket: resource("bucket", R2.Bucket),
    KV: resource("kv", KV.Namespace),
    Queue: resource("queue", Queues.Queue),
    Worker: worker(settings),
    DurableObject: bound("durable-object", DurableObject),
    AlchemyWorkflow: bound("workflow", Workflow),
  } as unknown as Blocks;
}

function worker(settings: BlocksOptions) {
  const construct = Cloudflare.Worker as unknown as (
    ...call: [id: string, props: object, ...implementation: object[]]
  ) => Effect.Effect<unknown>;
  return (id: string, given: Given, ...implementation: object[]) => {
    const make = (props: object) => construct(id, props, ...implementation);
    return declare("worker", id, given, { make }, settings);
  };
}

export const { Database, Bucket, KV, Queue, Worker, DurableObject, AlchemyWorkflow } =
  createBlocks();
