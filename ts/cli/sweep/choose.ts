/** Which of the stages that may go are swept in this run, and in which order. */
import { Problem } from "../problem.ts";
import type { Decision } from "../stages/decide.ts";
import { isSameStage, type StageKey } from "./notes.ts";

export interface Limits {
  /** How many stages there are, also those that nobody asks for. */
  all: number;
  /** How many stages one run sweeps at most. */
  stages: number;
  /** Which part of all stages one run may sweep, as a number up to 1. */
  share: number;
}

/**
 * The oldest first; those that the last run did not bring to an end come last, so that they do not keep others
 * from being swept.
 *
 * @throws Problem if too large a part of all stages would go: then something is wrong with the state or the
 *   pull requests. One stage may always go.
 */
export function choose(
  decisions: readonly Decision[],
  failed: readonly StageKey[],
  closedAt: ReadonlyMap<number, number>,
  limits: Limits,
): Decision[] {
  const wanted = decisions.filter(({ verdict }) => verdict === "sweep");
  const share = wanted.length / Math.max(limits.all, 1);
  if (wanted.length > 1 && share > limits.share) {
    const percent = (part: number) => `${Math.round(part * 100)} %`;
    throw new Problem(
      `the sweep would take ${wanted.length} of ${limits.all} stages, which is more than ${percent(limits.share)}`,
      "see that this is right with `npx @alch/blocks stages`, then give a larger `--max-share`",
      "share-exceeded",
    );
  }
  const hasFailed = (one: Decision) => failed.some((other) => isSameStage(one, other));
  const closed = ({ pull }: Decision) => (pull === null ? undefined : closedAt.get(pull)) ?? 0;
  const sorted = wanted.toSorted((one, other) => {
    return Number(hasFailed(one)) - Number(hasFailed(other)) || closed(one) - closed(other);
  });
  return sorted.slice(0, limits.stages);
}
