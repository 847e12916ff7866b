/** The pull requests of stages, by their numbers. */
import { createClient, type Target } from "../github/client.ts";
import type { Pull } from "./decide.ts";

/** Asks for one pull request after the other: what is not known counts as not closed. */
export async function readPulls(
  numbers: readonly number[],
  target: Target,
  repositoryId: string | undefined,
): Promise<Pull[]> {
  const client = createClient(target);
  const pulls: Pull[] = [];
  for (const number of numbers) pulls.push(await readPull(client, number, repositoryId));
  return pulls;
}

/**
 * One pull request.
 *
 * @param repositoryId What GitHub says the repository's id is: a renamed one redirects, and another may have
 *   taken its name.
 */
export async function readPull(
  { octokit, owner, repo }: ReturnType<typeof createClient>,
  number: number,
  repositoryId: string | undefined,
): Promise<Pull> {
  try {
    const { data } = await octokit.rest.pulls.get({ owner, repo, pull_number: number });
    if (data.number !== number) return { number, state: "unknown" };
    const base = data.base?.repo;
    const isHere =
      repositoryId === undefined
        ? base?.full_name?.toLowerCase() === `${owner}/${repo}`.toLowerCase()
        : `${base?.id}` === repositoryId;
    if (!isHere) return { number, state: "elsewhere" };
    if (data.state === "open") return { number, state: "open" };
    const closedAt = Date.parse(data.closed_at ?? "");
    if (data.state !== "closed" || Number.isNaN(closedAt)) return { number, state: "unknown" };
    return { number, state: "closed", closedAt };
  } catch (error) {
    const { status } = error as { status?: unknown };
    return { number, state: status === 404 ? "missing" : "unknown" };
  }
}

/** Where the pull requests are, if the environment says it. */
export function pullsOf(env: Readonly<Record<string, string | undefined>>): Target | undefined {
  const { GITHUB_TOKEN: token, GITHUB_REPOSITORY: repository, GITHUB_API_URL: baseUrl } = env;
  if (!token || !repository) return undefined;
  return { token, repository, ...(baseUrl ? { baseUrl } : {}) };
}
