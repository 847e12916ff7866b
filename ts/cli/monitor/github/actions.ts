/** What a run tells GitHub when it is one of its workflows that runs it. */
import { appendFile } from "node:fs/promises";
import { Problem, reasonOf } from "../../problem.ts";
import type { MonitorReport } from "../report.ts";
import type { Target } from "./client.ts";
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

/** Where the issues are, as GitHub's workflows say it and as it can be said anywhere else. */
export function targetOf(env: Environment): Target {
  const { GITHUB_TOKEN, GITHUB_REPOSITORY, GITHUB_API_URL } = env;
  if (!GITHUB_REPOSITORY) {
    const help = "set `GITHUB_REPOSITORY` to `owner/name`; GitHub's workflows have it set";
    throw new Problem("`--github-issue` needs to know the repository", help);
  }
  return {
    token: GITHUB_TOKEN ?? "",
    repository: GITHUB_REPOSITORY,
    ...(GITHUB_API_URL ? { baseUrl: GITHUB_API_URL } : {}),
  };
}
