/** Keeps a tear-down from going on when the pull request is no longer closed. */
import { neededPulls } from "../pulls/pulls.ts";

/** An answer is used for so long: GitHub allows 1,000 calls an hour. */
const FRESH_MS = 5000;

/**
 * Asks before each deletion. The tear-down stops unless the answer is that the pull request is closed.
 *
 * @param idle Whether none of its workflows may run either.
 * @throws Problem if nothing says where the pull requests are.
 */
export function whileClosed(
  number: number,
  idle: boolean,
  repository: string | undefined,
): () => Promise<string | undefined> {
  const pulls = neededPulls(process.env, repository);
  let last: string | undefined;
  let asked = Number.NEGATIVE_INFINITY;
  return async () => {
    if (Date.now() - asked < FRESH_MS) return last;
    const { state, running = false } = await pulls.read(number, idle);
    asked = Date.now();
    if (state !== "closed") last = `pull request ${number} is not known to be closed: ${state}`;
    else last = idle && running ? `a workflow of pull request ${number} runs` : undefined;
    return last;
  };
}
