/** The summary of a job, which GitHub shows on the page of the run. */
import { appendFile } from "node:fs/promises";
import { Problem, reasonOf } from "../problem.ts";

/**
 * Adds Markdown to the file that `GITHUB_STEP_SUMMARY` names, if it is set.
 *
 * @throws Problem if the file cannot be written.
 */
export async function addToSummary(
  markdown: () => string,
  { GITHUB_STEP_SUMMARY: file }: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  if (!file) return;
  try {
    await appendFile(file, markdown());
  } catch (error) {
    const message = `the summary of the job cannot be written: ${reasonOf(error)}`;
    throw new Problem(message, "see what `GITHUB_STEP_SUMMARY` names");
  }
}
