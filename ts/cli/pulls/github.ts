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

/** Up to so many are asked for one by one. */
const FEW = 5;

/**
 * What a run that has not ended can be, in the order in which it becomes that. They are asked for in this order: a run
 * that goes on meanwhile is seen later.
 */
const UNFINISHED = ["requested", "waiting", "pending", "queued", "in_progress"] as const;

/** A pull request, in a list or alone. */
interface Data {
  number?: unknown;
  state?: unknown;
  closed_at?: unknown;
  base?: { repo?: { id?: number; full_name?: string } | null } | null;
  head?: { sha?: unknown } | null;
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

  async read(number: number, runs = true): Promise<Pull> {
    const { octokit, owner, repo } = this.#client;
    try {
      const { data } = await octokit.rest.pulls.get({ owner, repo, pull_number: number });
      const pull = this.#stateOf(number, data);
      if (pull.state !== "closed" || !runs) return pull;
      return { ...pull, running: await this.#runs(commitOf(data)) };
    } catch (error) {
      const { status } = error as { status?: unknown };
      return { number, state: status === 404 ? "missing" : "unknown" };
    }
  }

  /** By lists of all pull requests and of all runs. What they do not have is asked for by itself. */
  async readAll(numbers: readonly number[]): Promise<Pull[]> {
    const known: Pull[] = [];
    const listed = numbers.length > FEW ? await this.#listed(numbers) : undefined;
    for (const number of numbers) known.push(listed?.get(number) ?? (await this.read(number)));
    return known;
  }

  /** A list that cannot be read says nothing of any of them. */
  async #listed(numbers: readonly number[]): Promise<Map<number, Pull>> {
    try {
      const found = await this.#pages(new Set(numbers));
      const running = await this.#running();
      return new Map(
        [...found].map(([number, data]) => [number, this.#among(running, number, data)]),
      );
    } catch {
      return new Map(numbers.map((number) => [number, { number, state: "unknown" }]));
    }
  }

  #among(running: ReadonlySet<unknown>, number: number, data: Data): Pull {
    const pull = this.#stateOf(number, data);
    if (pull.state !== "closed") return pull;
    const commit = data.head?.sha;
    if (typeof commit !== "string") return { number, state: "unknown" };
    return { ...pull, running: running.has(commit) };
  }

  /** The newest come first. It ends where more pages would cost more than to ask for each. */
  async #pages(wanted: ReadonlySet<number>): Promise<Map<number, Data>> {
    const { octokit, owner, repo } = this.#client;
    const found = new Map<number, Data>();
    let pages = 0;
    const how = { owner, repo, state: "all", per_page: 100 } as const;
    for await (const { data } of octokit.paginate.iterator(octokit.rest.pulls.list, how)) {
      for (const one of itemsOf(data)) {
        if (typeof one.number === "number" && wanted.has(one.number)) found.set(one.number, one);
      }
      pages += 1;
      if (found.size === wanted.size || pages >= wanted.size) break;
    }
    return found;
  }

  /** The commits of all runs that have not ended. */
  async #running(): Promise<Set<unknown>> {
    const { octokit, owner, repo } = this.#client;
    const commits = new Set<unknown>();
    for (const status of UNFINISHED) {
      const how = { owner, repo, status, per_page: 100 };
      const list = octokit.rest.actions.listWorkflowRunsForRepo;
      for await (const { data } of octokit.paginate.iterator(list, how)) {
        for (const run of itemsOf(data)) if (!this.#isOwn(run)) commits.add(run.head_sha);
      }
    }
    return commits;
  }

  #isOwn({ id }: { id?: unknown }): boolean {
    return `${id}` === this.#own.run;
  }

  /** What it says of its state; without whether something runs. */
  #stateOf(number: number, data: Data): Pull {
    if (data.number !== number) return { number, state: "unknown" };
    if (!this.#isHere(data.base?.repo ?? undefined)) return { number, state: "elsewhere" };
    if (data.state === "open") return { number, state: "open" };
    const closedAt = Date.parse(`${data.closed_at}`);
    if (data.state !== "closed" || Number.isNaN(closedAt)) return { number, state: "unknown" };
    return { number, state: "closed", closedAt };
  }

  #isHere(base: { id?: number; full_name?: string } | undefined): boolean {
    if (this.#own.id !== undefined) return `${base?.id}` === this.#own.id;
    return base?.full_name?.toLowerCase() === this.repository.toLowerCase();
  }

  /** Whether a workflow of this commit has not ended: it may be deploying. */
  async #runs(commit: string): Promise<boolean> {
    const { octokit, owner, repo } = this.#client;
    const { data } = await octokit.rest.actions.listWorkflowRunsForRepo({
      owner,
      repo,
      head_sha: commit,
      per_page: 100,
    });
    const others = data.workflow_runs.filter((run) => !this.#isOwn(run));
    return others.some(({ status }) => status !== "completed");
  }
}

function commitOf({ head }: Data): string {
  if (typeof head?.sha === "string" && head.sha !== "") return head.sha;
  throw new Error("the pull request has no commit");
}

/** @throws Error if an answer is no list: it must not count as an empty one. */
function itemsOf(data: unknown): (Data & { id?: unknown; head_sha?: unknown })[] {
  if (Array.isArray(data)) return data.filter((one) => typeof one === "object" && one !== null);
  throw new Error("GitHub did not answer with a list");
}
