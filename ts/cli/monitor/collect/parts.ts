/** The parts of the account that can be left out: a kind, a kind in one jurisdiction, or all hostnames. */
import { LISTED_KINDS } from "../../../kinds.ts";
import { HOST } from "../report.ts";

/** Such as `bucket`, `bucket:eu` and `host`. */
export const PARTS: readonly string[] = [
  ...LISTED_KINDS.flatMap(({ kind, listing }) => [
    kind,
    ...listing.jurisdictions.map((place) => partOf(kind, place)),
  ]),
  HOST,
];

export function partOf(kind: string, place: string): string {
  return place === "" ? kind : `${kind}:${place}`;
}

/** Whether a kind in a jurisdiction is among those parts. */
export function isAmong(parts: ReadonlySet<string>, kind: string, place: string): boolean {
  return parts.has(kind) || parts.has(partOf(kind, place));
}
