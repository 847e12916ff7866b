/** One resource in each of some regions. */
import type { Region } from "./options.ts";

/** What `perRegion` takes: what each region says for itself is left out. */
type Common<Options> = Omit<
  Options,
  "region" | "jurisdiction" | "primaryLocationHint" | "locationHint" | "name" | "pin"
>;

/** A block of databases or buckets. */
type RegionalBlock<Options, Made> = (id: string, options?: Options) => Promise<Made>;

/** One resource in each region. */
export interface PerRegion<Regions extends Region, Made> {
  /** Each resource, by its region. */
  readonly in: Readonly<Record<Regions, Made>>;
  /** The bindings of a Worker: `bindings("DB")` has `DB_EU` and `DB_ENAM`. */
  bindings<Prefix extends string>(prefix: Prefix): Record<BindingName<Prefix, Regions>, Made>;
}

/** `DB_EU`, `DB_FEDRAMP_HIGH`. */
type BindingName<Prefix extends string, Regions extends Region> = {
  [R in Regions]: R extends "fedramp-high" ? `${Prefix}_FEDRAMP_HIGH` : `${Prefix}_${Uppercase<R>}`;
}[Regions];

/**
 * Makes one database or bucket in each region. The region is part of each id: `shop-db` in `eu` is
 * `shop-db-eu`, and `shop-db-eu-prod` in `prod`. A region that you drop later is refused as any dropped
 * resource is, until you write `release: ["shop-db-eu"]`.
 *
 * @throws BlockError whatever the block throws, such as `region-invalid`.
 *
 * @example
 * ```ts
 * import { Database, perRegion } from "@alch/blocks";
 * import { Worker } from "alchemy/cloudflare";
 *
 * const db = await perRegion(Database, "shop-db", ["eu", "enam"], { migrationsDir: "./migrations" });
 * await Worker("api", { entrypoint: "./src/api.ts", bindings: { ...db.bindings("DB") } });
 * ```
 */
export async function perRegion<Options extends object, Made, const Regions extends Region>(
  block: RegionalBlock<Options, Made>,
  id: string,
  regions: readonly Regions[],
  options: Common<Options> = {} as Common<Options>,
): Promise<PerRegion<Regions, Made>> {
  // One after the other, as programs do.
  const made: [Regions, Made][] = [];
  for (const region of regions) {
    const regional = { ...options, region } as unknown as Options;
    made.push([region, await block(`${id}-${region}`, regional)]);
  }
  return byRegion(made);
}

/** What was made in each region, with the bindings of a Worker. */
export function byRegion<Regions extends Region, Made>(
  made: readonly [Regions, Made][],
): PerRegion<Regions, Made> {
  return {
    in: Object.fromEntries(made) as Record<Regions, Made>,
    bindings: (prefix) => {
      const named = made.map(([region, one]) => [bindingName(prefix, region), one]);
      return Object.fromEntries(named) as Record<BindingName<typeof prefix, Regions>, Made>;
    },
  };
}

function bindingName(prefix: string, region: string): string {
  return `${prefix}_${region.replaceAll("-", "_").toUpperCase()}`;
}
