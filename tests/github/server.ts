/**
 * A stand-in for the part of GitHub's API that has to do with issues, as strict as GitHub: a route,
 * a field or a header that it does not know is refused, and kept as a fault of the caller.
 */

export interface Comment {
  id: number;
  issue: number;
  body: string;
  user: { id: number; login: string; type: "Bot" | "User" };
  author_association: "NONE" | "MEMBER";
}

export interface StoredIssue {
  number: number;
  title: string;
  body: string;
  state: "open" | "closed";
  state_reason: string | null;
  labels: { name: string }[];
  user: { id: number; login: string };
  pull_request?: object;
}

/** A pull request, as far as the stand-in tells of it. */
export interface Pull {
  state: "open" | "closed";
  closed_at: string | null;
  /** The id of the repository that it goes into. */
  repository?: number;
  /** How its latest run of a workflow ends. */
  run?: "in_progress" | "completed";
}

/** What is to go wrong. */
export interface Fault {
  method: string;
  /** Matches the path behind the repository. */
  path: RegExp;
  /** For so many requests. */
  times: number;
  status: number;
  headers?: Record<string, string>;
  message?: string;
  /** Whether it happens after the request was carried out. */
  late?: boolean;
  /** In the place of a refusal. */
  kind?: FaultKind;
}

/** The connection is cut, the body is no JSON, it is JSON of another shape, or there never is an answer. */
export type FaultKind = "cut" | "malformed" | "odd" | "silent";

export const TOKEN = "ghs_0123456789abcdefghijklmnopqrstuvwxyz";
export const REPOSITORY_ID = 4711;
const shaOf = (number: number) => String(number).padStart(40, "0");
const BOT = { id: 41898282, login: "github-actions[bot]", type: "Bot" } as const;
export const STRANGER = { id: 666, login: "stranger", type: "User" } as const;

const FIELDS: Record<string, readonly string[]> = {
  "POST issues": ["title", "body", "labels"],
  "PATCH issue": ["title", "body", "state", "state_reason"],
  "POST comments": ["body"],
  "PATCH comment": ["body"],
  "POST labels": ["name", "color", "description"],
};
const REASONS = ["completed", "not_planned", "duplicate", "reopened", null];

class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
  }
}

export class GitHub implements AsyncDisposable {
  readonly issues: StoredIssue[] = [];
  readonly comments: Comment[] = [];
  readonly pulls = new Map<number, Pull>();
  readonly labels: string[] = ["bug"];
  readonly faults: Fault[] = [];
  /** Requests as `METHOD path`, without the repository. */
  readonly requests: string[] = [];
  /** What the caller did that GitHub would not know. */
  readonly misuse: string[] = [];
  /** Whether labels are dropped, as for tokens that may not set them. */
  dropsLabels = false;
  /** Is awaited before a request is carried out. */
  before: (request: string) => Promise<void> = () => Promise.resolve();
  #last = 0;
  #lastComment = 1000;
  readonly #server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    // A connection that says nothing is not ended by the stand-in.
    idleTimeout: 0,
    fetch: (request) => this.#answer(request),
  });
  /** Ends each connection. */
  readonly #cuts = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: { data: (socket) => void socket.terminate() },
  });

  constructor(readonly repository = "acme/shop") {}

  get url(): string {
    return `http://127.0.0.1:${this.#server.port}`;
  }

  get target() {
    // A second of waiting has a millisecond here.
    return { token: TOKEN, repository: this.repository, baseUrl: this.url, second: 1 };
  }

  get open(): StoredIssue[] {
    return this.issues.filter(({ state }) => state === "open");
  }

  /** An issue as someone else makes it. */
  plant(issue: Partial<StoredIssue>): StoredIssue {
    const planted: StoredIssue = {
      number: ++this.#last,
      title: "planted",
      body: "",
      state: "open",
      state_reason: null,
      labels: [],
      user: STRANGER,
      ...issue,
    };
    this.issues.push(planted);
    return planted;
  }

  commentsOf(number: number): string[] {
    return this.comments.filter(({ issue }) => issue === number).map(({ body }) => body);
  }

  /** How many requests changed something. */
  get writes(): number {
    return this.requests.filter((request) => !request.startsWith("GET")).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#cuts.stop(true);
    await this.#server.stop(true);
  }

  async #answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const path = url.pathname.replace(`/repos/${this.repository}/`, "");
    const line = `${request.method} ${path}`;
    this.requests.push(line);
    const headers = { "content-type": "application/json; charset=utf-8" };
    try {
      await this.before(line);
      const fault = this.faults.find(
        ({ method, path: where, times }) =>
          times > 0 && method === request.method && where.test(path),
      );
      if (fault) fault.times -= 1;
      if (fault?.kind) return await this.#broken(fault.kind);
      if (fault && !fault.late) throw refusal(fault);
      const { status, body, link } = await this.#act(request, url, path);
      if (fault) throw refusal(fault);
      if (status === 204) return new Response(null, { status });
      return Response.json(body, { status, headers: { ...headers, ...(link ? { link } : {}) } });
    } catch (error) {
      const refused = error instanceof Refused ? error : new Refused(500, String(error));
      return Response.json(
        { message: refused.message, documentation_url: "https://docs.github.com/rest" },
        { status: refused.status, headers: { ...headers, ...refused.headers } },
      );
    }
  }

  /** An answer that is none. */
  async #broken(kind: FaultKind): Promise<Response> {
    if (kind === "silent") await new Promise(() => {});
    if (kind === "cut") return Response.redirect(`http://127.0.0.1:${this.#cuts.port}/`, 307);
    const headers = { "content-type": "application/json; charset=utf-8" };
    return new Response(kind === "odd" ? '{"number":null}' : '{"number":', { headers });
  }

  async #act(
    request: Request,
    url: URL,
    path: string,
  ): Promise<{ status: number; body?: unknown; link?: string | undefined }> {
    this.#checkHeaders(request);
    const { method } = request;
    if (method === "GET" && path === "issues") return this.#list(url);
    if (method === "POST" && path === "issues")
      return this.#create(await this.#body(request, "POST issues"));
    const [, label] = /^labels\/([^/]+)$/.exec(path) ?? [];
    if (method === "GET" && label !== undefined) return this.#label(decodeURIComponent(label));
    if (method === "POST" && path === "labels") {
      return this.#createLabel(await this.#body(request, "POST labels"));
    }
    const [, pull] = /^pulls\/(\d+)$/.exec(path) ?? [];
    if (method === "GET" && pull !== undefined) return this.#pull(Number(pull));
    if (method === "GET" && path === "pulls") return this.#listPulls(url);
    if (method === "GET" && path === "actions/runs") return this.#runs(url);
    const [, number, rest] = /^issues\/(\d+)(\/comments)?$/.exec(path) ?? [];
    if (number !== undefined) {
      const issue = this.issues.find((one) => one.number === Number(number));
      if (!issue) throw new Refused(404, "Not Found");
      if (method === "PATCH" && !rest)
        return this.#patch(issue, await this.#body(request, "PATCH issue"));
      if (method === "GET" && rest)
        return this.#page(
          url,
          this.comments.filter((one) => one.issue === issue.number),
        );
      if (method === "POST" && rest)
        return this.#comment(issue, await this.#body(request, "POST comments"));
    }
    const [, id] = /^issues\/comments\/(\d+)$/.exec(path) ?? [];
    if (method === "DELETE" && id !== undefined) return this.#delete(Number(id));
    if (method === "PATCH" && id !== undefined) {
      return this.#edit(Number(id), await this.#body(request, "PATCH comment"));
    }
    this.misuse.push(`${method} ${url.pathname}`);
    throw new Refused(404, "Not Found");
  }

  #checkHeaders(request: Request): void {
    if (!request.headers.get("user-agent")) {
      this.misuse.push("no user agent");
      throw new Refused(403, "Request forbidden by administrative rules");
    }
    if (!request.headers.get("accept")?.includes("application/vnd.github")) {
      this.misuse.push("no media type");
    }
    const said = request.headers.get("authorization");
    if (said !== `token ${TOKEN}` && said !== `Bearer ${TOKEN}`) {
      throw new Refused(401, `Bad credentials: ${said}`);
    }
  }

  async #body(request: Request, what: string): Promise<Record<string, unknown>> {
    const body = (await request.json()) as Record<string, unknown>;
    for (const key of Object.keys(body)) {
      if (!FIELDS[what]?.includes(key)) this.misuse.push(`${what}: ${key}`);
    }
    if (typeof body.title === "string" && body.title.length > 256) {
      throw new Refused(422, "Validation Failed: title is too long (maximum is 256 characters)");
    }
    if (typeof body.body === "string" && body.body.length > 65_536) {
      throw new Refused(422, "Validation Failed: body is too long (maximum is 65536 characters)");
    }
    return body;
  }

  #list(url: URL) {
    this.#checkQuery(url, ["labels", "state", "per_page", "page"]);
    const state = url.searchParams.get("state") ?? "open";
    const labels = url.searchParams.get("labels")?.split(",") ?? [];
    const found = this.issues
      .filter((issue) => state === "all" || issue.state === state)
      .filter((issue) => labels.every((label) => issue.labels.some(({ name }) => name === label)))
      .toSorted((a, b) => b.number - a.number)
      .map((issue) => ({
        ...issue,
        comments: this.comments.filter((one) => one.issue === issue.number).length,
      }));
    return this.#page(url, found);
  }

  #page(url: URL, all: readonly unknown[]) {
    const size = Math.min(Number(url.searchParams.get("per_page") ?? 30), 100);
    const page = Number(url.searchParams.get("page") ?? 1);
    const next = new URL(url);
    next.searchParams.set("page", `${page + 1}`);
    const more = all.length > page * size;
    const body = all.slice((page - 1) * size, page * size);
    return { status: 200, body, link: more ? `<${next}>; rel="next"` : undefined };
  }

  #create({ title, body = "", labels = [] }: Record<string, unknown>) {
    if (typeof title !== "string" || title === "")
      throw new Refused(422, "Validation Failed: title");
    const issue = this.plant({
      title,
      body: String(body),
      // It makes none that is missing.
      labels: (labels as string[])
        .filter((name) => !this.dropsLabels && this.labels.includes(name))
        .map((name) => ({ name })),
      user: BOT,
    });
    return { status: 201, body: { ...issue, comments: 0 } };
  }

  #label(name: string) {
    if (!this.labels.includes(name)) throw new Refused(404, "Not Found");
    return { status: 200, body: { name } };
  }

  #createLabel({ name, color }: Record<string, unknown>) {
    if (!/^[0-9a-f]{6}$/.test(String(color))) throw new Refused(422, "Validation Failed: color");
    if (this.labels.includes(String(name))) throw new Refused(422, "Validation Failed: name");
    this.labels.push(String(name));
    return { status: 201, body: { name } };
  }

  #patch(issue: StoredIssue, change: Record<string, unknown>) {
    const { state_reason: reason = null } = change;
    if (!REASONS.includes(reason as string | null))
      throw new Refused(422, "Validation Failed: state_reason");
    Object.assign(issue, change, change.state === "open" ? { state_reason: "reopened" } : {});
    return { status: 200, body: { ...issue, comments: 0 } };
  }

  #comment({ number }: StoredIssue, { body }: Record<string, unknown>) {
    const comment = {
      id: ++this.#lastComment,
      issue: number,
      body: String(body),
      user: BOT,
      author_association: "NONE" as const,
    };
    this.comments.push(comment);
    return { status: 201, body: comment };
  }

  #pull(number: number) {
    const pull = this.pulls.get(number);
    if (!pull) throw new Refused(404, "Not Found");
    return { status: 200, body: this.#shown(number, pull) };
  }

  #shown(number: number, { state, closed_at, repository = REPOSITORY_ID }: Pull) {
    const base = { repo: { id: repository, full_name: this.repository } };
    const head = { sha: shaOf(number), repo: null };
    return { number, state, closed_at, merged: false, base, head };
  }

  #listPulls(url: URL) {
    this.#checkQuery(url, ["state", "per_page", "page"]);
    const state = url.searchParams.get("state") ?? "open";
    const found = [...this.pulls]
      .filter(([, pull]) => state === "all" || pull.state === state)
      .toSorted(([one], [other]) => other - one);
    return this.#page(
      url,
      found.map(([number, pull]) => this.#shown(number, pull)),
    );
  }

  #runs(url: URL) {
    this.#checkQuery(url, ["head_sha", "status", "per_page", "page"]);
    const sha = url.searchParams.get("head_sha");
    const status = url.searchParams.get("status");
    const found = [...this.pulls].flatMap(([number, { run }]) => {
      return run === undefined ? [] : [{ id: number, status: run, head_sha: shaOf(number) }];
    });
    const runs = found.filter((run) => {
      return run.head_sha === (sha ?? run.head_sha) && run.status === (status ?? run.status);
    });
    const { link, body } = this.#page(url, runs);
    return { status: 200, body: { total_count: runs.length, workflow_runs: body }, link };
  }

  #checkQuery(url: URL, known: readonly string[]): void {
    for (const key of url.searchParams.keys()) {
      if (!known.includes(key)) this.misuse.push(`GET ${url.pathname}: ${key}`);
    }
  }

  #edit(id: number, { body }: Record<string, unknown>) {
    const comment = this.comments.find((one) => one.id === id);
    if (!comment) throw new Refused(404, "Not Found");
    comment.body = String(body);
    return { status: 200, body: comment };
  }

  #delete(id: number) {
    const at = this.comments.findIndex((one) => one.id === id);
    if (at < 0) throw new Refused(404, "Not Found");
    this.comments.splice(at, 1);
    return { status: 204 };
  }
}

function refusal({ status, message = "Server Error", headers }: Fault): Refused {
  return new Refused(status, message, headers);
}
