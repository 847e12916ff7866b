/** The blocks of Alchemy 2. */
import * as Cloudflare from "alchemy/Cloudflare";
import type { PropsInput } from "alchemy/Input";
import type { ResourceLike } from "alchemy/Resource";
import * as Effect from "effect/Effect";
import { CONSTRUCTORS } from "../generated/constructors2.ts";
import { KINDS, type Kind } from "../kinds.ts";
import type { DataOptions, ExpiryOptions, RegionOptions, StageOptions } from "../options.ts";
import { type BlocksOptions, checkId, declare, type Given, type Options } from "./block.ts";
import { type ContainerBlock, container } from "./container.ts";
import { type HostBlocks, hostBlocks } from "./host.ts";
import { type Thrifty, thriftyFor } from "./thrifty.ts";
import { type WorkerBlock, worker } from "./worker.ts";

type Sharing = StageOptions & Pick<DataOptions, "share">;
type Name = string | null | undefined;
type DataProps<Props, Naming extends string> = Omit<PropsInput<Props>, Naming> &
  Sharing & { [option in Naming]?: Name };
type Class<Props> = Props & StageOptions & { name?: Name };

/** What a block returns: the same as Alchemy's constructor of the resource. */
export type Made<R extends ResourceLike, Req = never> = Effect.Effect<
  R,
  never,
  Cloudflare.Providers | Req
>;

/** What `Database` takes: all of Alchemy's `D1.Database`, and our own. */
export type DatabaseOptions = DataProps<Cloudflare.D1.DatabaseProps, "name"> & RegionOptions;
/** What `Bucket` takes: all of Alchemy's `R2.Bucket`, and our own. */
export type BucketOptions = DataProps<Cloudflare.R2.BucketProps, "name"> &
  RegionOptions &
  ExpiryOptions;
/** What `KV` takes: all of Alchemy's `KV.Namespace`, and our own. */
export type KVOptions = DataProps<Cloudflare.KV.NamespaceProps, "title">;
/** What `Queue` takes: all of Alchemy's `Queues.Queue`, and our own. */
export type QueueOptions = DataProps<Cloudflare.Queues.QueueProps, "name">;
/** What `Vectorize` takes: all of Alchemy's `Vectorize.Index`, and our own. */
export type VectorizeOptions = DataProps<Cloudflare.Vectorize.IndexProps, "name">;
/** What `Hyperdrive` takes: all of Alchemy's `Hyperdrive.Connection`, and our own. */
export type HyperdriveOptions = DataProps<Cloudflare.Hyperdrive.Props, "name">;
/** What `DispatchNamespace` takes: all of Alchemy's, and our own. */
export type DispatchNamespaceOptions = DataProps<
  Cloudflare.WorkersForPlatforms.DispatchNamespaceProps,
  "name"
>;
/** What `AiGateway` takes: all of Alchemy's `AI.Gateway`, and our own. Its name is the option `id`. */
export type AiGatewayOptions = DataProps<Cloudflare.AI.GatewayProps, "id"> & { name?: Name };
/** What `Pipeline` takes: all of Alchemy's `Pipelines.LegacyPipeline`, and our own. */
export type PipelineOptions = DataProps<Cloudflare.Pipelines.LegacyPipelineProps, "name">;
/** What `AnalyticsEngine` takes: all of Alchemy's `AnalyticsEngine.Dataset`, and our own. */
export type AnalyticsEngineOptions = StageOptions & { name?: Name; dataset?: Name };
/** What `DurableObject` takes: all of Alchemy's, and our own. */
export type DurableObjectOptions = Class<Cloudflare.DurableObjectProps>;
/** What `AlchemyWorkflow` takes: all of Alchemy's `Workflow`, and our own. */
export type WorkflowOptions = Class<Cloudflare.Workflows.WorkflowRefProps> & {
  workflowName?: Name;
};

/**
 * The blocks of Alchemy 2. Each fails with a `BlockError` before Alchemy's own constructor is called.
 * The types do not show it, because `Alchemy.Stack` takes no program whose types do.
 */
export interface Blocks extends HostBlocks {
  /** A D1 database called `id-stage`. */
  Database<Req = never>(
    id: string,
    options?: Options<DatabaseOptions, never, Req>,
  ): Made<Cloudflare.D1.Database, Req>;
  /** An R2 bucket called `id-stage`. */
  Bucket<Req = never>(
    id: string,
    options?: Options<BucketOptions, never, Req>,
  ): Made<Cloudflare.R2.Bucket, Req>;
  /** A KV namespace titled `id-stage`. */
  KV<Req = never>(
    id: string,
    options?: Options<KVOptions, never, Req>,
  ): Made<Cloudflare.KV.Namespace, Req>;
  /** A queue called `id-stage`. */
  Queue<Req = never>(
    id: string,
    options?: Options<QueueOptions, never, Req>,
  ): Made<Cloudflare.Queues.Queue, Req>;
  /** A Vectorize index called `id-stage`. */
  Vectorize<Req = never>(
    id: string,
    options: Options<VectorizeOptions, never, Req>,
  ): Made<Cloudflare.Vectorize.Index, Req>;
  /** A Hyperdrive configuration called `id-stage`. */
  Hyperdrive<Req = never>(
    id: string,
    options: Options<HyperdriveOptions, never, Req>,
  ): Made<Cloudflare.Hyperdrive.Connection, Req>;
  /** A dispatch namespace called `id-stage`. */
  DispatchNamespace<Req = never>(
    id: string,
    options?: Options<DispatchNamespaceOptions, never, Req>,
  ): Made<Cloudflare.WorkersForPlatforms.DispatchNamespace, Req>;
  /** An AI gateway called `id-stage`. */
  AiGateway<Req = never>(
    id: string,
    options?: Options<AiGatewayOptions, never, Req>,
  ): Made<Cloudflare.AI.Gateway, Req>;
  /** A pipeline called `id-stage`, as Cloudflare had them before September 2025. */
  Pipeline<Req = never>(
    id: string,
    options: Options<PipelineOptions, never, Req>,
  ): Made<Cloudflare.Pipelines.LegacyPipeline, Req>;
  /** An Analytics Engine dataset called `id-stage`. Cloudflare makes it at the first write. */
  AnalyticsEngine(
    id: string,
    options?: AnalyticsEngineOptions,
  ): Effect.Effect<Cloudflare.AnalyticsEngine.Dataset>;
  Worker: WorkerBlock;
  /** A container application called `id-stage`, for a Worker's `env`. */
  Container: ContainerBlock;
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
  thrifty: Thrifty;
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
  const resource = (kind: Kind, type: Resource) => (id: string, given?: Options<Given>) => {
    checkId(kind, id);
    const make = (props: object) => type(id, props as never);
    return declare(kind, id, given, { make, ref: (stage) => type.ref(id, { stage }) }, settings);
  };
  const bound = (kind: Kind, reference: (id: string, props: object) => object) => {
    return (id: string, given?: Given & { scriptName?: unknown }) => {
      checkId(kind, id);
      const { scriptName } = given ?? {};
      // The name of a Worker of this deploy is known only later. Until then the id stands for it.
      const isLater = typeof scriptName === "object" || typeof scriptName === "function";
      const later = isLater && scriptName !== null ? { scriptName } : {};
      const make = (props: object) => Effect.sync(() => reference(id, { ...props, ...later }));
      const known = "scriptName" in later ? { ...given, scriptName: id } : given;
      return declare(kind, id, known, { make }, settings);
    };
  };
  const plain = Object.entries<Resource>(CONSTRUCTORS as never).map(([kind, type]) => [
    KINDS[kind as Kind].alchemy2.block,
    resource(kind as Kind, type),
  ]);
  // The types are Alchemy's own, which name neither the error nor the stack that all resources need.
  return {
    ...Object.fromEntries(plain),
    Worker: worker(settings),
    Container: container(settings),
    ...hostBlocks(settings),
    DurableObject: bound("durable-object", Cloudflare.DurableObject),
    AlchemyWorkflow: bound("workflow", Cloudflare.Workflow),
    thrifty: thriftyFor(settings),
  } as unknown as Blocks;
}

export const { thrifty } = createBlocks();
