/** GitHub's API: the official client, with patience for its limits and its bad moments. */
import { setTimeout as sleep } from "node:timers/promises";
import { Octokit } from "@octokit/rest";
import { Problem } from "../problem.ts";
import { visible } from "../render/text.ts";

export interface Target {
  token: string;
  /** `owner/name` */
  repository: string;
  /** Where the API is; GitHub's own, if nothing else is said. */
  baseUrl?: string;
  /** How many milliseconds a second of waiting has. */
  second?: number;
  /** For how many milliseconds an answer is waited for. */
  deadline?: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The repository and the token, as GitHub's workflows set them.
 *
 * @param option What needs them, for the message.
 */
export function targetOf(env: Environment, option: string): Target {
  const { GITHUB_TOKEN, GITHUB_REPOSITORY, GITHUB_API_URL } = env;
  if (!GITHUB_REPOSITORY) {
    const help = "set `GITHUB_REPOSITORY` to `owner/name`; GitHub's workflows have it set";
    throw new Problem(`\`${option}\` needs to know the repository`, help);
  }
  return {
    token: GITHUB_TOKEN ?? "",
    repository: GITHUB_REPOSITORY,
    ...(GITHUB_API_URL ? { baseUrl: GITHUB_API_URL } : {}),
  };
}

export interface Client {
  octokit: Octokit;
  owner: string;
  repo: string;
}

/** How often a request is sent at most. */
const ATTEMPTS = 4;
/** A longer wait than this ends the run: the next run of the monitor tries again. */
const LONGEST_WAIT = 120;
/** GitHub asks for it where it says that a second limit is reached, but not until when. */
const SECONDARY_WAIT = 60;
/** For so long an answer is waited for, in milliseconds. */
const DEADLINE_MS = 30_000;
/** GitHub asks to let as many seconds pass between two changes. */
const BETWEEN_WRITES = 1;

/** @throws Problem where the repository is none. */
export function createClient(target: Target): Client {
  const { token, repository, baseUrl, second = 1000, deadline = DEADLINE_MS } = target;
  const [, owner, repo] = /^([\w.-]+)\/([\w.-]+)$/.exec(repository) ?? [];
  if (owner === undefined || repo === undefined) {
    const message = `\`${repository}\` is no repository of GitHub`;
    throw new Problem(message, "write it as `owner/name`, as `GITHUB_REPOSITORY` has it");
  }
  if (token === "") {
    const help = "set `GITHUB_TOKEN`; in a workflow it is `github.token`";
    throw new Problem("there is no token for GitHub", help);
  }
  const octokit = new Octokit({
    auth: token,
    ...(baseUrl === undefined ? {} : { baseUrl }),
    userAgent: "alch-blocks",
    // A server that says nothing must not hold a run for minutes.
    request: { fetch: withDeadline(deadline) },
    // It would write warnings of its own to the terminal.
    log: { debug() {}, info() {}, warn() {}, error() {} },
  });
  octokit.hook.wrap("request", async (request, options) => {
    for (let attempt = 1; ; attempt++) {
      try {
        const response = await request(options);
        if (options.method !== "GET") await sleep(BETWEEN_WRITES * second);
        return response;
      } catch (error) {
        const wait = attempt < ATTEMPTS ? waitAfter(error, attempt) : undefined;
        if (wait === undefined || wait > LONGEST_WAIT) throw error;
        await sleep(wait * second);
      }
    }
  });
  return { octokit, owner, repo };
}

function withDeadline(milliseconds: number) {
  return (url: string, init: RequestInit): Promise<Response> =>
    fetch(url, { ...init, signal: AbortSignal.timeout(milliseconds) });
}

interface Failure {
  status: number;
  message: string;
  headers: Readonly<Record<string, string | number | undefined>>;
}

function failureOf(error: unknown): Failure | undefined {
  const { status, message, response } = error as {
    status?: unknown;
    message?: unknown;
    response?: { headers?: Failure["headers"] };
  };
  if (typeof status !== "number") return undefined;
  return { status, message: String(message), headers: response?.headers ?? {} };
}

/** How many seconds to wait before it is tried again; nothing where that would not help. */
function waitAfter(error: unknown, attempt: number): number | undefined {
  const failure = failureOf(error);
  if (!failure) return undefined;
  const { status, message, headers } = failure;
  // A request that got no answer at all has 500, too.
  if (status >= 500) return attempt ** 2;
  if (status !== 403 && status !== 429) return undefined;
  const told = Number(headers["retry-after"]);
  if (headers["retry-after"] !== undefined && Number.isFinite(told)) return Math.max(told, 0);
  const reset = Number(headers["x-ratelimit-reset"]);
  if (`${headers["x-ratelimit-remaining"]}` === "0" && Number.isFinite(reset)) {
    return Math.max(Math.ceil(reset - Date.now() / 1000), 0) + 1;
  }
  if (/secondary rate|abuse/i.test(message)) return SECONDARY_WAIT;
  return status === 429 ? SECONDARY_WAIT : undefined;
}

/** Whether every other request would fail in the same way. */
export function isFinal(error: unknown): boolean {
  if (error instanceof Problem) return true;
  const status = failureOf(error)?.status;
  return status !== 404 && status !== 410 && status !== 422;
}

/** What the client is used for, in the words of messages. */
export interface Purpose {
  /** Such as `the issues`. */
  what: string;
  /** The permission that a workflow's job needs, such as `issues: write`. */
  permission: string;
  /** What happens to the rest after too many requests. */
  later: string;
}

/** Says in words what went wrong; the token is not among them, whatever the answer was. */
export function problemOf(
  error: unknown,
  { token, repository }: Target,
  { what, permission, later }: Purpose,
): Problem {
  if (error instanceof Problem) return error;
  const failure = failureOf(error);
  const text = (failure?.message ?? String((error as Error).message)).split(token).join("***");
  const answer = visible(text.split("\n")[0] ?? "").slice(0, 200);
  const of = `${what} of \`${repository}\``;
  const status = failure?.status ?? 0;
  const limited = failure !== undefined && waitAfter(error, 1) !== undefined;
  if (limited && status < 500) {
    return new Problem(`GitHub lets no more requests through to ${of}: ${answer}`, later);
  }
  return new Problem(
    `GitHub refuses access to ${of} (${status || "no answer"}): ${answer}`,
    way(status, permission),
  );
}

function way(status: number, permission: string): string {
  if (status === 401) return "`GITHUB_TOKEN` is not valid, or has expired: give another one";
  if (status === 403) return `give the job, or the token, \`permissions: ${permission}\``;
  if (status === 404) return "see whether the repository exists, and whether the token may read it";
  if (status === 410) return "turn issues on in the settings of the repository";
  return "run it again later";
}
