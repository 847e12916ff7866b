/**
 * Merge requests on GitLab. One call is all that is asked, so the REST API is used without a client: a client
 * would be larger than the rest of the command line.
 */
import type { Pull } from "../stages/decide.ts";
import type { Pulls } from "./pulls.ts";

interface MergeRequest {
  iid?: unknown;
  project_id?: unknown;
  target_project_id?: unknown;
  state?: unknown;
  closed_at?: unknown;
  merged_at?: unknown;
  head_pipeline?: { status?: unknown } | null;
}

/** A pipeline in one of these deploys nothing any more. */
const ENDED = ["success", "failed", "canceled", "skipped", "manual"];
const DEADLINE_MS = 30_000;
const ATTEMPTS = 3;
/** In seconds. GitLab says itself how long to wait; a longer wait ends the run. */
const LONGEST_WAIT = 60;

export class GitLabPulls implements Pulls {
  readonly repository: string;

  /**
   * @param api Such as `https://gitlab.com/api/v4`.
   * @param project The id of the project, which stays when it is renamed.
   */
  constructor(
    readonly api: string,
    readonly project: string,
    readonly token: string,
  ) {
    this.repository = `project ${project}`;
  }

  async read(number: number): Promise<Pull> {
    try {
      const path = `projects/${encodeURIComponent(this.project)}/merge_requests/${number}`;
      const response = await this.#get(`${this.api}/${path}`);
      if (response.status === 404) return { number, state: "missing" };
      if (!response.ok) return { number, state: "unknown" };
      return this.#pull(number, (await response.json()) as MergeRequest);
    } catch {
      return { number, state: "unknown" };
    }
  }

  /** Its list does not tell whether a pipeline runs. */
  async readAll(numbers: readonly number[]): Promise<Pull[]> {
    const known: Pull[] = [];
    for (const number of numbers) known.push(await this.read(number));
    return known;
  }

  #pull(number: number, merge: MergeRequest): Pull {
    if (merge.iid !== number) return { number, state: "unknown" };
    if (`${merge.target_project_id ?? merge.project_id}` !== this.project) {
      return { number, state: "elsewhere" };
    }
    if (merge.state === "opened" || merge.state === "locked") return { number, state: "open" };
    const isEnded = merge.state === "closed" || merge.state === "merged";
    const closedAt = Date.parse(`${merge.merged_at ?? merge.closed_at}`);
    if (!isEnded || Number.isNaN(closedAt)) return { number, state: "unknown" };
    const { status } = merge.head_pipeline ?? {};
    const running = typeof status === "string" && !ENDED.includes(status);
    return { number, state: "closed", closedAt, running };
  }

  async #get(url: string): Promise<Response> {
    for (let attempt = 1; ; attempt++) {
      const response = await fetch(url, {
        headers: { "private-token": this.token },
        redirect: "error",
        signal: AbortSignal.timeout(DEADLINE_MS),
      });
      const isBusy = response.status === 429 || response.status >= 500;
      const wait = Number(response.headers.get("retry-after") ?? attempt);
      if (!isBusy || attempt === ATTEMPTS || !(wait >= 0 && wait <= LONGEST_WAIT)) return response;
      await new Promise((go) => setTimeout(go, wait * 1000));
    }
  }
}
