/** What a sweep decides by. `stages` and `monitor` ask the same question, so they say the same. */

import { resolve } from "node:path";
import { Progress } from "../progress.ts";
import type { Pulls } from "../pulls/pulls.ts";
import { readNotes } from "../sweep/notes.ts";
import { type Account, declaredBy, type Here, question } from "./collect.ts";
import { type Decided, type Decision, decide, type Pull, type Question } from "./decide.ts";
import { type Ledger, withLedger } from "./ledger.ts";
import type { Rows } from "./origins.ts";

export interface SweepRules {
  pattern?: string | undefined;
  protect?: readonly string[] | undefined;
  /** How long nothing may have changed, in milliseconds. */
  grace: number;
  /** The folder with the marks of earlier runs. */
  metrics: string;
}

/** The question, with what it was made of. */
export interface Sweepable {
  asked: Question;
  /** Without what does not count any more. */
  ledger: Ledger;
  /** With those of the ledger. */
  rows: Rows;
}

/** The folder with the marks of a sweep, if `--metrics` names no other. */
export const METRICS = "metrics";

/**
 * @param stored The rows of stores, without those of the ledger.
 * @param here The programs in this checkout.
 * @throws Problem if the marks cannot be read.
 */
export async function sweepQuestion(
  stored: Rows,
  ledger: Ledger,
  account: Account,
  here: Here,
  { pattern = "", protect = [], grace, metrics }: SweepRules,
  folder: string,
): Promise<Sweepable> {
  const { marks } = await readNotes(resolve(folder, metrics));
  const { apps } = here;
  const current = ledger.current(stored, account);
  const rows = withLedger(stored, current);
  const declared = declaredBy(here, rows, protect);
  const asked = { ...question(rows, account), apps, declared, pattern, protect, grace, marks };
  return { asked, ledger: current, rows };
}

/** Decides with what is known of the pull requests of the stages that `wanted` takes. */
export async function decideWithPulls(
  asked: Question,
  pulls: Pulls | undefined,
  wanted: (decision: Decision) => boolean,
): Promise<Decided & { known: Pull[] }> {
  const first = decide(asked);
  if (pulls === undefined) return { ...first, known: [] };
  const numbers = first.decisions.filter(wanted).flatMap(({ pull }) => pull ?? []);
  using progress = new Progress();
  progress.step("asking about pull requests");
  const known = await pulls.readAll([...new Set(numbers)]);
  return { ...decide({ ...asked, pulls: known }), known };
}
