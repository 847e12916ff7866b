/** What the Cloudflare account holds: one listing for each kind and run. */
import { type CloudflareApiOptions, createCloudflareApi } from "alchemy/cloudflare";

type Api = Awaited<ReturnType<typeof createCloudflareApi>>;

/** A resource in the account. */
export interface Held {
  name: string;
  id: string;
  jurisdiction: string;
  /** In milliseconds since 1970, where Cloudflare says it. */
  createdAt: number | undefined;
}

interface Page {
  success?: boolean;
  result?: unknown;
  result_info?: { total_pages?: number; total_count?: number; cursor?: string; per_page?: number };
}

type Item = Record<string, unknown>;

/** How each kind is listed: where, what its items are called, and where the list lies. */
interface Listing {
  path: string;
  items: (result: unknown) => unknown;
  held: (item: Item, jurisdiction: string) => Held;
}

const PER_PAGE = 100;

const LISTINGS: Record<string, Listing> = {
  "cloudflare::D1Database": {
    path: "d1/database",
    items: (result) => result,
    held: (item) => held(item.name, item.uuid, "", item.created_at),
  },
  "cloudflare::R2Bucket": {
    path: "r2/buckets",
    items: (result) => (result as { buckets?: unknown } | undefined)?.buckets,
    held: (item, jurisdiction) => held(item.name, item.name, jurisdiction, item.creation_date),
  },
  "cloudflare::KVNamespace": {
    path: "storage/kv/namespaces",
    items: (result) => result,
    held: (item) => held(item.title, item.id, "", undefined),
  },
  "cloudflare::Queue": {
    path: "queues",
    items: (result) => result,
    held: (item) => held(item.queue_name, item.queue_id, "", item.created_on),
  },
};

function held(name: unknown, id: unknown, jurisdiction: string, created: unknown): Held {
  if (typeof name !== "string" || typeof id !== "string") {
    throw new TypeError("an item of a listing has no name or no id");
  }
  const createdAt = typeof created === "string" ? Date.parse(created) : Number.NaN;
  return { name, id, jurisdiction, createdAt: Number.isNaN(createdAt) ? undefined : createdAt };
}

/** The account as it was when it was first asked, kept for one run. */
export class Account {
  readonly #listings = new Map<string, Promise<Map<string, Held>>>();

  /**
   * What the account holds as `name`, if anything.
   *
   * @throws whatever the listing throws; a listing that fails or has an odd shape is never empty.
   */
  async find(
    kind: string,
    name: string,
    jurisdiction: string,
    options: CloudflareApiOptions,
  ): Promise<Held | undefined> {
    const { accountId, apiToken, apiKey, email, baseUrl, profile } = options;
    const asked = { accountId, apiToken, apiKey, email, baseUrl, profile } as CloudflareApiOptions;
    const key = JSON.stringify([kind, jurisdiction, accountId, baseUrl, profile]);
    let listing = this.#listings.get(key);
    if (!listing) {
      listing = createCloudflareApi(asked).then((api) => list(api, kind, jurisdiction));
      this.#listings.set(key, listing);
    }
    return (await listing).get(name);
  }
}

async function list(api: Api, kind: string, jurisdiction: string): Promise<Map<string, Held>> {
  const listing = LISTINGS[kind];
  if (!listing) throw new TypeError(`there is no listing for ${kind}`);
  const found = new Map<string, Held>();
  let total: number | undefined;
  let query: string | undefined = `?per_page=${PER_PAGE}&page=1`;
  for (let page = 1; query !== undefined; page++) {
    const body: Page = await fetchPage(api, listing.path + query, jurisdiction);
    const items = listing.items(body.result);
    if (body.success !== true || !Array.isArray(items)) {
      throw new TypeError(`the listing of ${listing.path} has an odd shape`);
    }
    for (const item of items) {
      const one = listing.held(item, jurisdiction);
      found.set(one.name, one);
    }
    query = nextQuery(body, items.length, page);
    // Where something is deleted between two pages, the next begins one too late.
    const now = body.result_info?.total_count;
    if (page > 1 && now !== total) throw new Error(`${listing.path} changed while it was listed`);
    total = now;
  }
  return found;
}

async function fetchPage(api: Api, path: string, jurisdiction: string): Promise<Page> {
  const headers: Record<string, string> = jurisdiction
    ? { "cf-r2-jurisdiction": jurisdiction }
    : {};
  const response = await api.get(`/accounts/${api.accountId}/${path}`, { headers });
  if (!response.ok) throw new Error(`listing ${path} failed with status ${response.status}`);
  return (await response.json()) as Page;
}

function nextQuery(body: Page, items: number, page: number): string | undefined {
  const { cursor, total_pages: pages, total_count: total } = body.result_info ?? {};
  if (cursor) return `?per_page=${PER_PAGE}&cursor=${encodeURIComponent(cursor)}`;
  const more = pages === undefined ? (total ?? 0) > page * PER_PAGE : page < pages;
  return items > 0 && more ? `?per_page=${PER_PAGE}&page=${page + 1}` : undefined;
}
