/** Claims from the Cloudflare account, through Cloudflare's own client. */
import { BaseCloudflare } from "cloudflare/client";
import type { Page, RemoteResource } from "../../../cloudflare/listing.ts";
import {
  checkedPage,
  MalformedListing,
  type Query,
  readListing,
} from "../../../cloudflare/read.ts";
import { ALL_KINDS, type Kind, type KindSpec } from "../../../kinds.ts";
import { Secrets } from "../../secrets.ts";
import type { Claim } from "../report.ts";
import { type Collected, nothing } from "./collected.ts";
import {
  AccountNotChosen,
  describeAll,
  type Failure,
  failsForAll,
  noCredentials,
} from "./failures.ts";
import { Pace } from "./pace.ts";
import { isAmong } from "./parts.ts";

export interface AccountOptions {
  /** The account's id, if the user gave it. */
  account: string | undefined;
  /** The parts to leave out. */
  without: ReadonlySet<string>;
  env: Readonly<Record<string, string | undefined>>;
  progress: AccountProgress;
}

/** Shows how far the listing is. */
export interface AccountProgress {
  listed(plural: string, done: number): void;
  waits(milliseconds: number): void;
}

const RETRIES = 4;

/** In how long all calls that Cloudflare allows come back: no wait need be longer. */
const LONGEST_WAIT_MS = 300_000;

/** An answer for which the client waits as long as it asks to, but not for hours. */
function waitable(response: Response): Response {
  const wait = waitAskedFor(response.headers);
  if (!(wait > LONGEST_WAIT_MS)) return response;
  const headers = new Headers(response.headers);
  headers.set("x-should-retry", "false");
  const { status, statusText } = response;
  return new Response(response.body, { status, statusText, headers });
}

/** In milliseconds, read as the client reads it; not a number where nothing is asked for. */
function waitAskedFor(headers: Headers): number {
  const milliseconds = Number.parseFloat(headers.get("retry-after-ms") ?? "");
  if (milliseconds) return milliseconds;
  const after = headers.get("retry-after") ?? "";
  const seconds = Number.parseFloat(after);
  return Number.isNaN(seconds) ? Date.parse(after) - Date.now() : seconds * 1000;
}

/** One kind, and the jurisdictions in which it is listed; `""` is the default one. */
interface Part {
  spec: KindSpec;
  places: readonly string[];
}

export async function readAccount(options: AccountOptions): Promise<Collected> {
  const { env, progress } = options;
  const secrets = new Secrets(env);
  const collected = nothing();
  const credentials = credentialsIn(env);
  if (!credentials) {
    collected.unknown.push(noCredentials());
    return collected;
  }
  const pace = new Pace((milliseconds) => progress.waits(milliseconds));
  const client = new BaseCloudflare({
    ...credentials,
    // What it would log are the calls with their headers.
    logLevel: "off",
    maxRetries: RETRIES,
    fetch: async (input, init) => {
      await pace.next();
      return waitable(await fetch(input, init));
    },
  });
  const parts = partsWithout(options.without);
  try {
    const account = options.account || env.CLOUDFLARE_ACCOUNT_ID || (await onlyAccount(client));
    collected.account = account;
    const results = await Promise.all(
      parts.map((part) => readPart(client, account, part, progress)),
    );
    const failures = results.flatMap((result) => result.failures);
    collected.claims.push(...results.flatMap(({ claims }) => claims));
    collected.unknown.push(...describeAll(failures, account, parts.length));
  } catch (error) {
    collected.unknown.push(...describeAll([{ spec: undefined, place: undefined, error }], "", 1));
  }
  collected.unknown = collected.unknown.map((one) => ({
    ...one,
    message: secrets.hidden(one.message),
  }));
  return collected;
}

function credentialsIn({
  CLOUDFLARE_API_TOKEN: apiToken,
  CLOUDFLARE_API_KEY: apiKey,
  CLOUDFLARE_EMAIL: apiEmail,
  CLOUDFLARE_BASE_URL: baseURL,
}: AccountOptions["env"]) {
  const base = baseURL ? { baseURL } : {};
  // `null` keeps the client from looking into the environment itself.
  if (apiToken) return { ...base, apiToken, apiKey: null, apiEmail: null };
  if (apiKey && apiEmail) return { ...base, apiToken: null, apiKey, apiEmail };
  return undefined;
}

function partsWithout(without: ReadonlySet<string>): Part[] {
  return ALL_KINDS.filter(({ kind }) => !without.has(kind)).map((spec) => {
    const places = ["", ...spec.listing.jurisdictions];
    return { spec, places: places.filter((place) => !isAmong(without, spec.kind, place)) };
  });
}

/** The account of a token that has one. */
async function onlyAccount(client: BaseCloudflare): Promise<string> {
  const { result } = checkedPage(await fetchPage(client, "/accounts", { per_page: "50" }, {}));
  const ids = Array.isArray(result) ? result.map((one: { id?: unknown }) => one?.id) : [];
  const [id] = ids;
  if (ids.length === 1 && typeof id === "string") return id;
  throw new AccountNotChosen(ids.length);
}

/** Lists a kind in each jurisdiction. */
async function readPart(
  client: BaseCloudflare,
  account: string,
  { spec, places }: Part,
  progress: AccountProgress,
): Promise<{ claims: Claim[]; failures: Failure[] }> {
  const { kind, plural, listing } = spec;
  const path = `/accounts/${encodeURIComponent(account)}/${listing.path}`;
  const fetched = (query: Query, headers: Query) => fetchPage(client, path, query, headers);
  const onPage = (resources: number) => progress.listed(plural, resources);
  const claims: Claim[] = [];
  const failures: Failure[] = [];
  for (const place of places) {
    const last = failures.at(-1);
    if (last && failsForAll(last.error)) {
      failures.push({ ...last, place });
      continue;
    }
    try {
      const resources = await readListing(listing, place, fetched, onPage);
      // Nobody's state has what Alchemy's own stores keep in the account.
      const own = resources.filter(({ name }) => !listing.stores.includes(name));
      claims.push(...own.map((resource) => claimOf(kind, resource)));
    } catch (error) {
      failures.push({ spec, place, error });
    }
  }
  const [first] = failures;
  if (!first || failures.length < places.length) return { claims, failures };
  return { claims: [], failures: [{ ...first, place: undefined }] };
}

function claimOf(kind: Kind, { name, jurisdiction: place }: RemoteResource): Claim {
  const owner = { app: null, stage: null, id: null };
  return { kind, name, ...owner, source: "account", ...(place ? { place } : {}) };
}

/** One answer, in its envelope: the client's own lists take the result out of it unseen. */
async function fetchPage(
  client: BaseCloudflare,
  path: string,
  query: Query,
  headers: Query,
): Promise<Page> {
  const response = await client.get(path, { query, headers }).asResponse();
  try {
    return (await response.json()) as Page;
  } catch {
    throw new MalformedListing("it is no JSON");
  }
}
