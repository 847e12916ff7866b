/** What the account says of hostnames: one reading of each list for a run. */
import type { CloudflareApiOptions } from "alchemy/cloudflare";
import type { Page } from "./listing.ts";
import { MalformedListing } from "./read.ts";

/** A domain that Cloudflare answers for. */
export interface Zone {
  id: string;
  name: string;
  active: boolean;
}

/** A hostname that belongs to a Worker. */
export interface Domain {
  id: string;
  hostname: string;
  script: string;
  /** The id of its zone. */
  zone: string;
}

/** A URL pattern that leads to a Worker, or past all of them. */
export interface WorkerRoute {
  id: string;
  pattern: string;
  script: string | undefined;
}

/** A DNS record. */
export interface DnsRecord {
  id: string;
  name: string;
  type: string;
  content: string;
  proxied: boolean;
  /** Whether it belongs to a custom domain of a Worker. */
  managed: boolean;
  /** Whether it belongs to a custom domain of an R2 bucket. */
  leadsToBucket: boolean;
}

/** Where the records of all buckets with custom domains lead. */
const BUCKETS = "public.r2.dev";

/** A certificate for some hostnames. */
export interface Certificate {
  id: string;
  /** `universal` for that of the zone, and `advanced` for what was ordered, as for a custom domain. */
  type: string;
  hosts: string[];
}

/** What is read, and the permission that a token needs for it. */
export const PERMISSIONS = {
  zones: "Zone Read",
  domains: "Workers Scripts Read",
  routes: "Workers Routes Read",
  records: "DNS Read",
  certificates: "SSL and Certificates Read",
} as const;

/** The name of a list. */
export type HostList = keyof typeof PERMISSIONS;

/** The fields that each item of a list has to have. */
const FIELDS: Readonly<Record<HostList, readonly (keyof Item)[]>> = {
  zones: ["id", "name", "status"],
  domains: ["id", "hostname", "service"],
  routes: ["id", "pattern"],
  records: ["id", "name", "type"],
  certificates: ["id", "type"],
};

/** What reads the API: Alchemy's own client, or that of the command line. */
export interface HostApi {
  readonly accountId: string;
  /** It may throw for an answer that is an error, or give it. */
  get(path: string): Promise<Response>;
}

/** How many items one page has of the lists that come in pages. A zone may have thousands of records. */
const PER_PAGE: Partial<Record<HostList, number>> = { zones: 50, records: 1000 };

/**
 * The lists of one account, each read when it is first needed. A list that cannot be read whole is
 * `undefined`: what is unknown refuses nothing.
 */
export class HostLists {
  readonly #connect: (options: CloudflareApiOptions) => Promise<HostApi>;
  readonly #onUnread: (what: HostList, error: unknown, zone: string) => void;
  readonly #lists = new Map<string, Promise<unknown[] | undefined>>();

  /** Calls `onUnread` once for each list that cannot be read, with the reason. */
  constructor(
    connect: (options: CloudflareApiOptions) => Promise<HostApi>,
    onUnread: (what: HostList, error: unknown, zone: string) => void,
  ) {
    this.#connect = connect;
    this.#onUnread = onUnread;
  }

  /** The zones of the account. */
  zones(options: CloudflareApiOptions): Promise<Zone[] | undefined> {
    return this.#list("zones", "", options, ({ accountId }) => {
      return `/zones?account.id=${accountId}`;
    }).then((all) =>
      all?.map(({ id, name, status }) => ({ id, name, active: status === "active" })),
    );
  }

  /** The custom domains of its Workers. */
  domains(options: CloudflareApiOptions): Promise<Domain[] | undefined> {
    return this.#list("domains", "", options, ({ accountId }) => {
      return `/accounts/${accountId}/workers/domains`;
    }).then((all) =>
      all?.map(({ id, hostname, service, zone_id: zone = "" }) => {
        return { id, hostname, script: service, zone };
      }),
    );
  }

  /** The Worker routes of a zone. */
  routes(zone: string, options: CloudflareApiOptions): Promise<WorkerRoute[] | undefined> {
    const path = () => `/zones/${encodeURIComponent(zone)}/workers/routes`;
    return this.#list("routes", zone, options, path).then((all) =>
      all?.map(({ id, pattern, script }) => ({ id, pattern, script })),
    );
  }

  /** The DNS records of a zone. */
  records(zone: string, options: CloudflareApiOptions): Promise<DnsRecord[] | undefined> {
    return this.#list("records", zone, options, () => `/zones/${zone}/dns_records`).then((all) =>
      all?.map(({ id, name, type, content = "", proxied, meta }) => ({
        id,
        name,
        type,
        content,
        proxied: proxied === true,
        // Cloudflare protects those of buckets and of Workers alike.
        managed: meta?.read_only === true && content !== BUCKETS,
        leadsToBucket: content === BUCKETS,
      })),
    );
  }

  /** The certificates of a zone. */
  certificates(zone: string, options: CloudflareApiOptions): Promise<Certificate[] | undefined> {
    const path = () => `/zones/${encodeURIComponent(zone)}/ssl/certificate_packs?status=all`;
    return this.#list("certificates", zone, options, path).then((all) =>
      all?.map(({ id, type, hosts = [] }) => ({ id, type, hosts })),
    );
  }

  /** Notes that the account has changed: this run has written one. */
  forget(what: HostList): void {
    for (const key of this.#lists.keys()) {
      if ((JSON.parse(key) as string[])[0] === what) this.#lists.delete(key);
    }
  }

  #list(
    what: HostList,
    zone: string,
    options: CloudflareApiOptions,
    pathFor: (api: HostApi) => string,
  ): Promise<Item[] | undefined> {
    const { accountId, baseUrl, profile } = options;
    const key = JSON.stringify([what, zone, accountId, baseUrl, profile]);
    const list = this.#lists.get(key) ?? this.#read(what, zone, options, pathFor);
    this.#lists.set(key, list);
    return list as Promise<Item[] | undefined>;
  }

  async #read(
    what: HostList,
    zone: string,
    options: CloudflareApiOptions,
    pathFor: (api: HostApi) => string,
  ): Promise<Item[] | undefined> {
    try {
      const api = await this.#connect(options);
      return await readAll(api, pathFor(api), what);
    } catch (error) {
      this.#onUnread(what, error, zone);
      return undefined;
    }
  }
}

/** An item of any of the lists, as the API shows it. */
interface Item {
  id: string;
  name: string;
  status: string;
  hostname: string;
  service: string;
  zone_id?: string;
  pattern: string;
  script: string | undefined;
  type: string;
  content?: string;
  proxied?: boolean;
  meta?: { read_only?: boolean };
  hosts?: string[];
}

/** The hostname in a pattern, as Cloudflare stores it. */
export function hostOf(pattern: string): string {
  const host = /^(?:[a-z]+:\/\/)?(?:\*\.?)?([^/]*)/.exec(pattern.toLowerCase())?.[1] ?? "";
  return host.replace(/\.$/, "");
}

/** The longest zone that a hostname is in. */
export function zoneAround(host: string, zones: readonly Zone[] | undefined): Zone | undefined {
  const around = zones?.filter(({ name }) => host === name || host.endsWith(`.${name}`)) ?? [];
  return around.sort((a, b) => b.name.length - a.name.length)[0];
}

/** The token may not read a list. */
export class Denied extends Error {}

async function readAll(api: HostApi, path: string, what: HostList): Promise<Item[]> {
  const size = PER_PAGE[what];
  const all: Item[] = [];
  for (let page = 1; ; page++) {
    const query = size ? `${path.includes("?") ? "&" : "?"}page=${page}&per_page=${size}` : "";
    const response = await api.get(`${path}${query}`);
    if (response.status === 401 || response.status === 403)
      throw new Denied(`listing ${what} is not allowed`);
    if (!response.ok) throw new Error(`listing ${what} failed with status ${response.status}`);
    const answer = await pageOf(response);
    const result = itemsOf(answer, what);
    all.push(...result);
    const total = answer.result_info?.total_count;
    const isLast = !size || result.length < size;
    if (typeof total === "number" ? all.length >= total : isLast) return all;
    if (!size || result.length === 0) throw new MalformedListing("it is cut short");
  }
}

async function pageOf(response: Response): Promise<Page> {
  try {
    return ((await response.json()) ?? {}) as Page;
  } catch {
    throw new MalformedListing("it is no JSON");
  }
}

function itemsOf({ success, result }: Page, what: HostList): Item[] {
  if (success !== true || !Array.isArray(result)) throw new MalformedListing("it has no items");
  const isItem = (item: Partial<Item> | null) =>
    FIELDS[what].every((field) => typeof item?.[field] === "string");
  if (result.every(isItem)) return result as Item[];
  throw new MalformedListing("an item lacks a field");
}
