/** Where databases and buckets are in a program of Alchemy 2, and in its rows. */
import type { ResourceState } from "alchemy/State";
import { specInAlchemy2 } from "../kinds.ts";
import { askedFor, textOf } from "../placement.ts";
import type { Location } from "../wasm.ts";
import type { Resource } from "./facts.ts";

type Values = Readonly<Record<string, unknown>>;

/** Where the program puts a resource; nothing if an option is not known before the deploy. */
export function placeAsked(resource: string, options: unknown): Location | undefined {
  const hintOption = specInAlchemy2(resource)?.regions?.hintOption;
  const given = (options ?? {}) as Values;
  const isLater = (option: string) => given[option] !== undefined && !isText(given[option]);
  if (hintOption === undefined || isLater("jurisdiction") || isLater(hintOption)) return undefined;
  return askedFor(given, hintOption);
}

/** Where a row has its resource. Alchemy compares the hint with the last one that was written. */
export function placeHeld({ resourceType, props, attr }: ResourceState): Location | undefined {
  const asked = placeAsked(resourceType, props);
  if (asked === undefined || attr === undefined) return undefined;
  const made = attr as Values;
  const { jurisdiction = asked.jurisdiction } = askedFor(made, "location");
  return { jurisdiction, place: asked.place ?? textOf(made.location)?.toLowerCase() };
}

/**
 * The row with the hint that the program gives, if it is judged that nothing moves. Alchemy replaces a
 * resource whose hint is left out, or is written again.
 */
export function withHint(row: ResourceState, { location }: Resource): ResourceState {
  const hintOption = specInAlchemy2(row.resourceType)?.regions?.hintOption;
  const isStable = row.status === "created" || row.status === "updated";
  if (hintOption === undefined || location === undefined || !isStable) return row;
  const { [hintOption]: _, ...others } = (row.props ?? {}) as Values;
  const hint = location.place === undefined ? {} : { [hintOption]: location.place };
  return { ...row, props: { ...others, ...hint } };
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}
