/** What `cost` says: the form of its JSON, and of what renderers get. Rust makes most of it: `monitor/src/cost/`. */
import type { Kind } from "../../kinds.ts";
import type { Unknown } from "../monitor/report.ts";

/** Whole millionths of a dollar, for a month of 30 days: so the parts add up to the bill. */
export type Amount = number;

export interface CostClaimant {
  app: string;
  /** `null` for what all stages of the app share. */
  stage: string | null;
}

export type OwnerKind = "stage" | "shared" | "unknown";

export interface KindCost {
  kind: Kind;
  resources: number;
  cost: Amount;
  list: Amount;
  /** From 0 to 1. */
  share: number;
}

export interface OwnerCost {
  owner: OwnerKind;
  claimants: readonly CostClaimant[];
  cost: Amount;
  list: Amount;
  /** From 0 to 1. */
  share: number;
  kinds: readonly KindCost[];
}

export interface ResourceCost {
  kind: Kind;
  name: string;
  place: string;
  owner: OwnerKind;
  claimants: readonly CostClaimant[];
  cost: Amount;
  list: Amount;
  usage: Readonly<Record<string, number>>;
}

export interface MeterCost {
  id: string;
  kind: Kind;
  title: string;
  unit: string;
  /** Whether its usage could be read. */
  read: boolean;
  usage: number;
  included: number;
  cost: Amount;
  list: Amount;
  /** A limit of the free plan. */
  limit: { day: number; most: number } | null;
}

/** As Rust works it out. */
export interface Cost {
  plan: "free" | "paid";
  /** Days, such as `2026-10-31`. */
  from: string;
  to: string;
  days: number;
  /** The month of Cloudflare's pages that the prices come from, such as `2026-10`. */
  prices: string;
  total: Amount;
  subscription: Amount;
  /** What the usage would cost if nothing were included. */
  list: Amount;
  shareOf: "bill" | "list";
  owners: readonly OwnerCost[];
  resources: readonly ResourceCost[];
  meters: readonly MeterCost[];
  /** What Cloudflare bills and has no analytics for. */
  unmeasured: readonly { id: string; kind: Kind; title: string }[];
}

/** How it is known which plan the account has. */
export type PlanFrom = "given" | "account" | "assumed";

/** As `schemas/cost.json` says. */
export interface CostReport extends Cost {
  version: 1;
  planFrom: PlanFrom;
  unknown: readonly Unknown[];
}
