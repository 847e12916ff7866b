/** Claims from the Cloudflare account, through Cloudflare's own client. */
import { connect } from "../../account/connect.ts";
import { type Inventory, listAccount } from "../../account/list.ts";
import { listedOf } from "../../account/listed.ts";
import type { Claim } from "../report.ts";
import { type Collected, nothing } from "./collected.ts";
import { noCredentials } from "./failures.ts";

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
  const now = connection.time();
  return {
    ...{ claims, unknown, listed: resources.map(listedOf) },
    ...(account === undefined ? {} : { account }),
    ...(now === undefined ? {} : { now }),
  };
}

function claimOf({ kind, name, jurisdiction: place }: Inventory["resources"][number]): Claim {
  const owner = { app: null, stage: null, id: null };
  return { kind, name, ...owner, source: "account", ...(place ? { place } : {}) };
}
