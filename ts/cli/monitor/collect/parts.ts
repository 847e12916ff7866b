/** The parts of the account that can be left out: a kind, or a kind in one jurisdiction. */
import { ALL_KINDS } from "../../../kinds.ts";

/** Such as `bucket` and `bucket:eu`. */
export const PARTS: readonly string[] = ALL_KINDS.flatMap(({ kind, listing }) => [
  kind,
  ...listing.jurisdictions.map((place) => partOf(kind, place)),
]);

export function partOf(kind: string, place: string): string {
  return place === "" ? kind : `${kind}:${place}`;
}

/** Whether a kind in a jurisdiction is among those parts. */
export function isAmong(parts: ReadonlySet<string>, kind: string, place: string): boolean {
  return parts.has(kind) || parts.has(partOf(kind, place));
}
