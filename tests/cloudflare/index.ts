/**
 * A stand-in for the Cloudflare API: a real HTTP server with accounts in memory, as strict as
 * Cloudflare about names, identifiers and order, which keeps data so that tests can see it lost.
 */
import { Account } from "./account.ts";
import { Faults } from "./faults.ts";
import { Limiter } from "./limiter.ts";
import { type Deletion, Log, type LogEntry, type Takeover } from "./log.ts";
import { listen, type World } from "./server.ts";

export type { Account, Held } from "./account.ts";
export type { Fault, FaultKind, FaultSpec, Faults } from "./faults.ts";
export type { Action, Change, DataLost, Deletion, Kind, LogEntry, Takeover } from "./log.ts";
export { type NamedKind, nameFault } from "./names.ts";

/** How a stand-in is set up. */
export interface Options {
  /** The token that is accepted. */
  token?: string;
  /** The account the token belongs to. */
  accountId?: string;
  /** More accounts, each with the token that may use it. */
  others?: readonly { accountId: string; token: string }[];
  /** A fixed port instead of a free one. */
  port?: number;
  /** How long every call takes, in milliseconds. */
  latencyMs?: number;
  /** How long enabling a subdomain waits for its Worker to be uploaded, in milliseconds. */
  subdomainPatienceMs?: number;
  /**
   * What an upload that deletes and creates the same Durable Object class in one go gives.
   * Cloudflare refuses it; `apply` deletes the storage, as the worst that could happen.
   */
  duplicateMigrations?: "refuse" | "apply";
}

/** A stand-in that runs. */
export interface Cloudflare extends AsyncDisposable {
  /** Where it listens, without a path. */
  readonly url: string;
  /** What a child process needs to use it, by name of the environment variable. */
  readonly env: Readonly<Record<string, string>>;
  /** The account of the main token. */
  readonly account: Account;
  /** Every account by id. */
  readonly accounts: ReadonlyMap<string, Account>;
  readonly log: readonly LogEntry[];
  readonly faults: Faults;
  /** Calls the stand-in did not know how to answer; a test fails when there are any. */
  readonly unhandled: readonly string[];
  /** From now on, more than so many calls in so long are refused with 429; all are taken without a number. */
  limit(calls: number | undefined, windowMs?: number): void;
  /** Every deletion so far, with what was lost. */
  deletions(): Deletion[];
  /** Every Workflow that went from one script to another. */
  takeovers(): Takeover[];
  /** Stops it and breaks every open connection. */
  close(): Promise<void>;
}

/** Starts a stand-in on 127.0.0.1. */
export async function startCloudflare(options: Options = {}): Promise<Cloudflare> {
  const { token = "stand-in-token", accountId = "0".repeat(31).concat("1") } = options;
  const { others = [], port = 0, latencyMs = 0, subdomainPatienceMs = 500 } = options;
  const log = new Log();
  const faults = new Faults();
  const unhandled: string[] = [];
  const account = new Account(accountId, log, options.duplicateMigrations);
  const accounts = new Map([[accountId, account]]);
  const tokens = new Map([[token, new Set([accountId])]]);
  for (const other of others) {
    const more = new Account(other.accountId, log, options.duplicateMigrations);
    accounts.set(other.accountId, more);
    tokens.set(other.token, (tokens.get(other.token) ?? new Set()).add(other.accountId));
  }
  const world: World = {
    ...{ accounts, tokens, log, faults, unhandled, latencyMs, subdomainPatienceMs },
    limiter: undefined,
  };
  const { url, close } = await listen(world, port);
  const closeAll = async () => {
    faults.clear();
    await close();
  };
  const env = {
    CLOUDFLARE_BASE_URL: `${url}/client/v4`,
    CLOUDFLARE_API_TOKEN: token,
    CLOUDFLARE_ACCOUNT_ID: accountId,
  };
  return {
    url,
    env,
    account,
    accounts,
    log: log.entries,
    faults,
    unhandled,
    limit(calls, windowMs = 0) {
      world.limiter = calls === undefined ? undefined : new Limiter(calls, windowMs);
    },
    deletions: () => log.deletions(),
    takeovers: () => log.takeovers(),
    close: closeAll,
    [Symbol.asyncDispose]: closeAll,
  };
}
