/** Hands claims to the judge, in portions. */
import type { Judge } from "#cli";
import { ask } from "../module.ts";
import type { Hosts } from "./hosts.ts";
import type { Claim, MonitorFinding, Source, Summary } from "./report.ts";

export interface JudgeOptions {
  /** Which sources were asked. */
  asked: readonly Source[];
  /** What they could not say; all kinds where `kind` is `null`, all places without one. */
  unknown: readonly { source: Source; kind: string | null; place?: string }[];
  /** Stages that are known otherwise than by claims. */
  stages: readonly string[];
  /** The stages that have a row of their own in the scope of their app. */
  armed: readonly { app: string; stage: string }[];
  /** The apps that have programs here, and no state. */
  unread: readonly string[];
  undecided: readonly Undecided[];
  /** Whether some programs of the workspace were left out. */
  partial: boolean;
  hosts: Hosts;
  /** The Workers of the states that have cron triggers. */
  crons: readonly { script: string; used: number }[];
  plan: "free" | "paid";
}

/** A kind of which an app has a name that cannot be told: it may be any. */
export interface Undecided {
  app: string;
  kind: string;
}

export interface Verdict {
  findings: MonitorFinding[];
  summary: Summary;
  /** Apps without a state that can be deployed in this account. */
  unread: string[];
}

/** How many claims cross at once: enough to cross seldom, few enough to take no memory. */
const PORTION = 5000;

const encoder = new TextEncoder();

/** What is to be said about `claims`. */
export function judge(claims: readonly Claim[], options: JudgeOptions): Verdict {
  const text = ask(({ Judge }) =>
    fed(new Judge(), claims, (judge) => judge.judge(JSON.stringify(options))),
  );
  return JSON.parse(text) as Verdict;
}

/** Asks `judge` something once it has all `claims`, and lets go of it. */
export function fed(
  judge: Judge,
  claims: readonly Claim[],
  question: (judge: Judge) => string,
): string {
  try {
    for (let at = 0; at < claims.length; at += PORTION) {
      judge.add(encoder.encode(lines(claims, at, at + PORTION)));
    }
    return question(judge);
  } finally {
    judge.free();
  }
}

function lines(claims: readonly Claim[], from: number, to: number): string {
  let text = "";
  for (let at = from; at < to; at++) {
    const claim = claims[at];
    if (claim === undefined) break;
    const { kind, name, app, stage, id, source, place } = claim;
    const owner = `${field(app)}\t${field(stage)}\t${field(id)}`;
    text += `${kind}\t${field(name)}\t${owner}\t${source}\t${field(place)}\t${flagsOf(claim)}\n`;
  }
  return text;
}

function flagsOf({ retained, deleting, possible, version }: Claim): string {
  return `${retained ? "r" : ""}${deleting ? "d" : ""}${possible ? "p" : ""}${version ?? ""}`;
}

const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n" };

const DIVIDES = /[\\\t\n]/;

/** A text without what divides fields and lines. */
function field(text: string | null | undefined): string {
  if (!text) return "";
  return DIVIDES.test(text) ? text.replace(/[\\\t\n]/g, (one) => ESCAPES[one] ?? one) : text;
}
