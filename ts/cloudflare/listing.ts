/** What the Cloudflare API's lists of resources look like. */
import { KINDS, type Listing } from "../kinds.ts";

export const PER_PAGE = 100;

/** A resource in the account. */
export interface RemoteResource {
  name: string;
  id: string;
  jurisdiction: string;
  /** In milliseconds since 1970, if Cloudflare says it. */
  createdAt: number | undefined;
  /** The same for its last change. Only some kinds have it. */
  changedAt?: number;
  /** The script that a workflow belongs to. */
  script?: string;
  /** In bytes. Only lists of databases may have it. */
  size?: number;
}

/** A page of a list, as the API answers it. */
export interface Page {
  success?: unknown;
  result?: unknown;
  /** The same in a list of pipelines. */
  results?: unknown;
  result_info?: Readonly<Record<string, unknown>> | null;
}

/** The items of a page; nothing if it has another shape. */
export function itemsOf({ items }: Listing, result: unknown): unknown[] | undefined {
  const list = items === null ? result : (result as Record<string, unknown> | null)?.[items];
  return Array.isArray(list) ? list : undefined;
}

/** What an item says; nothing if it has no name or no id. */
export function resourceIn(
  listing: Listing,
  item: unknown,
  jurisdiction: string,
): RemoteResource | undefined {
  const fields = (item ?? {}) as Record<string, unknown>;
  const parts = listing.name.map((field) => fields[field]);
  const id = fields[listing.id];
  if (typeof id !== "string" || id === "") return undefined;
  const created = listing.created === null ? undefined : fields[listing.created];
  const createdAt = typeof created === "string" ? Date.parse(created) : Number.NaN;
  const { script_name: script, modified_on: modified, file_size: size } = fields;
  const changedAt = typeof modified === "string" ? Date.parse(modified) : Number.NaN;
  const common = {
    id,
    jurisdiction,
    createdAt: Number.isNaN(createdAt) ? undefined : createdAt,
    ...(Number.isNaN(changedAt) ? {} : { changedAt }),
    ...(typeof script === "string" ? { script } : {}),
    ...(Number.isSafeInteger(size) ? { size: size as number } : {}),
  };
  if (parts.every((part) => typeof part === "string" && part !== "")) {
    return { ...common, name: parts.join("/") };
  }
  // A Durable Object namespace that no script implements any more: nobody can claim it.
  return listing === KINDS["durable-object"].listing ? { ...common, name: `/${id}` } : undefined;
}

/** The headers that ask for the list of a jurisdiction. */
export function headersFor(jurisdiction: string): Record<string, string> {
  return jurisdiction === "" ? {} : { "cf-r2-jurisdiction": jurisdiction };
}
