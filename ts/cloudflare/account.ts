/** What the Cloudflare account holds: one listing for each kind and run. */
import type { CloudflareApi, CloudflareApiOptions } from "alchemy/cloudflare";
import { KINDS, type Kind, specOf } from "../kinds.ts";
import { headersFor, type Page, type RemoteResource } from "./listing.ts";
import { MalformedListing, type Query, readListing } from "./read.ts";

/** The account as it was when it was first asked, kept for one run. */
export class Account {
  readonly #listings = new Map<string, Promise<Map<string, RemoteResource>>>();
  readonly #ids = new Map<string, Promise<string>>();

  /**
   * The id of the account that the credentials are for.
   *
   * @throws whatever Alchemy throws where there are none.
   */
  async id(options: CloudflareApiOptions): Promise<string> {
    const asked = credentials(options);
    const key = JSON.stringify(asked);
    const id = this.#ids.get(key) ?? connect(asked).then((api) => api.accountId);
    this.#ids.set(key, id);
    return id;
  }

  /**
   * Alchemy's client for the account of a resource.
   *
   * @throws whatever Alchemy throws where there are no credentials.
   */
  api(options: CloudflareApiOptions): Promise<CloudflareApi> {
    return connect(credentials(options));
  }

  /**
   * What the account holds as `name`, if anything.
   *
   * @param resource Alchemy's type, or the kind of what has no rows of its own.
   * @throws whatever the listing throws. A list that fails or has another shape does not count as
   *   empty.
   */
  async find(
    resource: string,
    name: string,
    jurisdiction: string,
    options: CloudflareApiOptions,
  ): Promise<RemoteResource | undefined> {
    return (await this.list(resource, jurisdiction, options)).get(name);
  }

  /**
   * The names of a database's tables, without those of SQLite and Cloudflare.
   *
   * @throws whatever the query throws.
   */
  async tables(databaseId: string, options: CloudflareApiOptions): Promise<string[]> {
    const api = await this.api(options);
    const path = `/accounts/${api.accountId}/d1/database/${databaseId}/query`;
    const response = await api.post(path, {
      sql: "select name from sqlite_master where type = 'table'",
    });
    const { result } = (await response.json()) as { result: [{ results: { name: string }[] }] };
    const names = result[0].results.map(({ name }) => name);
    return names.filter((name) => !name.startsWith("sqlite_") && !name.startsWith("_cf_"));
  }

  /**
   * Where a database or a bucket is.
   *
   * @throws whatever the request throws.
   */
  async location(
    resource: string,
    { id, jurisdiction }: Pick<RemoteResource, "id" | "jurisdiction">,
    options: CloudflareApiOptions,
  ): Promise<{ jurisdiction: string | undefined; place: string | undefined }> {
    const api = await this.api(options);
    const path = `/accounts/${api.accountId}/${specOf(resource)?.listing?.path}/${encodeURIComponent(id)}`;
    const response = await api.get(path, { headers: headersFor(jurisdiction) });
    if (!response.ok) throw new Error(`reading ${path} failed with status ${response.status}`);
    const { result } = (await response.json()) as { result: Record<string, unknown> };
    const text = (value: unknown) => (typeof value === "string" ? value : undefined);
    return {
      jurisdiction: text(result.jurisdiction),
      place: text(result.location) ?? text(result.running_in_region),
    };
  }

  /**
   * All that the account holds of a type, by name.
   *
   * @throws as {@link find}.
   */
  async list(
    resource: string,
    jurisdiction: string,
    options: CloudflareApiOptions,
  ): Promise<ReadonlyMap<string, RemoteResource>> {
    const { accountId, baseUrl, profile } = options;
    const key = JSON.stringify([resource, jurisdiction, accountId, baseUrl, profile]);
    let listing = this.#listings.get(key);
    if (!listing) {
      listing = this.api(options).then((api) => list(api, resource, jurisdiction));
      this.#listings.set(key, listing);
    }
    return listing;
  }
}

/** Alchemy is loaded when it is needed: Alchemy 2 has no such module, and the guard says so itself. */
async function connect(options: CloudflareApiOptions): Promise<CloudflareApi> {
  const { createCloudflareApi } = await import("alchemy/cloudflare");
  return createCloudflareApi(options);
}

/** Which account is meant, without the rest of a resource's options. */
function credentials(options: CloudflareApiOptions): CloudflareApiOptions {
  const { accountId, apiToken, apiKey, email, baseUrl, profile } = options;
  return { accountId, apiToken, apiKey, email, baseUrl, profile } as CloudflareApiOptions;
}

async function list(
  api: CloudflareApi,
  resource: string,
  jurisdiction: string,
): Promise<Map<string, RemoteResource>> {
  const listing = (specOf(resource) ?? KINDS[resource as Kind])?.listing;
  if (!listing) throw new TypeError(`there is no list of ${resource}`);
  try {
    const found = await readListing(listing, jurisdiction, (query, headers) =>
      fetchPage(api, listing.path, query, headers),
    );
    return new Map(found.map((one) => [one.name, one]));
  } catch (error) {
    if (!(error instanceof MalformedListing)) throw error;
    throw new Error(`the list of ${listing.path} cannot be used: ${error.message}`);
  }
}

async function fetchPage(
  api: CloudflareApi,
  path: string,
  query: Query,
  headers: Query,
): Promise<Page> {
  const search = new URLSearchParams(query).toString();
  const url = `/accounts/${api.accountId}/${path}${search && `?${search}`}`;
  const page = async () => {
    const response = await api.get(url, { headers });
    if (!response.ok) throw new Error(`listing ${path} failed with status ${response.status}`);
    return (await response.json()) as Page;
  };
  // Alchemy's client tries again after a refusal, and not after an answer that is no JSON.
  return page().catch((error: unknown) => {
    if (error instanceof SyntaxError) return page();
    throw error;
  });
}
