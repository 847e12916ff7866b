/**
 * Where in the world databases and buckets are. Cloudflare takes a jurisdiction or a location hint only
 * when it makes one. Alchemy 0.94 says nothing if a bucket's is changed, and sends later settings to the
 * wrong jurisdiction.
 */
import type { RemoteResource } from "../../cloudflare/listing.ts";
import { specOf } from "../../kinds.ts";
import { askedFor, textOf } from "../../placement.ts";
import { deployedName, isDeployed, type Row } from "../../state/row.ts";
import type { Location } from "../../wasm.ts";
import type { AlchemyScope } from "../types.ts";
import { isLocal } from "./judge.ts";
import { accountOf, namedBy } from "./recovery.ts";
import { consentingRun } from "./settings.ts";

type Options = Readonly<Record<string, unknown>>;

/**
 * Refuses to take a resource to another place than where it is.
 *
 * @param found what the account holds under the name of a new row.
 * @throws BlockError `would-move`
 */
export async function judgeRegion(
  scope: AlchemyScope,
  id: string,
  row: Row,
  found: RemoteResource | undefined,
): Promise<void> {
  const { props = {} } = row;
  const regions = specOf(row.kind)?.regions;
  if (!regions || isLocal(scope, row, props)) return;
  const asked = askedFor(props, regions.hintOption);
  const held = isDeployed(row)
    ? await heldByRow(scope, row, asked, regions.hintOption)
    : found && (await heldByAccount(scope, row, found));
  if (!held) return;
  const name = deployedName(row) ?? namedBy(scope, id, row).name;
  consentingRun(scope).judgeMove(row.kind, name, held, asked);
}

/**
 * Writes into the row that a database has the hint which the program gives now, if it is there already:
 * Alchemy refuses a hint that the state does not have.
 */
export async function settleRegion(scope: AlchemyScope, row: Row, given: Options): Promise<void> {
  const hintOption = specOf(row.kind)?.regions?.hintOption;
  if (hintOption === undefined || !isDeployed(row) || isLocal(scope, row, given)) return;
  const { output, props } = row;
  if (!output || !props || given[hintOption] === undefined || props[hintOption] !== undefined)
    return;
  const asked = askedFor(given, hintOption);
  const place = await heldByRow(scope, { ...row, oldProps: props }, asked, hintOption);
  if (place?.place?.toLowerCase() !== asked.place) return;
  output[hintOption] = asked.place;
  props[hintOption] = asked.place;
}

/** Warns of a bucket that Cloudflare has made elsewhere: it remembers where a name was first. */
export function tellIgnoredHint(scope: AlchemyScope, row: Row): void {
  const hintOption = specOf(row.kind)?.regions?.hintOption;
  if (row.status !== "created" || hintOption === undefined) return;
  const { place, jurisdiction } = askedFor(row.props ?? {}, hintOption);
  const made = textOf(row.output?.location);
  if (place === undefined || made === undefined || jurisdiction !== undefined) return;
  if (made.toLowerCase() === place) return;
  consentingRun(scope).warnRegionIgnored(deployedName(row) ?? "", made.toLowerCase(), place);
}

/** What was asked for and did not change is where it is, wherever that may be. */
async function heldByRow(
  scope: AlchemyScope,
  row: Row,
  asked: Location,
  hintOption: string,
): Promise<Location> {
  const { output = {}, oldProps = {} } = row;
  const before = askedFor(oldProps, hintOption);
  const jurisdiction = textOf(output.jurisdiction) ?? before.jurisdiction;
  const place = textOf(output.location) ?? textOf(output[hintOption]);
  const isNew = asked.place !== undefined && asked.place !== before.place;
  if (!isNew) return { jurisdiction, place: undefined };
  if (place !== undefined) return { jurisdiction, place };
  const name = deployedName(row) ?? "";
  const found = { name, id: String(output.id ?? ""), jurisdiction: jurisdiction ?? "" };
  return { jurisdiction, place: (await heldByAccount(scope, row, found))?.place };
}

/** Where the account has it; nothing if it cannot be read. */
async function heldByAccount(
  scope: AlchemyScope,
  row: Row,
  found: Pick<RemoteResource, "id" | "name" | "jurisdiction">,
): Promise<Location | undefined> {
  const account = accountOf(scope);
  return account?.location(row.kind, found, row.props ?? {}).catch(() => undefined);
}
