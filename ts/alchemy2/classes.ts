/** The classes of Durable Objects that the account has: they have no rows in the state. */
import * as Effect from "effect/Effect";
import type { Page } from "../cloudflare/listing.ts";
import { readListing } from "../cloudflare/read.ts";
import { KINDS, listingOf, specInAlchemy2 } from "../kinds.ts";
import type { Hosted, Program, Resource } from "./facts.ts";
import { currentReader } from "./reader.ts";

/**
 * Whether a Worker could take a script with classes that no row of the stage tells of, or binds one class
 * less than its row: an earlier deploy may have moved that.
 */
export function needsHosted({ declared, rows, destroys }: Program): boolean {
  if (destroys) return false;
  const bindsLess = ({ id: row, bindings = [] }: Resource) => {
    const now = declared.find(({ id, formers }) => id === row || formers?.includes(row));
    return bindings.some(({ id }) => !now?.bindings?.some((bound) => bound.id === id));
  };
  if (rows.some(bindsLess)) return true;
  const known = new Set(rows.filter(isWorker).map(({ name }) => name));
  return declared.some((one) => {
    return isWorker(one) && one.local !== true && one.name !== undefined && !known.has(one.name);
  });
}

function isWorker({ resource }: Resource): boolean {
  return specInAlchemy2(resource) === KINDS.worker;
}

/** All of them; nothing where the account does not answer. */
export const readHosted: Effect.Effect<Hosted[] | undefined> = Effect.gen(function* () {
  const reader = yield* currentReader;
  if (!reader) return undefined;
  const listing = listingOf("durable-object");
  const found = readListing(listing, "", async (query) => {
    const search = new URLSearchParams(query);
    const path = `/accounts/${reader.accountId}/${listing.path}?${search}`;
    return (await (await reader.get(path)).json()) as Page;
  });
  const all = yield* Effect.promise(() => found.catch(() => undefined));
  return all?.map(({ name }) => {
    const [script = "", className = ""] = name.split("/");
    return { script, className };
  });
});
