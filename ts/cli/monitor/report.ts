/** What the monitor says: the forms of its JSON, of the metrics file, and of what renderers get. */

import type { CostReport } from "../cost/report.ts";

export type Source = "state" | "account" | "source";

/** Who takes a physical name, as one collector sees it. */
export interface Claim {
  /** As the kind table of the core has it: `database`, `bucket`, …, `durable-object`, `worker`. */
  kind: string;
  name: string;
  /** `null` where the source does not tell, as the account never does. */
  app: string | null;
  stage: string | null;
  /** Alchemy's id, with the scopes around it: `api/db`. */
  id: string | null;
  source: Source;
  /** What tells equal names apart at Cloudflare: a bucket's jurisdiction where it is not default. */
  place?: string;
  /** Alchemy leaves the resource alone when the row goes. */
  retained?: boolean;
  /** Alchemy has begun to delete it. */
  deleting?: boolean;
  /** The version of Alchemy that wrote the row, where that is not 0.94. */
  version?: 2;
  /** The id of the account that has it, where a row says it. */
  account?: string;
  /** How many cron triggers a Worker has, by its row. */
  crons?: number;
  /**
   * What a program would name in a stage of which no state was read. Without a stage, `name` is the
   * base name, which can be of any.
   */
  possible?: boolean;
}

/** What hosts are called where kinds are named: they are none of the catalogue. */
export const HOST_KINDS: readonly string[] = ["domain", "route", "certificate"];
/** All of them, as what can be left out, or is unknown. */
export const HOST = "host";
/** What cron triggers are called. */
export const CRON = "cron";
/** What was used, as what is unknown. */
export const USAGE = "usage";

export const MONITOR_CODES = [
  "collision",
  "shared-class",
  "shared-host",
  "two-versions",
  "armed-stage",
  "ambiguous",
  "missing",
  "dead-route",
  "orphan",
  "unclaimed-host",
  "drift",
  "quota",
  "stale-certificate",
  "foreign",
] as const;
export type MonitorCode = (typeof MONITOR_CODES)[number];

export const SEVERITIES = ["error", "warning", "info"] as const;
export type Severity = (typeof SEVERITIES)[number];

export interface Claimant {
  app: string | null;
  stage: string | null;
  id: string | null;
  source: Source;
}

export interface MonitorFinding {
  code: MonitorCode;
  severity: Severity;
  kind: string;
  name: string;
  claims: readonly Claimant[];
  message: string;
  /** What to do; never empty. */
  help: string;
  /** The same as long as it is the same finding, whatever its numbers and words. */
  fingerprint: string;
}

/** What could not be read. Nothing is concluded from it being empty. */
export interface Unknown {
  source: Source;
  /** `null` where it is not about one kind. */
  kind: string | null;
  /** The jurisdiction, `""` for the default, where only that of several is unknown. */
  place?: string;
  code: string;
  message: string;
  help: string;
}

/** What is unknown, in a few words. */
export function subjectOf({ source, kind, place }: Unknown): string {
  if (kind === null) return source;
  if (place === "") return `${source}: ${kind} outside a jurisdiction`;
  return place === undefined ? `${source}: ${kind}` : `${source}: ${kind}:${place}`;
}

export interface Cell {
  stage: string;
  kind: string;
  resources: number;
  findings: number;
}

export interface Quota {
  kind: string;
  /** For a limit that each zone has. */
  zone?: string;
  used: number;
  limit: number;
}

export interface Summary {
  claims: number;
  /** How many different physical names are claimed. */
  names: number;
  stages: readonly string[];
  apps: readonly string[];
  /** Findings by code, by severity, by kind and by stage; only those that are there. */
  byCode: Readonly<Record<string, number>>;
  bySeverity: Readonly<Record<string, number>>;
  byKind: Readonly<Record<string, number>>;
  byStage: Readonly<Record<string, number>>;
  matrix: readonly Cell[];
  quotas: readonly Quota[];
}

/** One stage, as `stages --json` has it. */
export interface StageReport {
  app: string;
  stage: string;
  alchemy: "0.94" | "2";
  stores: readonly string[];
  /** Whether no store has it, only the ledger of the sweeps. Metrics of earlier versions do not say. */
  fromLedger?: boolean;
  pull: number | null;
  pullState: "open" | "closed" | "missing" | "unknown" | "elsewhere" | null;
  /** How many there are of each kind. */
  resources: Readonly<Record<string, number>>;
  /** The hostnames of its domains and the patterns of its routes. Metrics of earlier versions have none. */
  hosts?: readonly string[];
  /** ISO 8601, UTC. */
  changed: string | null;
  /** In bytes. */
  size: number | null;
  /** What a sweep would do with it. */
  verdict: "keep" | "stop" | "mark" | "sweep";
  code: string;
  why: string;
  help: string;
  hash: string;
}

/** The Cloudflare account that was looked at. */
export interface AccountReport {
  id: string;
  /** As the dashboard of Cloudflare shows it; `null` if the token may not read it. */
  name: string | null;
}

export interface MonitorReport {
  version: 1;
  /** Nothing if no account was looked at. Metrics of earlier versions have none. */
  account?: AccountReport;
  /** Errors first, then in the order of `MONITOR_CODES`, of kind and of name. */
  findings: readonly MonitorFinding[];
  unknown: readonly Unknown[];
  summary: Summary;
  /** In the order of app and stage. Metrics of earlier versions have none. */
  stages?: readonly StageReport[];
  /** Only if it was asked for. What is unknown of it is among all that is unknown. */
  cost?: Omit<CostReport, "version" | "unknown" | "resources">;
}

export interface Entry {
  /** ISO 8601, UTC. */
  at: string;
  findings: number;
  collisions: number;
  claims: number;
  byKind: Readonly<Record<string, number>>;
  byStage: Readonly<Record<string, number>>;
  /** In millionths of a dollar, for a month: the whole bill, and the part of each `app/stage`, `shared` and `unknown`. */
  cost?: { total: number; byOwner: Readonly<Record<string, number>> };
}

/** `metrics/collision-metrics.json` */
export interface Metrics {
  version: 1;
  updatedAt: string;
  current: MonitorReport;
  /** The part of all claimed names that collide, from 0 to 1. */
  collisionRate: number;
  /** How often the state of a stage was seen new or changed. */
  deploysSeen: number;
  /** The findings against those of the run before. */
  trend: "better" | "worse" | "same";
  /** Oldest first; bounded. */
  history: readonly Entry[];
  /** What tells the next run which stages were deployed since: a hash of each one's state. */
  deployed: Readonly<Record<string, string>>;
}
