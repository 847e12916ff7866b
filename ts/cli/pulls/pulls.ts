/** Pull requests of GitHub and merge requests of GitLab, as far as a sweep goes by them. */
import { Problem } from "../problem.ts";
import type { Pull } from "../stages/decide.ts";
import { GitHubPulls } from "./github.ts";
import { GitLabPulls } from "./gitlab.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Where pull requests are asked for. */
export interface Pulls {
  /** The repository, as messages call it. */
  readonly repository: string;
  /**
   * What is known of one pull request. It asks each time, and throws nothing: what cannot be asked is `unknown`.
   *
   * @param runs Whether to ask what runs of a closed one, too.
   */
  read(number: number, runs?: boolean): Promise<Pull>;
  /** The same of several, with as few calls as it takes. The answers may be a little older. */
  readAll(numbers: readonly number[]): Promise<Pull[]>;
}

/**
 * Where the environment says that pull requests are. Nothing if it names neither GitHub nor GitLab.
 *
 * @param repository In the place of `GITHUB_REPOSITORY`, as `owner/name`.
 */
export function pullsOf(env: Environment, repository?: string): Pulls | undefined {
  const { GITHUB_TOKEN, GITHUB_REPOSITORY, GITLAB_TOKEN, CI_API_V4_URL, CI_PROJECT_ID } = env;
  const named = repository ?? GITHUB_REPOSITORY;
  if (GITHUB_TOKEN && named) {
    // The id is that of the repository that the workflow runs in.
    const id = named === GITHUB_REPOSITORY ? env.GITHUB_REPOSITORY_ID : undefined;
    const { GITHUB_API_URL: baseUrl, GITHUB_RUN_ID: run } = env;
    const target = { token: GITHUB_TOKEN, repository: named, ...(baseUrl ? { baseUrl } : {}) };
    return new GitHubPulls(target, { id, run });
  }
  if (GITLAB_TOKEN && CI_API_V4_URL && CI_PROJECT_ID) {
    return new GitLabPulls(CI_API_V4_URL, CI_PROJECT_ID, GITLAB_TOKEN);
  }
  return undefined;
}

/** @throws Problem as {@link pullsOf} gives nothing. */
export function neededPulls(env: Environment, repository?: string): Pulls {
  const pulls = pullsOf(env, repository);
  if (pulls) return pulls;
  throw new Problem(
    "nothing says where the pull requests are",
    "set `GITHUB_TOKEN` and `GITHUB_REPOSITORY`, or on GitLab `GITLAB_TOKEN`, a token with `read_api`",
  );
}
