/** A set of blocks, bound to resource functions. */
import * as alchemy from "alchemy/cloudflare";
import * as core from "./core.ts";
import type { Settings, With } from "./options.ts";

type Naming = { name?: string | null | undefined };
/** A Worker, a reference to one, or the name of its script. */
type Script = string | alchemy.Worker | alchemy.WorkerRef | null | undefined;
type ClassNaming = Naming & { className?: string | null | undefined; scriptName?: Script };

/** What `Database` takes: all of Alchemy's `D1Database`, and our own. */
export type DatabaseOptions = With<alchemy.D1DatabaseProps, Naming>;
/** What `Bucket` takes: all of Alchemy's `R2Bucket`, and our own. */
export type BucketOptions = With<alchemy.BucketProps, Naming>;
/** What `KV` takes: all of Alchemy's `KVNamespace`, and our own. */
export type KVOptions = With<
  alchemy.KVNamespaceProps,
  Naming & { title?: string | null | undefined }
>;
/** What `Queue` takes: all of Alchemy's `Queue`, and our own. */
export type QueueOptions = With<alchemy.QueueProps, Naming>;
/** What `DurableObject` takes: all of Alchemy's `DurableObjectNamespace`, and our own. */
export type DurableObjectOptions = With<alchemy.DurableObjectNamespaceProps, ClassNaming>;
/** What `AlchemyWorkflow` takes: all of Alchemy's `Workflow`, and our own. */
export type WorkflowOptions = With<
  alchemy.WorkflowProps,
  ClassNaming & { workflowName?: string | null | undefined }
>;

/** The resource functions that blocks call; Alchemy's own where none are given. */
export interface Resources {
  D1Database: typeof alchemy.D1Database;
  R2Bucket: typeof alchemy.R2Bucket;
  KVNamespace: typeof alchemy.KVNamespace;
  Queue: typeof alchemy.Queue;
  DurableObjectNamespace: typeof alchemy.DurableObjectNamespace;
  Workflow: typeof alchemy.Workflow;
}

/** How a set of blocks is made. */
export interface BlocksOptions extends Settings {
  /** Functions to call in place of Alchemy's. */
  resources?: Partial<Resources> | undefined;
}

/** The six blocks. Each refuses with a `BlockError`, thrown at once, before Alchemy is called. */
export interface Blocks {
  /** A D1 database called `id-stage`. */
  Database(id: string, options?: DatabaseOptions): Promise<alchemy.D1Database>;
  /** An R2 bucket called `id-stage`. */
  Bucket(id: string, options?: BucketOptions): Promise<alchemy.R2Bucket>;
  /** A KV namespace titled `id-stage`. */
  KV(id: string, options?: KVOptions): Promise<alchemy.KVNamespace>;
  /** A queue called `id-stage`, whose messages are of the type `Body`. */
  Queue<Body = unknown>(id: string, options?: QueueOptions): Promise<alchemy.Queue<Body>>;
  /**
   * A Durable Object namespace. Its class belongs to a script, so it is the script's name that
   * keeps stages apart: name the Worker with `physicalName("worker", …)` or leave it to Alchemy.
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
  const { resources, ...given } = options;
  const settings = given.prefix === undefined ? undefined : given;
  const functions = { ...alchemy, ...resources };
  const bind = (block: core.CoreBlock, name: keyof Resources) => (id: string, own?: object) =>
    block(id, own, functions[name] as core.Resource<unknown, never>, settings);
  return {
    Database: bind(core.Database, "D1Database"),
    Bucket: bind(core.Bucket, "R2Bucket"),
    KV: bind(core.KV, "KVNamespace"),
    Queue: bind(core.Queue, "Queue"),
    DurableObject: bind(core.DurableObject, "DurableObjectNamespace"),
    AlchemyWorkflow: bind(core.AlchemyWorkflow, "Workflow"),
  };
}
