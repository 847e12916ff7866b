/** Asks which stages can go: `monitor/src/stages/` decides. */
import type { DeclaredName } from "../analyse/program.ts";
import { ask } from "../module.ts";
import { Problem } from "../problem.ts";

/** One row of a state, as far as the decision goes by it. */
export interface StageRow {
  app: string;
  /** Empty for what is at the root of the app, which all stages share. */
  stage: string;
  scope: readonly string[];
  id: string;
  store: string;
  version: "0.94" | "2";
  resource: string;
  status: string;
  name: string;
  identity: string;
  place: string;
  /** The id of the zone of a domain or a route. */
  zone: string;
  deployed: boolean;
  retained: boolean;
  /** Whether it may have been there before the stage. */
  adopted: boolean;
  elsewhere: boolean;
  /** What an interrupted replacement has left, which has no row of its own. */
  pending: boolean;
  account?: string | undefined;
  owner?: { app: string; stage: string } | undefined;
  workflows: readonly string[];
  /** What it uses, as `kind:identity`. */
  uses: readonly string[];
  /** In milliseconds since 1970. */
  changed?: number | undefined;
  hash: string;
  /** Where no store has the row any more: when a run has seen it, and when its resource was made. */
  seen?: { at: number; created?: number | undefined } | undefined;
}

export interface ListedResource {
  kind: string;
  name: string;
  id: string;
  place: string;
  script?: string | undefined;
  created?: number | undefined;
  changed?: number | undefined;
  /** In bytes. */
  size?: number | undefined;
}

/** A domain or a route in the account. */
export interface Attached {
  id: string;
  script?: string | undefined;
}

/** Who has the domains and routes of the account. What is not there was not listed. */
export interface Hosts {
  domains?: readonly Attached[] | undefined;
  /** By the id of their zone. */
  routes: Readonly<Record<string, readonly Attached[]>>;
  /** Why lists could not be read. */
  unread: readonly string[];
}

export type PullState = "open" | "closed" | "missing" | "unknown" | "elsewhere";

export interface Pull {
  number: number;
  state: PullState;
  closedAt?: number | undefined;
  running?: boolean;
}

export interface Mark {
  app: string;
  stage: string;
  hash: string;
  closedAt: number | null;
}

/** A part of the state or of the account that could not be read, and what to do about it. */
export interface Unread {
  code: string;
  message: string;
  help: string;
}

/** Everything that is known when it is decided: see `monitor/src/stages/question.rs`. */
export interface Question {
  askedBy: "sweep" | "person";
  pattern: string;
  protect: readonly string[];
  account?: string | undefined;
  apps: readonly string[];
  now?: number | undefined;
  grace: number;
  unfinished: boolean;
  gone: boolean;
  proven: readonly string[];
  /** Whether somebody says that the state is lost. */
  stateLost: boolean;
  /** What the programs here declare in stages that there are. */
  declared: readonly DeclaredName[];
  rows: readonly StageRow[];
  stageRows: readonly { app: string; stage: string; obscure: boolean }[];
  /** Nothing if the account was not asked. */
  listed?: readonly ListedResource[] | undefined;
  hosts: Hosts;
  unread: readonly Unread[];
  pulls: readonly Pull[];
  marks: readonly Mark[];
}

export interface Step {
  /** The place of the row in the question. */
  row: number;
  action: "delete" | "workflow" | "drop" | "keep";
  name: string;
  resource: string;
  why: string;
}

export interface Decision {
  app: string;
  stage: string;
  version: "0.94" | "2";
  stores: string[];
  /** Whether no store has it, and what is known of it comes from the ledger. */
  fromLedger: boolean;
  /** Whether the ledger may note its rows. */
  noted: boolean;
  pull: number | null;
  pullState: PullState | null;
  verdict: "keep" | "stop" | "mark" | "sweep";
  code: string;
  why: string;
  help: string;
  resources: Record<string, number>;
  /** The hostnames of its domains and the patterns of its routes. */
  hosts: string[];
  changed: number | null;
  /** In bytes, of what the account lists a size. */
  size: number | null;
  hash: string;
  steps: Step[];
}

/** Something in the account that is called after a preview, and that no state and no ledger has. */
export interface Leftover {
  kind: string;
  name: string;
  id: string;
  place: string;
  stage: string;
  pull: number;
  pullState: PullState | null;
}

export interface Decided {
  /** In the order of app and stage. */
  decisions: Decision[];
  /** For a person. */
  leftovers: Leftover[];
}

/**
 * What is to become of each stage.
 *
 * @throws Problem if the pattern has no `{number}`.
 */
export function decide(question: Question): Decided {
  const text = ask((module) => module.decideStages(JSON.stringify(question)));
  const {
    decisions,
    leftovers = [],
    error = "",
  } = JSON.parse(text) as Partial<Decided> & { error?: string };
  if (decisions) return { decisions, leftovers };
  throw new Problem(error, "write the pattern as `pr-{number}`");
}
