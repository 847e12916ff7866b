/** Where a program puts databases and buckets, by Alchemy's own options. */
import type { Location } from "./internals.ts";

export function askedFor(options: Readonly<Record<string, unknown>>, hintOption: string): Location {
  const jurisdiction = textOf(options.jurisdiction);
  return {
    jurisdiction: jurisdiction === "default" ? undefined : jurisdiction,
    place: textOf(options[hintOption])?.toLowerCase(),
  };
}

export function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
