/** Looking kinds up by the type that Alchemy's state has for them. */
import { KINDS, type KindSpec, type Listing } from "./generated/kinds.ts";
import type { Kind } from "./generated/types.ts";

export { KINDS, type KindSpec, type Listing } from "./generated/kinds.ts";
export type { Kind } from "./generated/types.ts";

export const ALL_KINDS: readonly KindSpec[] = Object.values(KINDS);

/** A kind that the Cloudflare API lists. */
export type ListedKind = KindSpec & { listing: Listing };

export const LISTED_KINDS: readonly ListedKind[] = ALL_KINDS.filter(
  (spec): spec is ListedKind => spec.listing !== null,
);

const BY_RESOURCE: ReadonlyMap<string, KindSpec> = new Map(
  ALL_KINDS.flatMap((spec) => (spec.alchemy.resource ? [[spec.alchemy.resource, spec]] : [])),
);

const BY_RESOURCE_IN_ALCHEMY2: ReadonlyMap<string, KindSpec> = new Map(
  ALL_KINDS.flatMap((spec) => spec.alchemy2.resources.map((resource) => [resource, spec])),
);

/** The type of the rows of a Worker, which hold its Durable Objects and workflows as bindings. */
export const WORKER = "cloudflare::Worker";
/** The type whose resources Alchemy deletes by name, whether they are deployed or not. */
export const BUCKET = "cloudflare::R2Bucket";

/** The types of what leads requests to a Worker: a hostname, and a URL pattern. */
export const DOMAIN = "cloudflare::CustomDomain";
export const ROUTE = "cloudflare::Route";

/** The kind that Alchemy's state calls `resource`, such as `cloudflare::D1Database`. */
export function specOf(resource: string): KindSpec | undefined {
  return BY_RESOURCE.get(resource);
}

/** The kind that the state of Alchemy 2 calls `resource`, such as `Cloudflare.D1Database`. */
export function specInAlchemy2(resource: string): KindSpec | undefined {
  return BY_RESOURCE_IN_ALCHEMY2.get(resource);
}

/** The kind that the state of either version calls `resource`. */
export function specIn(resource: string): KindSpec | undefined {
  return specOf(resource) ?? specInAlchemy2(resource);
}

/** What Alchemy 0.94 does otherwise for rows of this type. */
export function quirksOf(resource: string): KindSpec["alchemy"]["quirks"] | undefined {
  return specOf(resource)?.alchemy.quirks;
}

/** How the Cloudflare API lists a kind that it does list. */
export function listingOf(kind: Kind): Listing {
  const { listing } = KINDS[kind];
  if (listing === null) throw new TypeError(`there is no list of ${kind}`);
  return listing;
}

/** Alchemy's type for a kind that has rows of its own. */
export function resourceOf(kind: Kind): string {
  return KINDS[kind].alchemy.resource ?? KINDS[kind].binding;
}

/** Whether a block answers for rows of this type: those that hold data. */
export function holdsData(resource: string): boolean {
  return specOf(resource)?.ownsData === true;
}
