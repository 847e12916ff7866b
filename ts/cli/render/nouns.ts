/** What resources are called in texts for people. */
import { ALL_KINDS, specIn } from "../../kinds.ts";
import { count } from "./text.ts";

/** Parts of resources, which are no kinds of the catalogue, by the last word of Alchemy's type. */
const PARTS: ReadonlyMap<string, string> = new Map([
  ["Consumer", "queue consumer"],
  ["QueueConsumer", "queue consumer"],
  ["R2Object", "object"],
  ["Route", "route"],
  ["CustomDomain", "custom domain"],
  ["Domain", "custom domain"],
  ["Scope", "scope"],
]);

/** @param what A word of the catalogue, or the type that either version of Alchemy has for it. */
export function nounFor(what: string): string {
  const spec = specIn(what) ?? ALL_KINDS.find(({ kind }) => kind === what);
  const word = what.replace(/^.*(?:::|\.)/, "");
  return spec?.noun ?? PARTS.get(word) ?? word;
}

/** `2 databases`. */
export function counted(number: number, what: string): string {
  return count(number, nounFor(what));
}
