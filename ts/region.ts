/**
 * Which of several regions a Worker uses, at run time. Plain JavaScript: no WebAssembly, and nothing
 * else is imported.
 *
 * @example
 * ```ts
 * import { pick } from "@alch/blocks/region";
 * import type { D1Database, Request } from "@cloudflare/workers-types";
 *
 * export default {
 *   async fetch(request: Request, env: { DB_EU: D1Database; DB_ENAM: D1Database }) {
 *     const db = pick(env, "DB", request.cf); // env.DB_EU for a visitor in the EU
 *     return Response.json(await db.prepare("select * from posts").all());
 *   },
 * };
 * ```
 *
 * @module @alch/blocks/region
 */
import type { Jurisdiction, LocationHint, Region } from "./options.ts";

/** What is read of `request.cf`. */
interface Visitor {
  /** `"1"` in the European Union. */
  isEUCountry?: string | undefined;
  /** Two letters: `AF`, `AN`, `AS`, `EU`, `NA`, `OC` or `SA`. */
  continent?: string | undefined;
  /** In degrees, as text; the west is negative. */
  longitude?: string | undefined;
}

/** No binding may be used for a visitor. */
export class RegionError extends Error {
  override readonly name = "RegionError";
  /** Stable: programs may branch on it. */
  readonly code = "region-missing";
}

/** The regions that are near a continent, the nearest first. */
const NEAR: Readonly<Record<string, readonly Region[]>> = {
  AF: ["weur", "eeur", "eu"],
  AN: ["oc", "apac"],
  AS: ["apac", "oc", "eeur"],
  EU: ["weur", "eeur", "eu"],
  NA: ["enam", "wnam", "us"],
  OC: ["oc", "apac", "wnam"],
  SA: ["enam", "wnam", "us"],
};

/** What keeps data of the European Union in Europe: first what promises it. */
const IN_EU: readonly Region[] = ["eu", "weur", "eeur"];

/** All that is taken where nothing near is bound. Only a program that binds nothing else gets the last. */
const REST: readonly Region[] = [
  ...(["enam", "weur", "wnam", "eeur", "apac", "oc", "us", "eu"] as const),
  ...(["fedramp", "fedramp-high"] as const),
];

/** West of it, North America's west coast is nearer, in degrees. */
const MIDDLE_OF_AMERICA = -100;

/**
 * The binding of the region that is right for a visitor: `DB_EU` for one in the European Union, else the
 * nearest of those that `env` has.
 *
 * @param name what all bindings start with, as in `bindings("DB")` of `perRegion`.
 * @param cf `request.cf`; without it, as for a cron, nobody's data is in the EU.
 * @throws RegionError if a visitor in the EU would get a binding elsewhere, or if there is none.
 */
export function pick<Env extends object, Name extends string>(
  env: Env,
  name: Name,
  cf: object | null | undefined,
): Env[Extract<keyof Env, `${Name}_${string}`>] {
  const bound = (region: Region) => {
    const key = `${name}_${region.replaceAll("-", "_").toUpperCase()}`;
    return (env as Record<string, unknown>)[key];
  };
  const visitor: Visitor = cf ?? {};
  const isInEu = visitor.isEUCountry === "1";
  const order = isInEu ? IN_EU : [...nearest(visitor), ...REST];
  const region = order.find((one) => bound(one) !== undefined && bound(one) !== null);
  if (region !== undefined) return bound(region) as never;
  throw new RegionError(
    isInEu
      ? `no binding of \`${name}\` is in the EU, and the visitor is: bind \`${name}_EU\``
      : `there is no binding of \`${name}\`: bind \`${name}_EU\`, or another of its regions`,
  );
}

function nearest({ continent, longitude }: Visitor): readonly Region[] {
  const near = NEAR[continent ?? ""] ?? [];
  const isWest = Number(longitude) < MIDDLE_OF_AMERICA;
  return isWest && near[0] === "enam" ? ["wnam", ...near] : near;
}

/** A Durable Object namespace, as far as it is used here. */
interface Namespace<Id, Stub> {
  jurisdiction(jurisdiction: never): Namespace<Id, Stub>;
  idFromName(name: string): Id;
  newUniqueId(): Id;
  get(id: Id, options?: { locationHint?: never }): Stub;
}

/** A Durable Object namespace whose objects are made in one place. */
export interface Placed<Id, Stub> {
  idFromName(name: string): Id;
  newUniqueId(): Id;
  get(id: Id): Stub;
  getByName(name: string): Stub;
}

/** Places that only Durable Objects know. */
export type ObjectHint = LocationHint | "sam" | "afr" | "me";

const JURISDICTIONS: readonly string[] = [
  "eu",
  "us",
  "fedramp",
  "fedramp-high",
] satisfies Jurisdiction[];

/**
 * A Durable Object namespace whose objects are made in a region. In a jurisdiction they have ids of their
 * own, so the same name gives other objects than without. A hint counts when an object is made first.
 *
 * @example
 * ```ts
 * import { place } from "@alch/blocks/region";
 * import type { DurableObjectNamespace, Request } from "@cloudflare/workers-types";
 *
 * export default {
 *   fetch: (request: Request, env: { ROOM: DurableObjectNamespace }) =>
 *     place(env.ROOM, "eu").getByName("lobby").fetch(request),
 * };
 * ```
 */
export function place<Id, Stub>(
  namespace: Namespace<Id, Stub>,
  region: Jurisdiction | ObjectHint,
): Placed<Id, Stub> {
  const isPromise = JURISDICTIONS.includes(region);
  const inside = isPromise ? namespace.jurisdiction(region as never) : namespace;
  const options = isPromise ? undefined : { locationHint: region as never };
  const get = (id: Id) => (options ? inside.get(id, options) : inside.get(id));
  return {
    idFromName: (name) => inside.idFromName(name),
    newUniqueId: () => inside.newUniqueId(),
    get,
    getByName: (name) => get(inside.idFromName(name)),
  };
}
