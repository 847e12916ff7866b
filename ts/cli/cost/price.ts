/** Asks what usage costs: `monitor/src/cost/` decides. */
import { ask } from "../module.ts";
import { fed } from "../monitor/judge.ts";
import type { Claim } from "../monitor/report.ts";
import type { Cost } from "./report.ts";

/** A dataset of Cloudflare's analytics: see `monitor/src/cost/meters.rs`. */
export interface Dataset {
  name: string;
  kind: string;
  /** The dimension that tells the resource. */
  key: string;
  /** The dimension that tells what was done; empty where there is none. */
  by: string;
  fold: "sum" | "max" | "count";
  fields: readonly string[];
}

/** One row of a dataset. */
export interface UsageRow {
  dataset: string;
  key: string;
  by: string;
  day: string;
  values: readonly number[];
}

export interface Usage {
  plan: "free" | "paid";
  days: readonly string[];
  rows: readonly UsageRow[];
  /** The datasets that could not be read, or not whole. */
  unread: readonly string[];
  /** The names of what the analytics know by an id. */
  known: readonly { kind: string; id: string; name: string }[];
}

export function datasets(): Dataset[] {
  return JSON.parse(ask((module) => module.usageDatasets())) as Dataset[];
}

/** What `usage` costs those who have claimed its resources. */
export function price(claims: readonly Claim[], usage: Usage): Cost {
  const text = ask(({ Judge }) =>
    fed(new Judge(), claims, (judge) => judge.cost(JSON.stringify(usage))),
  );
  const { cost, error } = JSON.parse(text) as { cost?: Cost | null; error?: string };
  if (cost) return cost;
  throw new Error(`the usage cannot be priced: ${error ?? "there is no price list"}`);
}
