/** Why the account could not be listed, in words, and what to do about it. */
import { APIError } from "cloudflare";
import { MalformedListing } from "../../../cloudflare/read.ts";
import { LISTED_KINDS } from "../../../kinds.ts";
import type { Unknown } from "../report.ts";
import { unknown } from "./collected.ts";
import { partOf } from "./parts.ts";

/** What a list is of: a kind, or hostnames. */
export interface Subject {
  kind: string;
  plural: string;
  listing: { permission: string };
}

/** A listing that failed. */
export interface Failure {
  /** What was listed; none if it is about the whole account. */
  spec: Subject | undefined;
  /** The jurisdiction, `""` for the default; none if all of them failed. */
  place: string | undefined;
  error: unknown;
}

/** The token can use several accounts, or none, and `--account` is not set. */
export class AccountNotChosen extends Error {
  constructor(accounts: number) {
    const which = accounts === 0 ? "no account" : `${accounts} accounts`;
    super(`the token can use ${which}, and nothing says which is meant`);
  }
}

/** Codes of Cloudflare for a header that cannot be one of a token. */
const MALFORMED_TOKEN = [6003, 6111];
const CHECK_TOKEN = "see that `CLOUDFLARE_API_TOKEN` is whole, and neither expired nor rolled";
const NO_CREDENTIALS = "no-credentials";
const AGAIN = "try again later; until then nothing is concluded from what is not listed";

export function noCredentials(): Unknown {
  const message = "there is no token for the Cloudflare account";
  const help = `set \`CLOUDFLARE_API_TOKEN\` to a token with ${permissions()}`;
  return unknown("account", null, NO_CREDENTIALS, message, help);
}

/** The same for a command that can do without the account. */
export function orOffline<T extends Pick<Unknown, "code" | "help">>(one: T): T {
  if (one.code !== NO_CREDENTIALS) return one;
  return { ...one, help: `${one.help}, or give \`--offline\`` };
}

function permissions(): string {
  const all = LISTED_KINDS.map(({ listing }) => `\`${listing.permission}\``);
  return [...new Set(all)].join(", ");
}

/** Whether each further call would fail as well, after as long a wait. */
export function failsForAll(error: unknown): boolean {
  if (error instanceof MalformedListing) return false;
  const status = error instanceof APIError ? error.status : undefined;
  return status === undefined || status === 401 || status === 429;
}

/**
 * Describes failures. If all kinds failed alike, there is one description.
 *
 * @param asked How many kinds were listed.
 */
export function describeAll(
  failures: readonly Failure[],
  account: string,
  asked: number,
): Unknown[] {
  const all = failures.map((failure) => describe(failure, account));
  const [first] = all;
  const whole = failures.filter(({ place }) => place === undefined);
  const isCommon = first && all.length > 1 && all.every(({ code }) => code === first.code);
  if (!isCommon || whole.length !== asked) return all;
  return [describe({ spec: undefined, place: undefined, error: failures[0]?.error }, account)];
}

/** The code, the message and the help of a failure. */
type Words = readonly [code: string, message: string, help: string];

/** Describes one failure. */
export function describe(failure: Failure, account: string): Unknown {
  const { spec, place } = failure;
  const [code, message, help] = wordsFor(failure, account);
  return unknown("account", spec?.kind ?? null, code, message, help, place);
}

function wordsFor(failure: Failure, account: string): Words {
  const { error } = failure;
  const what = subjectOf(failure);
  if (error instanceof AccountNotChosen) {
    const help = "give `--account <id>` or set `CLOUDFLARE_ACCOUNT_ID`";
    return ["account-unknown", error.message, help];
  }
  if (error instanceof MalformedListing) {
    return ["odd-listing", `the listing of ${what} cannot be used: ${error.message}`, AGAIN];
  }
  if (!(error instanceof APIError)) {
    return ["unreachable", `${what} cannot be listed: ${(error as Error).message}`, AGAIN];
  }
  return refusal(failure, error, account) ?? statusOf(failure, error);
}

/** What Cloudflare refuses because of the token or the account. */
function refusal(failure: Failure, error: APIError, account: string): Words | undefined {
  const { spec } = failure;
  const { status } = error;
  const what = subjectOf(failure);
  const named = account === "" ? "the account" : `the account \`${account}\``;
  if (status === 400 && codesOf(error).some((code) => MALFORMED_TOKEN.includes(code))) {
    return ["unauthorized", "Cloudflare does not accept the token: it is malformed", CHECK_TOKEN];
  }
  if (status === 401 && !spec) {
    return ["unauthorized", "Cloudflare does not accept the token", CHECK_TOKEN];
  }
  if ((status === 401 || status === 403) && !spec) {
    const help = `give the account that the token is for with \`--account\`, or give it the permissions ${permissions()}`;
    return ["forbidden", `the token may list nothing in ${named}`, help];
  }
  if (status === 401 || status === 403) {
    const help = `give the token the permission \`${spec?.listing.permission}\`${orLeaveOut(failure)}`;
    return ["forbidden", `the token may not list ${what} in ${named}`, help];
  }
  if (status === 404 && !spec) {
    const help = "give the right one with `--account` or `CLOUDFLARE_ACCOUNT_ID`";
    return ["no-account", `there is no account \`${account}\``, help];
  }
  return undefined;
}

function statusOf(failure: Failure, error: APIError): Words {
  const what = subjectOf(failure);
  const status: number | undefined = error.status;
  if (status === 429) {
    return ["rate-limited", `Cloudflare wants fewer calls while ${what} are listed`, AGAIN];
  }
  const reason = status === undefined ? "Cloudflare cannot be reached" : `status ${status}`;
  const codes = codesOf(error);
  const numbers = codes.length > 0 ? `, code ${codes.join(", ")}` : "";
  const code = status === undefined ? "unreachable" : "failed";
  const help = `${AGAIN}${orLeaveOut(failure)}`;
  return [code, `${what} cannot be listed: ${reason}${numbers}`, help];
}

function codesOf(error: APIError): number[] {
  return error.errors.flatMap(({ code }) => code ?? []);
}

function subjectOf({ spec, place }: Failure): string {
  const all = spec?.plural ?? "anything";
  if (place === undefined) return all;
  return place === "" ? `${all} outside a jurisdiction` : `${all} in the jurisdiction \`${place}\``;
}

/** Buckets outside a jurisdiction have no part of their own. */
function orLeaveOut({ spec, place }: Failure): string {
  if (!spec || place === "") return "";
  return `, or leave them out with \`--without ${partOf(spec.kind, place ?? "")}\``;
}
