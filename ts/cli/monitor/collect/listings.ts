/** How the account is asked for each kind, and what its answers have to look like. */

/** What one item of a listing says. */
export interface Item {
  name: string;
  /** What tells it from all others of the listing. */
  key: string;
}

export interface Listing {
  kind: string;
  /** As it stands in messages. */
  noun: string;
  /** Below the account. */
  path: string;
  paging: "pages" | "cursor" | "none";
  /** The permission that a token needs, as Cloudflare calls it. */
  permission: string;
  /** Those that have lists of their own; `""` where there is one list. */
  places: readonly string[];
  /** Where the items lie in the result. */
  items(result: unknown): unknown;
  /** `undefined` where it has another shape. */
  item(item: Record<string, unknown>): Item | undefined;
}

const itself = (result: unknown) => result;

function named(name: unknown, key: unknown): Item | undefined {
  if (typeof name !== "string" || typeof key !== "string" || name === "" || key === "") {
    return undefined;
  }
  return { name, key };
}

const ONE = [""];
const SCRIPTS = "Workers Scripts: Read";

export const LISTINGS: readonly Listing[] = [
  {
    kind: "database",
    noun: "databases",
    path: "d1/database",
    paging: "pages",
    permission: "D1: Read",
    places: ONE,
    items: itself,
    item: ({ name, uuid }) => named(name, uuid),
  },
  {
    kind: "bucket",
    noun: "buckets",
    path: "r2/buckets",
    paging: "cursor",
    permission: "Workers R2 Storage: Read",
    // Each jurisdiction has its own names.
    places: ["", "eu", "us", "fedramp", "fedramp-high"],
    items: (result) => (result as { buckets?: unknown } | null)?.buckets,
    item: ({ name }) => named(name, name),
  },
  {
    kind: "kv",
    noun: "KV namespaces",
    path: "storage/kv/namespaces",
    paging: "pages",
    permission: "Workers KV Storage: Read",
    places: ONE,
    items: itself,
    item: ({ title, id }) => named(title, id),
  },
  {
    kind: "queue",
    noun: "queues",
    path: "queues",
    paging: "pages",
    permission: "Queues: Read",
    places: ONE,
    items: itself,
    item: ({ queue_name, queue_id }) => named(queue_name, queue_id),
  },
  {
    kind: "durable-object",
    noun: "Durable Object namespaces",
    path: "workers/durable_objects/namespaces",
    paging: "pages",
    permission: SCRIPTS,
    places: ONE,
    items: itself,
    item: ({ id, script, class: className }) =>
      // One that no script implements any more has neither, and nobody can claim it.
      typeof script === "string" && typeof className === "string"
        ? named(`${script}/${className}`, id)
        : named(`/${String(id)}`, id),
  },
  {
    kind: "workflow",
    noun: "workflows",
    path: "workflows",
    paging: "pages",
    permission: SCRIPTS,
    places: ONE,
    items: itself,
    item: ({ name, id }) => named(name, id),
  },
  {
    kind: "worker",
    noun: "Workers",
    path: "workers/scripts",
    paging: "none",
    permission: SCRIPTS,
    places: ONE,
    items: itself,
    item: ({ id }) => named(id, id),
  },
];

/** What can be left out: a kind, or a kind in one place, as `bucket:eu`. */
export const PARTS: readonly string[] = LISTINGS.flatMap(({ kind, places }) => [
  kind,
  ...places.filter((place) => place !== "").map((place) => partOf(kind, place)),
]);

export function partOf(kind: string, place: string): string {
  return place === "" ? kind : `${kind}:${place}`;
}

/** Whether a kind in a place is among those parts. */
export function isAmong(parts: ReadonlySet<string>, kind: string, place: string): boolean {
  return parts.has(kind) || parts.has(partOf(kind, place));
}

/** What Alchemy's own stores keep in the account: nobody's state has them. */
const STORES: Readonly<Record<string, readonly string[]>> = {
  database: ["alchemy-state"],
  worker: ["alchemy-state-service"],
  "durable-object": ["alchemy-state-service/Store"],
};

export function isStore(kind: string, name: string): boolean {
  return STORES[kind]?.includes(name) === true;
}
