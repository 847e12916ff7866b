/** What the Cloudflare account holds: one listing for each kind and run. */
import { type CloudflareApiOptions, createCloudflareApi } from "alchemy/cloudflare";
import { type Listing, specOf } from "../kinds.ts";
import {
  headersFor,
  itemsOf,
  type Page,
  PER_PAGE,
  type RemoteResource,
  resourceIn,
} from "./listing.ts";

type Api = Awaited<ReturnType<typeof createCloudflareApi>>;

/** The account as it was when it was first asked, kept for one run. */
export class Account {
  readonly #listings = new Map<string, Promise<Map<string, RemoteResource>>>();

  /**
   * What the account holds as `name`, if anything.
   *
   * @param resource Alchemy's type, such as `cloudflare::D1Database`.
   * @throws whatever the listing throws; one that fails or has another shape is never empty.
   */
  async find(
    resource: string,
    name: string,
    jurisdiction: string,
    options: CloudflareApiOptions,
  ): Promise<RemoteResource | undefined> {
    const { accountId, apiToken, apiKey, email, baseUrl, profile } = options;
    const asked = { accountId, apiToken, apiKey, email, baseUrl, profile } as CloudflareApiOptions;
    const key = JSON.stringify([resource, jurisdiction, accountId, baseUrl, profile]);
    let listing = this.#listings.get(key);
    if (!listing) {
      listing = createCloudflareApi(asked).then((api) => list(api, resource, jurisdiction));
      this.#listings.set(key, listing);
    }
    return (await listing).get(name);
  }
}

async function list(
  api: Api,
  resource: string,
  jurisdiction: string,
): Promise<Map<string, RemoteResource>> {
  const listing = specOf(resource)?.listing;
  if (!listing) throw new TypeError(`there is no list of ${resource}`);
  const found = new Map<string, RemoteResource>();
  let total: unknown;
  let query: string | undefined = `?per_page=${PER_PAGE}&page=1`;
  for (let page = 1; query !== undefined; page++) {
    const body = await fetchPage(api, listing.path + query, jurisdiction);
    const resources = resourcesIn(listing, body, jurisdiction);
    for (const one of resources) found.set(one.name, one);
    query = nextQuery(body, resources.length, page);
    // If something is deleted between two pages, the next one begins one item too late.
    const now = body.result_info?.total_count;
    if (page > 1 && now !== total) throw new Error(`${listing.path} changed while it was listed`);
    total = now;
  }
  return found;
}

function resourcesIn(listing: Listing, body: Page, jurisdiction: string): RemoteResource[] {
  const items = itemsOf(listing, body.result);
  if (body.success !== true || !items) {
    throw new TypeError(`the list of ${listing.path} has an unknown shape`);
  }
  return items.map((item) => {
    const resource = resourceIn(listing, item, jurisdiction);
    if (!resource) throw new TypeError(`an item of ${listing.path} has no name or no id`);
    return resource;
  });
}

async function fetchPage(api: Api, path: string, jurisdiction: string): Promise<Page> {
  const headers = headersFor(jurisdiction);
  const response = await api.get(`/accounts/${api.accountId}/${path}`, { headers });
  if (!response.ok) throw new Error(`listing ${path} failed with status ${response.status}`);
  return (await response.json()) as Page;
}

function nextQuery(body: Page, items: number, page: number): string | undefined {
  const { cursor, total_pages: pages, total_count: total } = body.result_info ?? {};
  if (typeof cursor === "string" && cursor !== "") {
    return `?per_page=${PER_PAGE}&cursor=${encodeURIComponent(cursor)}`;
  }
  const more = typeof pages === "number" ? page < pages : Number(total ?? 0) > page * PER_PAGE;
  return items > 0 && more ? `?per_page=${PER_PAGE}&page=${page + 1}` : undefined;
}
