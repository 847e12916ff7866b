/** What a sweep decides by. `stages` and `monitor` ask the same question, so they say the same. */
import { resolve } from "node:path";
import type { Pulls } from "../pulls/pulls.ts";
import { readNotes } from "../sweep/notes.ts";
import { type Account, question } from "./collect.ts";
import { type Decision, decide, type Pull, type Question } from "./decide.ts";
import type { Rows } from "./origins.ts";

export interface SweepRules {
  pattern?: string | undefined;
  protect?: readonly string[] | undefined;
  /** How long nothing may have changed, in milliseconds. */
  grace: number;
  /** The folder with the marks of earlier runs. */
  metrics: string;
}

/** The folder with the marks of a sweep, if `--metrics` names no other. */
export const METRICS = "metrics";

/**
 * @param here The apps of the programs in this checkout.
 * @throws Problem if the marks cannot be read.
 */
export async function sweepQuestion(
  rows: Rows,
  account: Account,
  here: readonly string[],
  { pattern = "", protect = [], grace, metrics }: SweepRules,
  folder: string,
): Promise<Question> {
  const { marks } = await readNotes(resolve(folder, metrics));
  return { ...question(rows, account), apps: here, pattern, protect, grace, marks };
}

/** Decides with what is known of the pull requests of the stages that `wanted` takes. */
export async function decideWithPulls(
  asked: Question,
  pulls: Pulls | undefined,
  wanted: (decision: Decision) => boolean,
): Promise<{ decisions: Decision[]; known: Pull[] }> {
  const first = decide(asked);
  if (pulls === undefined) return { decisions: first, known: [] };
  const numbers = first.filter(wanted).flatMap(({ pull }) => pull ?? []);
  const known = await pulls.readAll([...new Set(numbers)]);
  return { decisions: decide({ ...asked, pulls: known }), known };
}
