/** What a run tells GitHub when it is one of its workflows that runs it. */
import { appendFile } from "node:fs/promises";
import { Problem, reasonOf } from "../../problem.ts";
import type { MonitorReport } from "../report.ts";
import { annotations } from "./commands.ts";
import { jobSummary } from "./summary.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Adds to the summary of the job, where there is one.
 *
 * @returns The commands to print, which GitHub shows as annotations: none outside of its workflows.
 */
export async function tellGitHub(report: MonitorReport, env: Environment): Promise<string> {
  const { GITHUB_STEP_SUMMARY: file, GITHUB_ACTIONS } = env;
  if (file) await append(file, jobSummary(report));
  return GITHUB_ACTIONS === "true" ? annotations(report) : "";
}

async function append(file: string, text: string): Promise<void> {
  try {
    await appendFile(file, text);
  } catch (error) {
    const message = `the summary of the job cannot be written: ${reasonOf(error)}`;
    throw new Problem(message, "see what `GITHUB_STEP_SUMMARY` names");
  }
}
