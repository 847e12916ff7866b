/** What `--evaluate` tells of a program, for the analyser. */
import type { Program } from "../analyse/program.ts";
import type { LinkOptions } from "../analyse/report.ts";
import { Problem } from "../problem.ts";
import { secondsOf } from "./command.ts";

interface Options {
  evaluate?: true | undefined;
  timeout?: string | undefined;
}

/** Runs the program in `stages`, if that was asked for. */
export async function evaluated(
  program: Program,
  stages: readonly string[],
  { evaluate, timeout }: Options,
): Promise<Pick<LinkOptions, "evaluated">> {
  const deadline = secondsOf(timeout);
  if (evaluate) {
    // Whoever does not ask for it need not wait for what starts programs.
    const { evaluateAll } = await import("../evaluate/programs.ts");
    return { evaluated: await evaluateAll(program, stages, deadline) };
  }
  if (timeout === undefined) return {};
  throw new Problem("`--timeout` is about `--evaluate`, which is not given", "leave it out");
}

/** The stages that are tried where nobody says which there are, as the analyser has them. */
const USUAL = ["dev", "preview", "staging", "prod", "production", "pr-1"];

/** The stages that `check` compares: with one alone, no two can share a name. */
export function comparedStages(
  given: readonly string[],
  stored: LinkOptions["stored"] = [],
): readonly string[] {
  const known = new Set([...given, ...(given.length > 0 ? [] : stored.map(({ stage }) => stage))]);
  return known.size > 1 ? [...known] : [...new Set([...known, ...USUAL])];
}
