/** Claims from the Cloudflare account, through Cloudflare's own client. */
import { APIError } from "cloudflare";
import { BaseCloudflare } from "cloudflare/client";
import { Secrets } from "../../secrets.ts";
import type { Claim, Unknown } from "../report.ts";
import { type Collected, nothing, unknown } from "./collected.ts";
import { isAmong, isStore, LISTINGS, type Listing, partOf } from "./listings.ts";
import { Pace } from "./pace.ts";

export interface AccountOptions {
  /** The account's id, where it is said. */
  account: string | undefined;
  /** The parts to leave out. */
  without: ReadonlySet<string>;
  env: Readonly<Record<string, string | undefined>>;
  progress: AccountProgress;
}

/** Told how far it is. */
export interface AccountProgress {
  listed(noun: string, done: number): void;
  waits(milliseconds: number): void;
}

const PER_PAGE = 100;
/** A listing that changes while it is read is read again, so often. */
const ATTEMPTS = 3;
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

/** Why a listing cannot be used: of an odd shape, or contradicting itself. */
class Odd extends Error {}

/** A listing that has changed between two of its pages. */
class Changed extends Odd {}

export async function readAccount(options: AccountOptions): Promise<Collected> {
  const { env, without, progress } = options;
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
  const listings = LISTINGS.filter(({ kind }) => !without.has(kind)).map((listing) => ({
    ...listing,
    places: listing.places.filter((place) => !isAmong(without, listing.kind, place)),
  }));
  try {
    const account = options.account || env.CLOUDFLARE_ACCOUNT_ID || (await onlyAccount(client));
    const results = await Promise.all(
      listings.map((listing) => listed(client, account, listing, progress)),
    );
    const failed = results.flatMap(({ failures }) => failures);
    collected.claims.push(...results.flatMap(({ claims }) => claims));
    collected.unknown.push(...told(failed, account, listings.length));
  } catch (error) {
    collected.unknown.push(...told([{ listing: undefined, place: undefined, error }], "", 1));
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
  // What is not said is said to be nothing: the client looks into the environment itself.
  if (apiToken) return { ...base, apiToken, apiKey: null, apiEmail: null };
  if (apiKey && apiEmail) return { ...base, apiToken: null, apiKey, apiEmail };
  return undefined;
}

function permissions(): string {
  const all = LISTINGS.map(({ permission }) => `\`${permission}\``);
  return [...new Set(all)].join(", ");
}

function noCredentials(): Unknown {
  const message = "there is no token for the Cloudflare account";
  const help = `set \`CLOUDFLARE_API_TOKEN\` to a token with ${permissions()}, or give \`--offline\``;
  return unknown("account", null, "no-credentials", message, help);
}

/** The account of a token that has one. */
async function onlyAccount(client: BaseCloudflare): Promise<string> {
  const { result } = await envelope(client, "/accounts", { per_page: "50" }, {});
  const ids = Array.isArray(result) ? result.map((one: { id?: unknown }) => one?.id) : [];
  const [id] = ids;
  if (ids.length === 1 && typeof id === "string") return id;
  throw new Choice(ids.length);
}

/** Which account is meant cannot be told. */
class Choice extends Error {
  constructor(accounts: number) {
    const which = accounts === 0 ? "no account" : `${accounts} accounts`;
    super(`the token can use ${which}, and nothing says which is meant`);
  }
}

interface Failure {
  listing: Listing | undefined;
  /** The jurisdiction that was asked for, `""` for the default; none where it failed in all. */
  place: string | undefined;
  error: unknown;
}

async function listed(
  client: BaseCloudflare,
  account: string,
  listing: Listing,
  progress: AccountProgress,
): Promise<{ claims: Claim[]; failures: Failure[] }> {
  const claims: Claim[] = [];
  const failures: Failure[] = [];
  for (const place of listing.places) {
    const last = failures.at(-1);
    if (last && isForAll(last.error)) {
      failures.push({ ...last, place });
      continue;
    }
    try {
      const names = await whole(() => namesOf(client, account, listing, place, progress));
      const own = names.filter((name) => !isStore(listing.kind, name));
      claims.push(...own.map((name) => claim(listing.kind, name, place)));
    } catch (error) {
      failures.push({ listing, place, error });
    }
  }
  const [first] = failures;
  if (!first || failures.length < listing.places.length) return { claims, failures };
  return { claims: [], failures: [{ ...first, place: undefined }] };
}

/** Whether each further call would fail as well, after as long a wait. */
function isForAll(error: unknown): boolean {
  if (error instanceof Odd) return false;
  const status = error instanceof APIError ? error.status : undefined;
  return status === undefined || status === 401 || status === 429;
}

function claim(kind: string, name: string, place: string): Claim {
  const owner = { app: null, stage: null, id: null };
  return { kind, name, ...owner, source: "account", ...(place ? { place } : {}) };
}

async function whole<T>(read: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof Changed) || attempt === ATTEMPTS) throw error;
    }
  }
}

/** All names of a listing; every page has to agree with the others. */
async function namesOf(
  client: BaseCloudflare,
  account: string,
  listing: Listing,
  place: string,
  progress: AccountProgress,
): Promise<string[]> {
  const names = new Map<string, string>();
  const cursors = new Set<string>();
  const headers: Record<string, string> = place ? { "cf-r2-jurisdiction": place } : {};
  const path = `/accounts/${encodeURIComponent(account)}/${listing.path}`;
  let query: Record<string, string> | undefined = firstQuery(listing);
  let total: number | undefined;
  for (let page = 1; query !== undefined; page++) {
    const { result, info } = await envelope(client, path, query, headers);
    const items = listing.items(result);
    if (!Array.isArray(items)) throw new Odd("it has no list of items");
    for (const item of items) {
      const one = listing.item((item ?? {}) as Record<string, unknown>);
      if (!one) throw new Odd("an item has no name or no id");
      if (names.has(one.key)) throw new Changed("it gives one item twice");
      names.set(one.key, one.name);
    }
    progress.listed(listing.noun, names.size);
    if (listing.paging === "none") break;
    if (listing.paging === "cursor") {
      query = nextByCursor(info, cursors);
      continue;
    }
    const now = info.total_count;
    if (typeof now !== "number") throw new Odd("a page does not say how many items there are");
    if (page > 1 && now !== total) throw new Changed("it changed while it was read");
    total = now;
    query = items.length > 0 && names.size < total ? { ...query, page: `${page + 1}` } : undefined;
  }
  if (total !== undefined && names.size !== total) {
    throw new Changed(`it says that there are ${total} items, and gives ${names.size}`);
  }
  return [...names.values()];
}

function firstQuery({ paging }: Listing): Record<string, string> {
  if (paging === "none") return {};
  return paging === "pages" ? { page: "1", per_page: `${PER_PAGE}` } : { per_page: `${PER_PAGE}` };
}

function nextByCursor(
  { cursor, is_truncated }: Record<string, unknown>,
  seen: Set<string>,
): Record<string, string> | undefined {
  if (cursor === undefined || cursor === null || cursor === "") {
    if (is_truncated === true) throw new Odd("it says that there is more, and not where");
    return undefined;
  }
  if (typeof cursor !== "string") throw new Odd("its cursor is no text");
  if (seen.has(cursor)) throw new Odd("its pages go round in circles");
  seen.add(cursor);
  return { per_page: `${PER_PAGE}`, cursor };
}

/**
 * One answer. The client's own lists take the result out of its envelope unseen, and an answer
 * that does not say that it is a success is none.
 */
async function envelope(
  client: BaseCloudflare,
  path: string,
  query: Record<string, string>,
  headers: Record<string, string>,
): Promise<{ result: unknown; info: Record<string, unknown> }> {
  const response = await client.get(path, { query, headers }).asResponse();
  let body: { success?: unknown; result?: unknown; result_info?: unknown } | null;
  try {
    body = (await response.json()) as typeof body;
  } catch {
    throw new Odd("it is no JSON");
  }
  if (body?.success !== true) throw new Odd("it does not say that it is a success");
  if (body.result === undefined || body.result === null) throw new Odd("it has no result");
  return { result: body.result, info: (body.result_info ?? {}) as Record<string, unknown> };
}

/** What went wrong, said once where it is the same for all kinds. */
function told(failures: readonly Failure[], account: string, asked: number): Unknown[] {
  const all = failures.map((failure) => describe(failure, account));
  const [first] = all;
  const same = all.length > 1 && failures.filter(isWhole).length === asked;
  if (first && same && all.every(({ code }) => code === first.code)) {
    const common = describe(
      { listing: undefined, place: undefined, error: failures[0]?.error },
      account,
    );
    return [common];
  }
  return all;
}

/** Whether nothing of a kind is known. */
function isWhole({ place }: Failure): boolean {
  return place === undefined;
}

function where(place: string): string {
  return place === "" ? "outside a jurisdiction" : `in the jurisdiction \`${place}\``;
}

/** Codes of Cloudflare for a header that cannot be one of a token. */
const MALFORMED = [6003, 6111];

function describe({ listing, place, error }: Failure, account: string): Unknown {
  const kind = listing?.kind ?? null;
  const all = listing?.noun ?? "anything";
  const what = place === undefined ? all : `${all} ${where(place)}`;
  const say = (code: string, message: string, help: string) =>
    unknown("account", kind, code, message, help, place);
  const again = "try again later; until then nothing is concluded from what is not listed";
  // Those outside a jurisdiction have no part of their own.
  const leave =
    kind === null || place === ""
      ? ""
      : `, or leave them out with \`--without ${partOf(kind, place ?? "")}\``;
  if (error instanceof Choice) {
    const help = "give `--account <id>` or set `CLOUDFLARE_ACCOUNT_ID`";
    return say("account-unknown", error.message, help);
  }
  if (error instanceof Odd) {
    const message = `the listing of ${what} cannot be used: ${error.message}`;
    return say("odd-listing", message, again);
  }
  if (!(error instanceof APIError)) {
    const message = `${what} cannot be listed: ${(error as Error).message}`;
    return say("unreachable", message, again);
  }
  const status: number | undefined = error.status;
  const codes = error.errors.flatMap(({ code }) => code ?? []);
  const named = account === "" ? "the account" : `the account \`${account}\``;
  if (status === 400 && codes.some((code) => MALFORMED.includes(code))) {
    return say("unauthorized", "Cloudflare does not accept the token: it is malformed", TOKEN);
  }
  if (status === 401 && kind === null) {
    return say("unauthorized", "Cloudflare does not accept the token", TOKEN);
  }
  if ((status === 401 || status === 403) && kind === null) {
    const help = `give the account that the token is for with \`--account\`, or give it the permissions ${permissions()}`;
    return say("forbidden", `the token may list nothing in ${named}`, help);
  }
  if (status === 401 || status === 403) {
    const help = `give the token the permission \`${listing?.permission}\`${leave}`;
    return say("forbidden", `the token may not list ${what} in ${named}`, help);
  }
  if (status === 404 && kind === null) {
    const help = "give the right one with `--account` or `CLOUDFLARE_ACCOUNT_ID`";
    return say("no-account", `there is no account \`${account}\``, help);
  }
  if (status === 429) {
    return say("rate-limited", `Cloudflare wants fewer calls while ${what} are listed`, again);
  }
  const reason = status === undefined ? "Cloudflare cannot be reached" : `status ${status}`;
  const numbers = codes.length > 0 ? `, code ${codes.join(", ")}` : "";
  const code = status === undefined ? "unreachable" : "failed";
  return say(code, `${what} cannot be listed: ${reason}${numbers}`, `${again}${leave}`);
}

const TOKEN = "see that `CLOUDFLARE_API_TOKEN` is whole, and neither expired nor rolled";
