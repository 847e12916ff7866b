/** Reads a whole list of resources from the Cloudflare API, page by page. */
import type { Listing } from "../kinds.ts";
import {
  headersFor,
  itemsOf,
  type Page,
  PER_PAGE,
  type RemoteResource,
  resourceIn,
} from "./listing.ts";

export type Query = Readonly<Record<string, string>>;
/** Fetches one page. It throws if the API answers with an error. */
export type FetchPage = (query: Query, headers: Query) => Promise<Page>;

/** How often a listing is read that changes while it is read. */
const ATTEMPTS = 3;

/** A listing has another shape than Cloudflare documents, or contradicts itself. */
export class MalformedListing extends Error {}

/** A listing has changed between two of its pages. */
class ChangedListing extends MalformedListing {}

/**
 * All resources of a kind in one jurisdiction.
 *
 * @param onPage Gets the number of resources that are read so far.
 * @throws MalformedListing, or whatever `fetchPage` throws. A list that is not whole is never
 *   returned: a resource that is missing from it would count as absent.
 */
export async function readListing(
  listing: Listing,
  jurisdiction: string,
  fetchPage: FetchPage,
  onPage: (resources: number) => void = () => {},
): Promise<RemoteResource[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await readPages(listing, jurisdiction, fetchPage, onPage);
    } catch (error) {
      if (!(error instanceof ChangedListing) || attempt === ATTEMPTS) throw error;
    }
  }
}

async function readPages(
  listing: Listing,
  jurisdiction: string,
  fetchPage: FetchPage,
  onPage: (resources: number) => void,
): Promise<RemoteResource[]> {
  const found = new Map<string, RemoteResource>();
  const pager = PAGERS[listing.paging]();
  const headers = headersFor(jurisdiction);
  let query: Query | undefined = pager.first;
  while (query !== undefined) {
    const page = checkedPage(await fetchPage(query, headers));
    const resources = resourcesIn(listing, page, jurisdiction);
    for (const resource of resources) {
      if (found.has(resource.id)) throw new ChangedListing("it lists one item twice");
      found.set(resource.id, resource);
    }
    onPage(found.size);
    query = pager.next(page.result_info ?? {}, resources.length, found.size);
  }
  return [...found.values()];
}

/**
 * An answer that says that it is a success and has a result.
 *
 * @throws MalformedListing for any other.
 */
export function checkedPage(page: Page): Page {
  if (page?.success !== true) throw new MalformedListing("it reports no success");
  const result = page.result ?? page.results;
  if (result === undefined || result === null) throw new MalformedListing("it has no result");
  return { ...page, result };
}

function resourcesIn(listing: Listing, page: Page, jurisdiction: string): RemoteResource[] {
  const items = itemsOf(listing, page.result);
  if (!items) throw new MalformedListing("it has no list of items");
  return items.map((item) => {
    const resource = resourceIn(listing, item, jurisdiction);
    if (!resource) throw new MalformedListing("an item has no name or no id");
    return resource;
  });
}

/** Asks for one page after the other. */
interface Pager {
  first: Query;
  /** The query for the next page, given the items of this page and of all so far. */
  next(info: NonNullable<Page["result_info"]>, items: number, read: number): Query | undefined;
}

const PAGERS: Readonly<Record<Listing["paging"], () => Pager>> = {
  pages: byNumber,
  cursor: byCursor,
  none: whole,
};

function whole(): Pager {
  return {
    first: {},
    next({ total_count: total }, _, read) {
      if (typeof total !== "number" || total <= read) return undefined;
      throw new MalformedListing(`it says that there are ${total} items, and gives ${read}`);
    },
  };
}

function byNumber(): Pager {
  let page = 1;
  let total: number | undefined;
  const query = () => ({ page: `${page}`, per_page: `${PER_PAGE}` });
  return {
    first: query(),
    next({ total_count: now }, items, read) {
      if (typeof now !== "number") {
        throw new MalformedListing("a page does not say how many items there are");
      }
      // If something is deleted between two pages, the next one begins one item too late.
      if (total !== undefined && now !== total) {
        throw new ChangedListing("it changed while it was read");
      }
      total = now;
      page += 1;
      if (items > 0 && read < total) return query();
      if (read === total) return undefined;
      throw new ChangedListing(`it says that there are ${total} items, and gives ${read}`);
    },
  };
}

function byCursor(): Pager {
  const seen = new Set<string>();
  const first = { per_page: `${PER_PAGE}` };
  return {
    first,
    next({ cursor, is_truncated }) {
      if (cursor === undefined || cursor === null || cursor === "") {
        if (is_truncated !== true) return undefined;
        throw new MalformedListing("it is cut short without a cursor");
      }
      if (typeof cursor !== "string") throw new MalformedListing("its cursor is not text");
      if (seen.has(cursor)) throw new MalformedListing("its pages repeat");
      seen.add(cursor);
      return { ...first, cursor };
    },
  };
}
