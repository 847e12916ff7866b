/** What a run tells GitHub when it is one of its workflows that runs it. */
import { addToSummary } from "../../github/summary.ts";
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
  await addToSummary(() => jobSummary(report), env);
  return env.GITHUB_ACTIONS === "true" ? annotations(report) : "";
}
