/**
 * Recovery from a process that died between creating a resource and storing its row.
 *
 * Alchemy would be stuck at "already exists". Adopting by name alone would open the door to
 * strangers' resources, so ownership is proven. Before a run creates its first resource of a kind,
 * the account is listed once. A name that is absent is marked in the row that says `creating`. If a
 * later run finds that mark, and the resource was made soon after it, the resource is ours.
 */
import type { Account } from "../../cloudflare/account.ts";
import type { RemoteResource } from "../../cloudflare/listing.ts";
import { BUCKET, quirksOf, specOf, WORKER } from "../../kinds.ts";
import { deployedName, givenName, isDeployed, type Row } from "../../state/row.ts";
import { core, type Declared } from "../../wasm.ts";
import type { AlchemyScope } from "../types.ts";
import { consentingRun } from "./settings.ts";

const MARK = "@alch/blocks:creating";
const ADOPTED = "@alch/blocks:adopted";

interface Mark {
  absent: string;
  /** In milliseconds since 1970. */
  at: number;
  /** The option `delete` of the program, which a row that is shielded does not say. */
  delete?: unknown;
}

/**
 * How long after the mark a resource may have been made and still be ours, in milliseconds: Alchemy
 * goes on trying for some minutes.
 */
const WINDOW = 15 * 60 * 1000;
/** How far Cloudflare's clock may be behind ours, in milliseconds. */
const SKEW = 60 * 1000;

/** One view of the account for a run of an app. */
const accounts = new WeakMap<object, Account>();
let makeAccount: (() => Account) | undefined;

/** Says how to look into the account. The core alone is not bound to Alchemy, and cannot. */
export function useAccount(make: () => Account): void {
  makeAccount = make;
}

/** The account of the app that a scope belongs to. */
export function accountOf({ root }: AlchemyScope): Account | undefined {
  let account = accounts.get(root);
  if (!account && makeAccount) {
    account = makeAccount();
    accounts.set(root, account);
  }
  return account;
}

/**
 * Marks a row that is about to create what the account does not hold, or adopts what it made.
 *
 * @returns what the program has it adopt, if the account holds it already, made by nobody knows whom;
 *   `"unknown"` where the account cannot be read.
 */
export async function markCreation(
  scope: AlchemyScope,
  id: string,
  row: Row,
  declared: Declared | undefined,
): Promise<RemoteResource | "unknown" | undefined> {
  const account = accountOf(scope);
  const options = row.props ?? {};
  const adopts = declared ? isToAdopt(scope, row) : adoptsRaw(scope, row);
  row.data ??= {};
  delete row.data[ADOPTED];
  // Raw resources are on their own where they do not adopt, and cost no call.
  if (!account || (!declared && !adopts)) return undefined;
  const { name, jurisdiction } = declared ?? namedBy(scope, id, row);
  const earlier = row.data[MARK] as Mark | undefined;
  let found: RemoteResource | undefined;
  try {
    found = await account.find(row.kind, name, jurisdiction, options);
  } catch {
    // Without a whole list nothing is known to be absent or there: no mark is set, an earlier one
    // stays, and Alchemy goes on alone.
    return adopts ? "unknown" : undefined;
  }
  if (!found) {
    row.data[MARK] = { absent: name, at: Date.now(), delete: options.delete } satisfies Mark;
    return undefined;
  }
  if (earlier?.absent !== name || !isOurs(found, earlier)) {
    if (!adopts && quirksOf(row.kind)?.takesExisting) {
      throw core().heldInAccount(row.kind, id, name);
    }
    return adopts ? found : undefined;
  }
  // A clone is made with its database, and adopting would leave it out.
  if (!adopts && options.clone === undefined) {
    row.data[ADOPTED] = { instead: options.adopt };
    options.adopt = true;
  }
  return undefined;
}

function isToAdopt(scope: AlchemyScope, { props }: Row): boolean {
  return Boolean(props?.adopt ?? scope.adopt);
}

/** Whether Alchemy takes what has the name of a raw resource already. */
export function adoptsRaw(scope: AlchemyScope, row: Row): boolean {
  return isToAdopt(scope, row) || quirksOf(row.kind)?.takesExisting === true;
}

/**
 * The row as Alchemy has to see it to destroy what an interrupted deploy has made: as if it were
 * stored. Alchemy would drop the row, leave the resource, and be stuck at it in the next deploy. What
 * cannot be proven to be ours stays.
 *
 * @throws whatever the account throws where it cannot be read: the row and its mark are kept.
 */
export async function withMade(scope: AlchemyScope, row: Row): Promise<Row> {
  const mark = row.data?.[MARK] as Mark | undefined;
  const account = accountOf(scope);
  if (!mark || !account || isDeployed(row)) return row;
  const { name, jurisdiction } = { ...namedBy(scope, row.id, row), name: mark.absent };
  const found = await account.find(row.kind, name, jurisdiction, row.props ?? {});
  if (!found) return row;
  if (!isOurs(found, mark)) {
    consentingRun(scope).warnLeftBehind(row.kind, name);
    return row;
  }
  const props = { ...row.props, delete: mark.delete };
  return { ...row, props, output: { ...row.output, ...madeAs(row.kind, found) } };
}

/** What Alchemy deletes a resource by. */
function madeAs(resource: string, { name, id, jurisdiction }: RemoteResource) {
  const { attribute = "name", identity = "id" } = specOf(resource)?.alchemy ?? {};
  return { [identity]: id, [attribute]: name, jurisdiction: jurisdiction || undefined };
}

/** The name that a raw resource takes, and its jurisdiction. */
export function namedBy(scope: AlchemyScope, id: string, { kind, props }: Row) {
  const automatic = scope.createPhysicalName(id);
  const folds = kind === WORKER || kind === BUCKET;
  const name = givenName(kind, props) ?? (folds ? automatic.toLowerCase() : automatic);
  const { jurisdiction } = props ?? {};
  const isOther = typeof jurisdiction === "string" && jurisdiction !== "default";
  return { name: String(name), jurisdiction: isOther ? jurisdiction : "" };
}

/** Takes the mark, and an adoption that came of one, out of a row that says `created`. */
export function unmarkCreation(row: Row): void {
  const adopted = row.data?.[ADOPTED] as { instead?: unknown } | undefined;
  if (adopted && row.props) {
    // What is stored is compared with the program's options in the next run.
    if (adopted.instead === undefined) delete row.props.adopt;
    else row.props.adopt = adopted.instead;
  }
  delete row.data?.[MARK];
  delete row.data?.[ADOPTED];
}

/**
 * Whether it was made after the mark, and soon. What is older was missing from a list by mistake. KV
 * says no time of creation: there, the run itself has to come soon after the mark.
 */
function isOurs(found: RemoteResource, earlier: Mark): boolean {
  const made = found.createdAt ?? Date.now();
  return made >= earlier.at - SKEW && made <= earlier.at + WINDOW;
}

/**
 * The row to store. What the account does not hold yet is stored as retained if Alchemy deletes it by the
 * name in the options, which may be a stranger's.
 */
export function shielded(row: Row): Row {
  const name = givenName(row.kind, row.props);
  const made = isDeployed(row) && (name === undefined || deployedName(row) === name);
  if (quirksOf(row.kind)?.deletesByName !== true || made) return row;
  return { ...row, props: { ...row.props, delete: false } };
}
