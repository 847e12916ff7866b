/** Cloudflare's own client: the credentials of the environment, retries, and as many calls as are allowed. */
import { BaseCloudflare } from "cloudflare/client";
import type { Page } from "../../cloudflare/listing.ts";
import { MalformedListing, type Query } from "../../cloudflare/read.ts";
import { CLOUDFLARE, type Limit, Pace } from "../monitor/collect/pace.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Connection {
  client: BaseCloudflare;
  /** What the last answer says that the time is, in milliseconds since 1970. */
  time(): number | undefined;
  /** For how long calls have waited for others to be far enough back, in milliseconds. */
  waited(): number;
}

/** Waits before each call, and before the time that the call may take begins. */
class Paced extends BaseCloudflare {
  pace: Pace | undefined;

  protected override async prepareRequest(): Promise<void> {
    await this.pace?.next();
  }
}

const RETRIES = 4;

/** In how long all calls that Cloudflare allows come back: no wait need be longer. */
const LONGEST_WAIT_MS = 300_000;

/** How long one call may take. */
const TIMEOUT_MS = 60_000;

/**
 * @param waits Gets the time for which nothing will happen, in milliseconds.
 * @param timeout How long one call may take, in milliseconds.
 * @param limit How often Cloudflare may be called.
 * @returns nothing if the environment has no credentials.
 */
export function connect(
  env: Environment,
  waits: (milliseconds: number) => void,
  timeout = TIMEOUT_MS,
  limit: Limit = CLOUDFLARE,
): Connection | undefined {
  const credentials = credentialsIn(env);
  if (!credentials) return undefined;
  const pace = new Pace(waits, undefined, limit);
  let time: number | undefined;
  const client = new Paced({
    ...credentials,
    // What it would log are the calls with their headers.
    logLevel: "off",
    maxRetries: RETRIES,
    timeout,
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      const date = Date.parse(response.headers.get("date") ?? "");
      if (!Number.isNaN(date)) time = date;
      return waitable(response);
    },
  });
  client.pace = pace;
  return { client, time: () => time, waited: () => pace.waited() };
}

function credentialsIn({
  CLOUDFLARE_API_TOKEN: apiToken,
  CLOUDFLARE_API_KEY: apiKey,
  CLOUDFLARE_EMAIL: apiEmail,
  CLOUDFLARE_BASE_URL: baseURL,
}: Environment) {
  const base = baseURL ? { baseURL } : {};
  // `null` keeps the client from looking into the environment itself.
  if (apiToken) return { ...base, apiToken, apiKey: null, apiEmail: null };
  if (apiKey && apiEmail) return { ...base, apiToken: null, apiKey, apiEmail };
  return undefined;
}

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

/** One answer, in its envelope: the client's own lists take the result out of it unseen. */
export async function fetchPage(
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
