/** Reads from the account with the credentials of the run. */
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import * as Redacted from "effect/Redacted";
import type { HostApi } from "../cloudflare/hosts.ts";
import { currentAccount } from "./account.ts";

type Resolved = { readonly apiBaseUrl: string } & (
  | { readonly type: "apiToken"; readonly apiToken: Redacted.Redacted<string> }
  | { readonly type: "oauth"; readonly accessToken: Redacted.Redacted<string> }
  | { readonly type: "apiKey"; readonly apiKey: Redacted.Redacted<string>; readonly email: string }
);

/** Reads with headers of a call's own, if it has some. */
export interface Reader extends HostApi {
  get(path: string, headers?: Record<string, string>): Promise<Response>;
}

/** Alchemy exports this service only with all that it has for Cloudflare. */
class Credentials extends Context.Service<Credentials, Effect.Effect<Resolved, unknown>>()(
  "CloudflareCredentials",
) {}

/** How often a call is made that Cloudflare could not answer. */
const TRIES = 4;

/** Nothing where the program does not deploy to Cloudflare, or has no credentials. */
export const currentReader: Effect.Effect<Reader | undefined> = Effect.gen(function* () {
  const service = yield* Effect.serviceOption(Credentials);
  const accountId = yield* currentAccount;
  if (Option.isNone(service) || accountId === undefined) return undefined;
  const known = yield* Effect.option(service.value);
  if (Option.isNone(known)) return undefined;
  const { apiBaseUrl } = known.value;
  const headers = headersOf(known.value);
  const get = (path: string, own: Record<string, string> = {}) =>
    patiently(`${apiBaseUrl}${path}`, { ...headers, ...own });
  return { accountId, get };
});

function headersOf(credentials: Resolved): Record<string, string> {
  switch (credentials.type) {
    case "apiKey":
      return {
        "X-Auth-Key": Redacted.value(credentials.apiKey),
        "X-Auth-Email": credentials.email,
      };
    case "apiToken":
      return { Authorization: `Bearer ${Redacted.value(credentials.apiToken)}` };
    case "oauth":
      return { Authorization: `Bearer ${Redacted.value(credentials.accessToken)}` };
  }
}

async function patiently(url: string, headers: Record<string, string>): Promise<Response> {
  for (let tries = 1; ; tries++) {
    const response = await fetch(url, { headers });
    const isBusy = response.status === 429 || response.status >= 500;
    if (!isBusy || tries === TRIES) return response;
    await new Promise((resolve) => setTimeout(resolve, 250 * 2 ** tries));
  }
}
