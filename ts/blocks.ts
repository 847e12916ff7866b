/** A set of blocks, bound to resource functions. */
import * as alchemy from "alchemy/cloudflare";
import { guardAllScopes } from "./alchemy/guard/entry.ts";
import { notePassed } from "./alchemy/guard/passed.ts";
import { useAccount } from "./alchemy/guard/recovery.ts";
import { noteSettings } from "./alchemy/guard/settings.ts";
import { noteSite } from "./alchemy/guard/sites.ts";
import { activeScope, requireScope } from "./alchemy/scope.ts";
import { bindShared } from "./alchemy/share.ts";
import { callBlock, callHost } from "./block.ts";
import { Account } from "./cloudflare/account.ts";
import { rethrow } from "./errors.ts";
import type { Resources } from "./generated/resources.ts";
import { ALL_KINDS, type KindSpec, resourceOf, WORKER } from "./kinds.ts";
import type {
  DataOptions,
  DomainOwnOptions,
  ExpiryOptions,
  HostBlockOptions,
  OnRename,
  RegionOptions,
  Settings,
  StageOptions,
} from "./options.ts";

export type { Resources };

useAccount(() => new Account());
guardAllScopes();

/** Alchemy's options, with `Own` in place of what the blocks take in another form. */
type With<Theirs, Own> = Omit<Theirs, keyof Own> & Own;

type Named = { name?: string | null | undefined };
type Naming = Named & DataOptions;
/** A Worker, a reference to one, or the name of its script. */
type Script = string | alchemy.Worker | alchemy.WorkerRef | null | undefined;
type ClassNaming = Named &
  StageOptions & { className?: string | null | undefined; scriptName?: Script };

/** What `Database` takes: all of Alchemy's `D1Database`, and our own. */
export type DatabaseOptions = With<alchemy.D1DatabaseProps, Naming & RegionOptions>;
/** What `Bucket` takes: all of Alchemy's `R2Bucket`, and our own. */
export type BucketOptions = With<alchemy.BucketProps, Naming & RegionOptions & ExpiryOptions>;
/** What `KV` takes: all of Alchemy's `KVNamespace`, and our own. */
export type KVOptions = With<
  alchemy.KVNamespaceProps,
  Naming & { title?: string | null | undefined }
>;
/** What `Queue` takes: all of Alchemy's `Queue`, and our own. */
export type QueueOptions = With<alchemy.QueueProps, Naming>;
/** What `Vectorize` takes: all of Alchemy's `VectorizeIndex`, and our own. */
export type VectorizeOptions = With<alchemy.VectorizeIndexProps, Naming>;
/** What `Hyperdrive` takes: all of Alchemy's `Hyperdrive`, and our own. */
export type HyperdriveOptions = With<alchemy.HyperdriveProps, Naming>;
/** What `DispatchNamespace` takes: all of Alchemy's `DispatchNamespace`, and our own. */
export type DispatchNamespaceOptions = With<
  alchemy.DispatchNamespaceProps,
  Naming & { namespace?: string | null | undefined }
>;
/** What `AiGateway` takes: all of Alchemy's `AiGateway`, and our own. */
export type AiGatewayOptions = With<
  alchemy.AiGatewayProps,
  Naming & { gatewayName?: string | null | undefined }
>;
/** What `Pipeline` takes: all of Alchemy's `Pipeline`, and our own. */
export type PipelineOptions = With<alchemy.PipelineProps, Naming>;
/** What `AnalyticsEngine` takes: all of Alchemy's `AnalyticsEngineDataset`, and our own. */
export type AnalyticsEngineOptions = With<
  alchemy.AnalyticsEngineDatasetProps,
  Named & StageOptions & { dataset?: string | null | undefined }
>;
/** What `DurableObject` takes: all of Alchemy's `DurableObjectNamespace`, and our own. */
export type DurableObjectOptions = With<alchemy.DurableObjectNamespaceProps, ClassNaming>;
/** What `AlchemyWorkflow` takes: all of Alchemy's `Workflow`, and our own. */
export type WorkflowOptions = With<
  alchemy.WorkflowProps,
  ClassNaming & { workflowName?: string | null | undefined; onRename?: OnRename | null | undefined }
>;

/** What `Container` takes: all of Alchemy's `Container`, and our own. */
export type ContainerOptions = alchemy.ContainerProps & StageOptions;

/** What `Worker` takes: all of Alchemy's `Worker`, and our own. */
export type WorkerOptions<
  B extends alchemy.Bindings = alchemy.Bindings,
  RPC extends Rpc.WorkerEntrypointBranded = Rpc.WorkerEntrypointBranded,
> = alchemy.WorkerProps<B, RPC> & StageOptions & { onRename?: OnRename | null | undefined };

/** A Worker, a reference to one, or the name of its script. */
export type AnsweringWorker = string | alchemy.Worker | alchemy.WorkerRef;

/** What `Domain` takes: of Alchemy's `CustomDomain`, and our own. */
export type DomainOptions = Omit<
  alchemy.CustomDomainProps,
  | "workerName"
  | "adopt"
  | "overrideExistingOrigin"
  | keyof DomainOwnOptions<AnsweringWorker>
  | "name"
> &
  DomainOwnOptions<AnsweringWorker> & {
    /** The hostname of the bare stage, if it is not the id. */
    name?: string | null | undefined;
  };

/** What `Route` takes: of Alchemy's `Route`, and our own. */
export type RouteOptions = Omit<
  alchemy.RouteProps,
  "script" | "adopt" | "pattern" | keyof HostBlockOptions<AnsweringWorker>
> &
  HostBlockOptions<AnsweringWorker> & {
    /** The pattern of the bare stage, if it is not the id. */
    pattern?: string | null | undefined;
  };

/** How a set of blocks is made. */
export interface BlocksOptions extends Settings {
  /** Functions to call in place of Alchemy's. */
  resources?: Partial<Resources> | undefined;
}

/** The blocks. Each refuses with a `BlockError`, thrown at once, before Alchemy is called. */
export interface Blocks {
  /** A D1 database called `id-stage`. */
  Database(id: string, options?: DatabaseOptions): Promise<alchemy.D1Database>;
  /** An R2 bucket called `id-stage`. */
  Bucket(id: string, options?: BucketOptions): Promise<alchemy.R2Bucket>;
  /** A KV namespace titled `id-stage`. */
  KV(id: string, options?: KVOptions): Promise<alchemy.KVNamespace>;
  /** A queue called `id-stage`, whose messages are of the type `Body`. */
  Queue<Body = unknown>(id: string, options?: QueueOptions): Promise<alchemy.Queue<Body>>;
  /** A Vectorize index called `id-stage`. */
  Vectorize(id: string, options: VectorizeOptions): Promise<alchemy.VectorizeIndex>;
  /** A Hyperdrive configuration called `id-stage`. */
  Hyperdrive(id: string, options: HyperdriveOptions): Promise<alchemy.Hyperdrive>;
  /** A dispatch namespace called `id-stage`. */
  DispatchNamespace(
    id: string,
    options?: DispatchNamespaceOptions,
  ): Promise<alchemy.DispatchNamespace>;
  /** An AI gateway called `id-stage`. */
  AiGateway(id: string, options?: AiGatewayOptions): Promise<alchemy.AiGateway>;
  /** A pipeline called `id-stage`, whose records are of the type `Record`. */
  Pipeline<Record extends alchemy.PipelineRecord = alchemy.PipelineRecord>(
    id: string,
    options: PipelineOptions,
  ): Promise<alchemy.Pipeline<Record>>;
  /** An Analytics Engine dataset called `id-stage`. Cloudflare makes it at the first write. */
  AnalyticsEngine(id: string, options?: AnalyticsEngineOptions): alchemy.AnalyticsEngineDataset;
  /**
   * A Worker called `id-stage`. `Vite`, `Website` and the like have no block: give them the name by
   * `physicalName("worker", …)`.
   */
  Worker<const B extends alchemy.Bindings, RPC extends Rpc.WorkerEntrypointBranded>(
    id: string,
    options: WorkerOptions<B, RPC>,
  ): Promise<alchemy.Worker<B, RPC>>;
  /**
   * A Durable Object namespace. Its class belongs to a script, so it is the name of the Worker that
   * keeps stages apart.
   */
  DurableObject<T = unknown>(
    id: string,
    options?: DurableObjectOptions,
  ): alchemy.DurableObjectNamespace<T>;
  /** A workflow called `id-stage`, whose instances take `Params`. */
  AlchemyWorkflow<Params = unknown>(
    id: string,
    options?: WorkflowOptions,
  ): alchemy.Workflow<Params>;
  /** A container application called `id-stage`. A Worker binds it as the class of its Durable Objects. */
  Container<T = unknown>(id: string, options: ContainerOptions): Promise<alchemy.Container<T>>;
  /**
   * A hostname that belongs to a Worker: `app.example.com` in `prod`, `app-pr-7.example.com` in stage
   * `pr-7`. It refuses to take what another Worker has.
   */
  Domain(id: string, options: DomainOptions): Promise<alchemy.CustomDomain>;
  /**
   * A URL pattern that leads to a Worker: `app.example.com/api/*` in `prod`, `app-pr-7.example.com/api/*`
   * in stage `pr-7`. It refuses to take what another Worker has.
   */
  Route(id: string, options: RouteOptions): Promise<alchemy.Route>;
}

/**
 * Makes a set of blocks with a common prefix, or over other resource functions.
 *
 * @example
 * ```ts
 * const { Database } = createBlocks({ prefix: "shop" });
 * await Database("db"); // shop-db-prod
 * ```
 */
export function createBlocks(options: BlocksOptions = {}): Blocks {
  const { resources, ...settings } = options;
  noteSettings(settings);
  const functions: Record<string, Call> = { ...(alchemy as object), ...resources };
  const bind = ({ kind, alchemy: names, ownsData }: KindSpec) => {
    const call = functions[names.function] as Call;
    const hasRow = names.resource !== null;
    // The options of a Worker have all in them that it binds.
    const resource = hasRow && names.resource !== WORKER ? noted(call) : call;
    const shared = ownsData ? sharing(resourceOf(kind)) : undefined;
    const common = { ...settings, shared };
    const block = (id: string, given?: object): unknown => {
      try {
        // The guard may refuse long after the call.
        const scope = hasRow ? activeScope() : undefined;
        if (scope) noteSite(scope, id, block);
        return callBlock(kind, id, given, resource, common);
      } catch (error) {
        rethrow(error, block);
      }
    };
    return block;
  };
  const bindHost = (block: "domain" | "route", name: string) => {
    const host = (id: string, given: object): unknown => {
      try {
        const scope = activeScope();
        if (scope) noteSite(scope, id, host);
        const call = noted(functions[name] as Call);
        return callHost(block, id, given, scope?.local ? emulated(call) : call, settings);
      } catch (error) {
        rethrow(error, host);
      }
    };
    return host;
  };
  // Each returns what the function returns that it is bound to, which the core cannot know.
  const blocks = ALL_KINDS.flatMap((spec) => (spec.block ? [[spec.block, bind(spec)]] : []));
  return {
    ...Object.fromEntries(blocks),
    Domain: bindHost("domain", "CustomDomain"),
    Route: bindHost("route", "Route"),
  } as unknown as Blocks;
}

/** A resource function, whatever it takes and returns. */
type Call = (id: string, options: never) => unknown;

/** The function, with the guard told what is passed to it. */
function noted(call: Call): Call {
  return (id, options) => {
    const scope = activeScope();
    if (scope) notePassed(scope, id, options);
    return call(id, options);
  };
}

/** The function as Alchemy's own `Worker` calls it in local mode, so that it makes no call to Cloudflare. */
function emulated(call: Call): Call {
  return (id, options: object) => call(id, { dev: true, ...options } as never);
}

function sharing(resource: string): Call {
  return (id, options) => bindShared(requireScope(), resource, id, options);
}
