/** Everything that the account holds, of all kinds. */
import type { BaseCloudflare } from "cloudflare/client";
import type { Page, RemoteResource } from "../../cloudflare/listing.ts";
import { checkedPage, type Query, readListing } from "../../cloudflare/read.ts";
import { type Kind, LISTED_KINDS, type ListedKind } from "../../kinds.ts";
import {
  AccountNotChosen,
  describeAll,
  type Failure,
  failsForAll,
} from "../monitor/collect/failures.ts";
import { isAmong } from "../monitor/collect/parts.ts";
import type { Unknown } from "../monitor/report.ts";
import { Secrets } from "../secrets.ts";
import { type Environment, fetchPage } from "./connect.ts";

export interface ListOptions {
  /** The account's id, if the user gave it. */
  account: string | undefined;
  /** The parts to leave out. */
  without: ReadonlySet<string>;
  env: Environment;
  /** Gets how many resources of a kind were listed so far. */
  listed: (plural: string, done: number) => void;
}

export interface Inventory {
  /** The id of the account that was looked at. */
  account?: string;
  resources: (RemoteResource & { kind: Kind })[];
  /** What could not be listed. It is not empty. */
  unknown: Unknown[];
}

/** One kind, and the jurisdictions in which it is listed; `""` is the default one. */
interface Part {
  spec: ListedKind;
  places: readonly string[];
}

/** Lists the whole account. What fails is among the unknown, and nothing is thrown. */
export async function listAccount(
  client: BaseCloudflare,
  { account: given, without, env, listed }: ListOptions,
): Promise<Inventory> {
  const parts = partsWithout(without);
  const inventory: Inventory = { resources: [], unknown: [] };
  try {
    const account = given || env.CLOUDFLARE_ACCOUNT_ID || (await onlyAccount(client));
    inventory.account = account;
    const results = await Promise.all(parts.map((part) => readPart(client, account, part, listed)));
    const failures = results.flatMap((result) => result.failures);
    inventory.resources.push(...results.flatMap(({ resources }) => resources));
    inventory.unknown.push(...describeAll(failures, account, parts.length));
  } catch (error) {
    inventory.unknown.push(...describeAll([{ spec: undefined, place: undefined, error }], "", 1));
  }
  const secrets = new Secrets(env);
  inventory.unknown = inventory.unknown.map((one) => ({
    ...one,
    message: secrets.hidden(one.message),
  }));
  return inventory;
}

function partsWithout(without: ReadonlySet<string>): Part[] {
  return LISTED_KINDS.filter(({ kind }) => !without.has(kind)).map((spec) => {
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

/** How long the name of the account may take, in milliseconds. */
const NAME_MS = 10_000;

/** What people call the account. Nothing if that cannot be read: it is only shown, so it is tried once. */
export async function accountName(
  client: BaseCloudflare,
  account: string,
): Promise<string | undefined> {
  try {
    const path = `/accounts/${encodeURIComponent(account)}`;
    const once = { maxRetries: 0, timeout: NAME_MS };
    const { result } = checkedPage(await client.get<Page>(path, once));
    const { name } = result as { name?: unknown };
    return typeof name === "string" && name !== "" ? name : undefined;
  } catch {
    return undefined;
  }
}

/** Lists a kind in each jurisdiction. */
async function readPart(
  client: BaseCloudflare,
  account: string,
  { spec, places }: Part,
  listed: ListOptions["listed"],
): Promise<{ resources: Inventory["resources"]; failures: Failure[] }> {
  const { kind, plural, listing } = spec;
  const path = `/accounts/${encodeURIComponent(account)}/${listing.path}`;
  const fetched = (query: Query, headers: Query) => fetchPage(client, path, query, headers);
  const found: Inventory["resources"] = [];
  const failures: Failure[] = [];
  for (const place of places) {
    const last = failures.at(-1);
    if (last && failsForAll(last.error)) {
      failures.push({ ...last, place });
      continue;
    }
    try {
      const onPage = (resources: number) => listed(plural, resources);
      const resources = await readListing(listing, place, fetched, onPage);
      // Nobody's state has what Alchemy's own stores keep in the account.
      const own = resources.filter(({ name }) => !listing.stores.includes(name));
      found.push(...own.map((resource) => ({ kind, ...resource })));
    } catch (error) {
      failures.push({ spec, place, error });
    }
  }
  const [first] = failures;
  if (!first || failures.length < places.length) return { resources: found, failures };
  return { resources: [], failures: [{ ...first, place: undefined }] };
}
