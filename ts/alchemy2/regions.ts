/** One resource in each of some regions. */
import type * as Cloudflare from "alchemy/Cloudflare";
import type { Region } from "../options.ts";
import { byRegion, type PerRegion } from "../regions.ts";
import type { Blocks, BucketOptions, DatabaseOptions, Made } from "./blocks.ts";

/** What each region says for itself is left out. */
type Common<Options> = Omit<
  Options,
  "region" | "jurisdiction" | "primaryLocationHint" | "locationHint" | "name" | "pin"
>;

type RegionalBlock = (id: string, options: object) => unknown;

/**
 * Makes one database in each region. The region is part of each id: `shop-db` in `eu` is `shop-db-eu`, and
 * `shop-db-eu-prod` in `prod`. A region that you drop later is refused as any dropped resource is, until
 * you let it go with `release` of `guarded`.
 *
 * @example
 * ```ts
 * import { Database, perRegion, Worker } from "@alch/blocks/v2";
 *
 * const db = perRegion(Database, "shop-db", ["eu", "enam"], { migrations: "./migrations" });
 * const api = Worker("api", { main: "./src/api.ts", env: { ...db.bindings("DB") } });
 * ```
 */
export function perRegion<const Regions extends Region>(
  block: Blocks["Database"],
  id: string,
  regions: readonly Regions[],
  options?: Common<DatabaseOptions>,
): PerRegion<Regions, Made<Cloudflare.D1.Database>>;
/** The same for a bucket. */
export function perRegion<const Regions extends Region>(
  block: Blocks["Bucket"],
  id: string,
  regions: readonly Regions[],
  options?: Common<BucketOptions>,
): PerRegion<Regions, Made<Cloudflare.R2.Bucket>>;
export function perRegion<const Regions extends Region>(
  block: RegionalBlock,
  id: string,
  regions: readonly Regions[],
  options: object = {},
): PerRegion<Regions, unknown> {
  return byRegion(
    regions.map((region) => [region, block(`${id}-${region}`, { ...options, region })]),
  );
}
