/** Pull requests on GitHub. */
import { type Client, createClient, type Target } from "../github/client.ts";
import type { Pull } from "../stages/decide.ts";
import type { Pulls } from "./pulls.ts";

export interface Own {
  /**
   * The id of the repository, which stays when it is renamed. Another repository may have its name by now.
   */
  id?: string | undefined;
  /** The id of the run that asks, which is not counted as a deploy. */
  run?: string | undefined;
}

export class GitHubPulls implements Pulls {
  readonly repository: string;
  readonly #client: Client;
  readonly #own: Own;

  /** @throws Problem if the target names no repository. */
  constructor(target: Target, own: Own) {
    this.repository = target.repository;
    this.#client = createClient(target);
    this.#own = own;
  }

  async read(number: number): Promise<Pull> {
    const { octokit, owner, repo } = this.#client;
    try {
      const { data } = await octokit.rest.pulls.get({ owner, repo, pull_number: number });
      if (data.number !== number) return { number, state: "unknown" };
      if (!this.#isHere(data.base?.repo)) return { number, state: "elsewhere" };
      if (data.state === "open") return { number, state: "open" };
      const closedAt = Date.parse(data.closed_at ?? "");
      if (data.state !== "closed" || Number.isNaN(closedAt)) return { number, state: "unknown" };
      return { number, state: "closed", closedAt, running: await this.#runs(data.head?.sha) };
    } catch (error) {
      const { status } = error as { status?: unknown };
      return { number, state: status === 404 ? "missing" : "unknown" };
    }
  }

  #isHere(base: { id?: number; full_name?: string } | undefined): boolean {
    if (this.#own.id !== undefined) return `${base?.id}` === this.#own.id;
    return base?.full_name?.toLowerCase() === this.repository.toLowerCase();
  }

  /** Whether a workflow of this commit has not ended: it may be deploying. */
  async #runs(commit: string | undefined): Promise<boolean> {
    const { octokit, owner, repo } = this.#client;
    if (!commit) throw new Error("the pull request has no commit");
    const { data } = await octokit.rest.actions.listWorkflowRunsForRepo({
      owner,
      repo,
      head_sha: commit,
      per_page: 100,
    });
    const others = data.workflow_runs.filter(({ id }) => `${id}` !== this.#own.run);
    return others.some(({ status }) => status !== "completed");
  }
}
