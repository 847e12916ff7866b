// Made from src/kind/ by `npm run generate`. Do not edit.
import type { Kind } from "./types.ts";

/** What the project knows about a kind: `src/kind/spec.rs` says what each field means. */
export interface KindSpec {
  kind: Kind;
  noun: string;
  plural: string;
  product: string;
  block: string | null;
  example: string;
  alchemy: {
    function: string;
    also: readonly string[];
    resource: string | null;
    naming: readonly string[];
    attribute: string;
    identity: string;
  };
  alchemy2: {
    constructor: string;
    also: readonly string[];
    block: string;
    resources: readonly string[];
    naming: string;
    attribute: string;
    identity: string;
    onNewName: OnNewName;
  };
  base: { words: string };
  cap: number;
  capUnit: "characters" | "bytes";
  foldsCase: boolean;
  naming: readonly string[];
  ownsData: boolean;
  isClass: boolean;
  onNewName: OnNewName;
  binding: string;
  listing: Listing;
  quota: { free: number; paid: number } | null;
  regions: Regions | null;
  note: string | null;
}

/** What Alchemy does when the physical name changes. */
export type OnNewName = "replace" | "rename-in-place" | "leave-behind" | "nothing";

/** How the Cloudflare API lists a kind. */
export interface Listing {
  path: string;
  paging: "pages" | "cursor" | "none";
  items: string | null;
  name: readonly string[];
  id: string;
  created: string | null;
  jurisdictions: readonly string[];
  permission: string;
  stores: readonly string[];
}

/** Where in the world a kind can be told to be. */
export interface Regions {
  jurisdictions: readonly string[];
  hints: readonly string[];
  hintOption: string;
}

/** One row for each kind, with all that the project knows about it. */
export const KINDS: Readonly<Record<Kind, KindSpec>> = {
  database: {
    kind: "database",
    noun: "database",
    plural: "databases",
    product: "D1 database",
    block: "Database",
    example: "my-database",
    alchemy: {
      function: "D1Database",
      also: [],
      resource: "cloudflare::D1Database",
      naming: ["name"],
      attribute: "name",
      identity: "id",
    },
    alchemy2: {
      constructor: "D1.Database",
      also: ["D1Database"],
      block: "Database",
      resources: ["Cloudflare.D1Database"],
      naming: "name",
      attribute: "databaseName",
      identity: "databaseId",
      onNewName: "replace",
    },
    base: { words: "uses only letters, digits, `_` and `-`, and starts with a letter or digit" },
    cap: 128,
    capUnit: "characters",
    foldsCase: true,
    naming: ["name"],
    ownsData: true,
    isClass: false,
    onNewName: "replace",
    binding: "d1",
    quota: { free: 10, paid: 50000 },
    regions: {
      jurisdictions: ["eu", "us", "fedramp"],
      hints: ["weur", "eeur", "enam", "wnam", "apac", "oc"],
      hintOption: "primaryLocationHint",
    },
    note: null,
    listing: {
      path: "d1/database",
      paging: "pages",
      items: null,
      name: ["name"],
      id: "uuid",
      created: "created_at",
      jurisdictions: [],
      permission: "D1: Read",
      stores: ["alchemy-state"],
    },
  },
  bucket: {
    kind: "bucket",
    noun: "bucket",
    plural: "buckets",
    product: "R2 bucket",
    block: "Bucket",
    example: "my-bucket",
    alchemy: {
      function: "R2Bucket",
      also: [],
      resource: "cloudflare::R2Bucket",
      naming: ["name"],
      attribute: "name",
      identity: "name",
    },
    alchemy2: {
      constructor: "R2.Bucket",
      also: ["R2Bucket"],
      block: "Bucket",
      resources: ["Cloudflare.R2.Bucket", "Cloudflare.R2Bucket"],
      naming: "name",
      attribute: "bucketName",
      identity: "bucketName",
      onNewName: "replace",
    },
    base: {
      words:
        "uses only lower-case letters, digits and hyphens, and starts and ends with a letter or digit",
    },
    cap: 63,
    capUnit: "characters",
    foldsCase: false,
    naming: ["name"],
    ownsData: true,
    isClass: false,
    onNewName: "replace",
    binding: "r2_bucket",
    quota: { free: 1000000, paid: 1000000 },
    regions: {
      jurisdictions: ["eu", "us", "fedramp", "fedramp-high"],
      hints: ["weur", "eeur", "enam", "wnam", "apac", "oc"],
      hintOption: "locationHint",
    },
    note: null,
    listing: {
      path: "r2/buckets",
      paging: "cursor",
      items: "buckets",
      name: ["name"],
      id: "name",
      created: "creation_date",
      jurisdictions: ["eu", "us", "fedramp", "fedramp-high"],
      permission: "Workers R2 Storage: Read",
      stores: [],
    },
  },
  kv: {
    kind: "kv",
    noun: "KV namespace",
    plural: "KV namespaces",
    product: "KV namespace",
    block: "KV",
    example: "my-namespace",
    alchemy: {
      function: "KVNamespace",
      also: [],
      resource: "cloudflare::KVNamespace",
      naming: ["title"],
      attribute: "title",
      identity: "namespaceId",
    },
    alchemy2: {
      constructor: "KV.Namespace",
      also: ["KVNamespace"],
      block: "KV",
      resources: ["Cloudflare.KV.Namespace", "Cloudflare.KVNamespace"],
      naming: "title",
      attribute: "title",
      identity: "namespaceId",
      onNewName: "rename-in-place",
    },
    base: { words: "has no control characters, and no white space at its start or end" },
    cap: 512,
    capUnit: "bytes",
    foldsCase: false,
    naming: ["title", "name"],
    ownsData: true,
    isClass: false,
    onNewName: "rename-in-place",
    binding: "kv_namespace",
    quota: { free: 1000, paid: 1000 },
    regions: null,
    note: null,
    listing: {
      path: "storage/kv/namespaces",
      paging: "pages",
      items: null,
      name: ["title"],
      id: "id",
      created: null,
      jurisdictions: [],
      permission: "Workers KV Storage: Read",
      stores: [],
    },
  },
  queue: {
    kind: "queue",
    noun: "queue",
    plural: "queues",
    product: "Queue",
    block: "Queue",
    example: "my-queue",
    alchemy: {
      function: "Queue",
      also: [],
      resource: "cloudflare::Queue",
      naming: ["name"],
      attribute: "name",
      identity: "id",
    },
    alchemy2: {
      constructor: "Queues.Queue",
      also: ["Queue"],
      block: "Queue",
      resources: ["Cloudflare.Queues.Queue", "Cloudflare.Queue"],
      naming: "name",
      attribute: "queueName",
      identity: "queueId",
      onNewName: "replace",
    },
    base: {
      words:
        "uses only lower-case letters, digits and hyphens, and starts and ends with a letter or digit",
    },
    cap: 63,
    capUnit: "characters",
    foldsCase: false,
    naming: ["name"],
    ownsData: true,
    isClass: false,
    onNewName: "rename-in-place",
    binding: "queue",
    quota: { free: 10000, paid: 10000 },
    regions: null,
    note: null,
    listing: {
      path: "queues",
      paging: "pages",
      items: null,
      name: ["queue_name"],
      id: "queue_id",
      created: "created_on",
      jurisdictions: [],
      permission: "Queues: Read",
      stores: [],
    },
  },
  vectorize: {
    kind: "vectorize",
    noun: "Vectorize index",
    plural: "Vectorize indexes",
    product: "Vectorize index",
    block: "Vectorize",
    example: "my-index",
    alchemy: {
      function: "VectorizeIndex",
      also: [],
      resource: "cloudflare::VectorizeIndex",
      naming: ["name"],
      attribute: "name",
      identity: "name",
    },
    alchemy2: {
      constructor: "Vectorize.Index",
      also: [],
      block: "Vectorize",
      resources: ["Cloudflare.VectorizeIndex"],
      naming: "name",
      attribute: "indexName",
      identity: "indexName",
      onNewName: "replace",
    },
    base: {
      words:
        "uses only lower-case letters, digits, `_` and `-`, starts with a letter, and ends with a letter or digit",
    },
    cap: 64,
    capUnit: "characters",
    foldsCase: false,
    naming: ["name"],
    ownsData: true,
    isClass: false,
    onNewName: "replace",
    binding: "vectorize",
    quota: { free: 100, paid: 50000 },
    regions: null,
    note: null,
    listing: {
      path: "vectorize/v2/indexes",
      paging: "none",
      items: null,
      name: ["name"],
      id: "name",
      created: "created_on",
      jurisdictions: [],
      permission: "Vectorize: Read",
      stores: [],
    },
  },
  hyperdrive: {
    kind: "hyperdrive",
    noun: "Hyperdrive configuration",
    plural: "Hyperdrive configurations",
    product: "Hyperdrive configuration",
    block: "Hyperdrive",
    example: "my-hyperdrive",
    alchemy: {
      function: "Hyperdrive",
      also: [],
      resource: "cloudflare::Hyperdrive",
      naming: ["name"],
      attribute: "name",
      identity: "hyperdriveId",
    },
    alchemy2: {
      constructor: "Hyperdrive.Connection",
      also: [],
      block: "Hyperdrive",
      resources: ["Cloudflare.Hyperdrive"],
      naming: "name",
      attribute: "name",
      identity: "hyperdriveId",
      onNewName: "replace",
    },
    base: { words: "uses only letters, digits, `_` and `-`, and starts with a letter or digit" },
    cap: 128,
    capUnit: "characters",
    foldsCase: false,
    naming: ["name"],
    ownsData: true,
    isClass: false,
    onNewName: "rename-in-place",
    binding: "hyperdrive",
    quota: { free: 10, paid: 25 },
    regions: null,
    note: null,
    listing: {
      path: "hyperdrive/configs",
      paging: "none",
      items: null,
      name: ["name"],
      id: "id",
      created: "created_on",
      jurisdictions: [],
      permission: "Hyperdrive: Read",
      stores: [],
    },
  },
  "dispatch-namespace": {
    kind: "dispatch-namespace",
    noun: "dispatch namespace",
    plural: "dispatch namespaces",
    product: "dispatch namespace",
    block: "DispatchNamespace",
    example: "my-tenants",
    alchemy: {
      function: "DispatchNamespace",
      also: [],
      resource: "cloudflare::DispatchNamespace",
      naming: ["namespace"],
      attribute: "namespaceName",
      identity: "namespaceName",
    },
    alchemy2: {
      constructor: "WorkersForPlatforms.DispatchNamespace",
      also: [],
      block: "DispatchNamespace",
      resources: ["Cloudflare.Workers.DispatchNamespace"],
      naming: "name",
      attribute: "name",
      identity: "name",
      onNewName: "replace",
    },
    base: {
      words:
        "uses only lower-case letters, digits and hyphens, and starts and ends with a letter or digit",
    },
    cap: 63,
    capUnit: "characters",
    foldsCase: false,
    naming: ["namespace", "name"],
    ownsData: true,
    isClass: false,
    onNewName: "replace",
    binding: "dispatch_namespace",
    quota: null,
    regions: null,
    note: null,
    listing: {
      path: "workers/dispatch/namespaces",
      paging: "none",
      items: null,
      name: ["namespace_name"],
      id: "namespace_name",
      created: "created_on",
      jurisdictions: [],
      permission: "Workers Scripts: Read",
      stores: [],
    },
  },
  "durable-object": {
    kind: "durable-object",
    noun: "Durable Object",
    plural: "Durable Object namespaces",
    product: "Durable Object",
    block: "DurableObject",
    example: "my-object",
    alchemy: {
      function: "DurableObjectNamespace",
      also: [],
      resource: null,
      naming: [],
      attribute: "",
      identity: "",
    },
    alchemy2: {
      constructor: "DurableObject",
      also: [
        "Workers.DurableObject",
        "RpcDurableObject",
        "Workers.RpcDurableObject",
        "DurableObjectNamespace",
      ],
      block: "DurableObject",
      resources: ["Cloudflare.DurableObject"],
      naming: "",
      attribute: "",
      identity: "",
      onNewName: "nothing",
    },
    base: { words: "uses only letters, digits, `_` and `-`, and starts with a letter or digit" },
    cap: 128,
    capUnit: "characters",
    foldsCase: false,
    naming: ["name"],
    ownsData: false,
    isClass: true,
    onNewName: "nothing",
    binding: "durable_object_namespace",
    quota: { free: 100, paid: 500 },
    regions: null,
    note: "Cloudflare knows a Durable Object by its class and its Worker. The name of the Worker keeps stages apart.",
    listing: {
      path: "workers/durable_objects/namespaces",
      paging: "pages",
      items: null,
      name: ["script", "class"],
      id: "id",
      created: null,
      jurisdictions: [],
      permission: "Workers Scripts: Read",
      stores: ["alchemy-state-service/Store"],
    },
  },
  workflow: {
    kind: "workflow",
    noun: "workflow",
    plural: "workflows",
    product: "Workflow",
    block: "AlchemyWorkflow",
    example: "my-workflow",
    alchemy: {
      function: "Workflow",
      also: [],
      resource: null,
      naming: ["workflowName", "className"],
      attribute: "",
      identity: "",
    },
    alchemy2: {
      constructor: "Workflow",
      also: ["Workflows.Workflow"],
      block: "AlchemyWorkflow",
      resources: ["Cloudflare.Workflow"],
      naming: "workflowName",
      attribute: "workflowName",
      identity: "workflowId",
      onNewName: "replace",
    },
    base: { words: "uses only letters, digits, `_` and `-`, and does not start with `-`" },
    cap: 64,
    capUnit: "characters",
    foldsCase: true,
    naming: ["workflowName", "name"],
    ownsData: false,
    isClass: true,
    onNewName: "leave-behind",
    binding: "workflow",
    quota: null,
    regions: null,
    note: null,
    listing: {
      path: "workflows",
      paging: "pages",
      items: null,
      name: ["name"],
      id: "id",
      created: null,
      jurisdictions: [],
      permission: "Workers Scripts: Read",
      stores: [],
    },
  },
  worker: {
    kind: "worker",
    noun: "Worker",
    plural: "Workers",
    product: "Worker",
    block: "Worker",
    example: "my-worker",
    alchemy: {
      function: "Worker",
      also: [
        "Website",
        "Vite",
        "Astro",
        "BunSPA",
        "Nextjs",
        "Nuxt",
        "Orange",
        "ReactRouter",
        "Redwood",
        "SvelteKit",
        "TanStackStart",
      ],
      resource: "cloudflare::Worker",
      naming: ["name"],
      attribute: "name",
      identity: "name",
    },
    alchemy2: {
      constructor: "Worker",
      also: [
        "Workers.Worker",
        "RpcWorker",
        "Workers.RpcWorker",
        "Website.Astro",
        "Website.Foldkit",
        "Website.Nextjs",
        "Website.Nuxt",
        "Website.Octane",
        "Website.StaticSite",
        "Website.SvelteKit",
        "Website.Vite",
        "Website.Vocs",
        "Website.Waku",
        "StaticSite",
        "Vite",
      ],
      block: "Worker",
      resources: ["Cloudflare.Worker"],
      naming: "name",
      attribute: "workerName",
      identity: "workerName",
      onNewName: "replace",
    },
    base: {
      words: "uses only lower-case letters, digits, `_` and `-`, and does not start with `-`",
    },
    cap: 54,
    capUnit: "characters",
    foldsCase: false,
    naming: ["name"],
    ownsData: false,
    isClass: false,
    onNewName: "rename-in-place",
    binding: "service",
    quota: { free: 100, paid: 500 },
    regions: null,
    note: "`Vite`, `Website` and the like have no block: give them the name by `physicalName`.",
    listing: {
      path: "workers/scripts",
      paging: "none",
      items: null,
      name: ["id"],
      id: "id",
      created: "created_on",
      jurisdictions: [],
      permission: "Workers Scripts: Read",
      stores: ["alchemy-state-service"],
    },
  },
};

/** Functions of `alchemy/cloudflare` that make something with an account-wide name, and are of no kind, with the reason. */
export const UNMODELLED: Readonly<Record<string, string>> = {
  AccessApplication: "its name is a label: Cloudflare knows it by an id, and two may have one name",
  AccessGroup: "its name is a label: Cloudflare knows it by an id, and two may have one name",
  AccessIdentityProvider:
    "its name is a label: Cloudflare knows it by an id, and two may have one name",
  AccessPolicy: "its name is a label: Cloudflare knows it by an id, and two may have one name",
  AccessServiceToken:
    "its name is a label: Cloudflare knows it by an id, and two may have one name",
  AccountApiToken: "its name is a label: Cloudflare knows it by an id, and two may have one name",
  AiGateway: "no block is written for it yet",
  AiSearch: "no block is written for it yet",
  AiSearchNamespace: "no block is written for it yet",
  AiSearchToken: "no block is written for it yet",
  AnalyticsEngineDataset: "Cloudflare makes a dataset at the first write, and lists none",
  Container: "it comes with a class of a Worker, and with an image that Docker builds",
  ContainerApplication: "it comes with a class of a Worker, and with an image that Docker builds",
  Pipeline:
    "Cloudflare replaces the pipelines that Alchemy 0.94 makes, and those of Alchemy 2 are three resources",
  SecretsStore: "an account has one store of secrets, which all stages share",
  Tunnel: "it connects the account with a network of yours, which has no stages",
  VpcService: "it connects the account with a network of yours, which has no stages",
  WarpDeviceProfile: "its name is a label: Cloudflare knows it by an id, and two may have one name",
};

/** The same for `alchemy/Cloudflare` of Alchemy 2. */
export const UNMODELLED_2: Readonly<Record<string, string>> = {
  "AI.Gateway": "no block is written for it yet",
  "AI.SearchInstance": "no block is written for it yet",
  "AI.SearchNamespace": "no block is written for it yet",
  "AI.SearchToken": "no block is written for it yet",
  "Access.Application":
    "its name is a label: Cloudflare knows it by an id, and two may have one name",
  "Access.Group": "its name is a label: Cloudflare knows it by an id, and two may have one name",
  "Access.Policy": "its name is a label: Cloudflare knows it by an id, and two may have one name",
  "Access.ServiceToken":
    "its name is a label: Cloudflare knows it by an id, and two may have one name",
  "AnalyticsEngine.Dataset": "Cloudflare makes a dataset at the first write, and lists none",
  "ApiToken.AccountApiToken":
    "its name is a label: Cloudflare knows it by an id, and two may have one name",
  "Connectivity.DirectoryService":
    "it connects the account with a network of yours, which has no stages",
  Container: "it comes with a class of a Worker, and with an image that Docker builds",
  "Containers.Container": "it comes with a class of a Worker, and with an image that Docker builds",
  ObservabilityDestination: "no block is written for it yet",
  "Pages.Project": "no block is written for it yet",
  "Pipelines.LegacyPipeline":
    "Cloudflare replaces the pipelines that Alchemy 0.94 makes, and those of Alchemy 2 are three resources",
  "Pipelines.Pipeline":
    "Cloudflare replaces the pipelines that Alchemy 0.94 makes, and those of Alchemy 2 are three resources",
  "Pipelines.Sink":
    "Cloudflare replaces the pipelines that Alchemy 0.94 makes, and those of Alchemy 2 are three resources",
  "Pipelines.Stream":
    "Cloudflare replaces the pipelines that Alchemy 0.94 makes, and those of Alchemy 2 are three resources",
  "SecretsStore.Store": "an account has one store of secrets, which all stages share",
  "Tunnel.Tunnel": "it connects the account with a network of yours, which has no stages",
  "Turnstile.Widget":
    "its name is a label: Cloudflare knows it by an id, and two may have one name",
  "VpcService.VpcService": "it connects the account with a network of yours, which has no stages",
  "Workers.ObservabilityDestination": "no block is written for it yet",
};
