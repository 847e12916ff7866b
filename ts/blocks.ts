/** A set of blocks, bound to resource functions. */
import * as alchemy from "alchemy/cloudflare";
import { guardAllScopes } from "./alchemy/guard/entry.ts";
import { notePassed } from "./alchemy/guard/passed.ts";
import { useAccount } from "./alchemy/guard/recovery.ts";
import { noteSettings } from "./alchemy/guard/settings.ts";
import { noteSite } from "./alchemy/guard/sites.ts";
import { activeScope, requireScope } from "./alchemy/scope.ts";
import { bindShared } from "./alchemy/share.ts";
import { callBlock } from "./block.ts";
import { Account } from "./cloudflare/account.ts";
import { rethrow } from "./errors.ts";
import { KINDS, type Kind, resourceOf } from "./kinds.ts";
import type { DataOptions, OnRename, Settings, StageOptions } from "./options.ts";

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
  ClassNaming & { workflowName?: string | null | undefined; onRename?: OnRename | null | undefined }
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
  const { resources, ...settings } = options;
  noteSettings(settings);
  const functions: Record<string, Call> = { ...(alchemy as object), ...resources };
  const bind = (kind: Kind) => {
    const { alchemy: names, ownsData } = KINDS[kind];
    const call = functions[names.function] as Call;
    const resource = ownsData ? noted(call) : call;
    const shared = ownsData ? sharing(resourceOf(kind)) : undefined;
    const common = { ...settings, shared };
    const block = (id: string, given?: object): unknown => {
      try {
        // The guard may refuse long after the call.
        const scope = ownsData ? activeScope() : undefined;
        if (scope) noteSite(scope, id, block);
        return callBlock(kind, id, given, resource, common);
      } catch (error) {
        rethrow(error, block);
      }
    };
    return block;
  };
  // Each returns what the function returns that it is bound to, which the core cannot know.
  return {
    Database: bind("database"),
    Bucket: bind("bucket"),
    KV: bind("kv"),
    Queue: bind("queue"),
    DurableObject: bind("durable-object"),
    AlchemyWorkflow: bind("workflow"),
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

function sharing(resource: string): Call {
  return (id, options) => bindShared(requireScope(), resource, id, options);
}
