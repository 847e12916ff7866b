/** Claims from the Cloudflare account, through Cloudflare's own client. */
import { connect } from "../../account/connect.ts";
import { accountName, type Inventory, listAccount } from "../../account/list.ts";
import { listedOf } from "../../account/listed.ts";
import { type Claim, HOST } from "../report.ts";
import { type Collected, nothing } from "./collected.ts";
import { noCredentials } from "./failures.ts";
import { readHosts } from "./hosts.ts";

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

export async function readAccount(options: AccountOptions): Promise<Collected> {
  const { env, progress, account: given, without } = options;
  const connection = connect(env, (milliseconds) => progress.waits(milliseconds));
  if (!connection) return { ...nothing(), unknown: [noCredentials()] };
  const listed = (plural: string, done: number) => progress.listed(plural, done);
  const how = { account: given, without, env, listed };
  const { account, resources, unknown } = await listAccount(connection.client, how);
  const claims = resources.map(claimOf);
  // What is wrong with the whole account is wrong with its zones, too.
  const isReached = account !== undefined && !unknown.some(({ kind }) => kind === null);
  const [name, read] = await Promise.all([
    isReached ? accountName(connection.client, account) : undefined,
    isReached && !without.has(HOST)
      ? readHosts(connection.client, account, progress)
      : { hosts: {}, unknown: [] },
  ]);
  const now = connection.time();
  return {
    ...{ claims, unknown: [...unknown, ...read.unknown], listed: resources.map(listedOf) },
    hosts: read.hosts,
    ...(account === undefined ? {} : { account }),
    ...(name === undefined ? {} : { accountName: name }),
    ...(now === undefined ? {} : { now }),
  };
}

function claimOf({ kind, name, jurisdiction: place }: Inventory["resources"][number]): Claim {
  const owner = { app: null, stage: null, id: null };
  return { kind, name, ...owner, source: "account", ...(place ? { place } : {}) };
}
