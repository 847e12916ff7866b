/** `sweep` on GitLab: merge requests in the place of pull requests. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { GitLabPulls } from "../../ts/cli/pulls/gitlab.ts";
import { held } from "../destroy/stage.ts";
import { World } from "./world.ts";

setDefaultTimeout(120_000);

const PROJECT = "278964";
const TOKEN = "glpat-stand-in";
const AT = "2026-01-02T03:04:05.678Z";
const CLOSED = { state: "closed", closed_at: AT };

type Merge = Readonly<Record<string, unknown>>;

/** A stand-in for GitLab's answer to one question: a merge request, a status, or another text. */
class GitLab implements Disposable {
  readonly merges = new Map<number, Merge>();
  /** What is answered in the place of a merge request, as often as it is here. */
  readonly faults: (() => Response | Promise<Response>)[] = [];
  readonly asked: string[] = [];
  readonly #server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request) => this.#answer(request),
  });

  get url(): string {
    return `http://127.0.0.1:${this.#server.port}/api/v4`;
  }

  get env() {
    return { GITLAB_TOKEN: TOKEN, CI_API_V4_URL: this.url, CI_PROJECT_ID: PROJECT };
  }

  #answer(request: Request): Response | Promise<Response> {
    const { pathname } = new URL(request.url);
    this.asked.push(`${request.method} ${pathname}`);
    if (request.headers.get("private-token") !== TOKEN) return new Response("{}", { status: 401 });
    const fault = this.faults.shift();
    if (fault) return fault();
    const number = Number(
      /^\/api\/v4\/projects\/278964\/merge_requests\/(\d+)$/.exec(pathname)?.[1],
    );
    const merge = this.merges.get(number);
    if (merge === undefined) return new Response('{"message":"404 Not found"}', { status: 404 });
    return Response.json({ iid: number, target_project_id: Number(PROJECT), ...merge });
  }

  [Symbol.dispose](): void {
    this.#server.stop(true);
  }
}

test.each<[string, Merge | undefined, string]>([
  ["opened", { state: "opened", closed_at: null }, "open"],
  ["locked while it is merged", { state: "locked" }, "open"],
  ["closed", CLOSED, "closed"],
  ["merged", { state: "merged", merged_at: AT, closed_at: null }, "closed"],
  ["closed nobody knows when", { state: "closed", closed_at: null }, "unknown"],
  ["in a state of later versions", { state: "archived", closed_at: AT }, "unknown"],
  ["of another project", { ...CLOSED, target_project_id: 1 }, "elsewhere"],
  ["of another number", { ...CLOSED, iid: 71 }, "unknown"],
  ["not there", undefined, "missing"],
  [
    "closed, with a pipeline that ended",
    { ...CLOSED, head_pipeline: { status: "success" } },
    "closed",
  ],
  ["closed, with one that runs", { ...CLOSED, head_pipeline: { status: "running" } }, "runs"],
  ["closed, with one in a later state", { ...CLOSED, head_pipeline: { status: "new" } }, "runs"],
])("a merge request that is %s", async (_, merge, expected) => {
  using gitlab = new GitLab();
  if (merge) gitlab.merges.set(7, merge);
  const { state, running, closedAt } = await new GitLabPulls(gitlab.url, PROJECT, TOKEN).read(7);
  expect(running ? "runs" : state).toBe(expected);
  if (state === "closed") expect(closedAt).toBe(Date.parse(AT));
});

test.each<[string, () => Response, boolean]>([
  ["401", () => new Response("{}", { status: 401 }), false],
  ["403", () => new Response("{}", { status: 403 }), false],
  ["429", () => new Response("{}", { status: 429, headers: { "retry-after": "0" } }), true],
  ["500", () => new Response("{}", { status: 500, headers: { "retry-after": "0" } }), true],
  ["no JSON", () => new Response("<html>"), false],
  ["another shape", () => Response.json([]), false],
  ["nothing", () => Response.json(null), false],
  ["a redirect", () => Response.redirect("http://127.0.0.1:1/"), false],
])("%s is never taken for closed", async (_, answer, passes) => {
  using gitlab = new GitLab();
  gitlab.merges.set(7, CLOSED);
  const pulls = new GitLabPulls(gitlab.url, PROJECT, TOKEN);
  gitlab.faults.push(answer);
  expect((await pulls.read(7)).state).toBe(passes ? "closed" : "unknown");
  gitlab.faults.push(...Array.from({ length: 3 }, () => answer));
  expect((await pulls.read(7)).state).toBe("unknown");
});

test("a stage of a merged request is marked and swept; one of an open request stays", async () => {
  await using world = await World.with({ "pr-1": undefined, "pr-12": undefined, prod: undefined });
  using gitlab = new GitLab();
  gitlab.merges.set(1, { state: "merged", merged_at: AT });
  gitlab.merges.set(12, { state: "opened" });
  const how = { env: { ...gitlab.env, GITHUB_TOKEN: "" } };
  const first = await world.sweep([], "0", how);
  expect(first.verdicts).toEqual({ "pr-1": "unmarked", "pr-12": "pull-open", prod: "protected" });
  const before = held(world.app);
  const args = ["--delete", "--account", world.app.account.id];
  // It is opened again when the process that destroys asks for it.
  const asked = gitlab.asked.length;
  gitlab.faults.push(
    () =>
      Response.json({ iid: 1, target_project_id: Number(PROJECT), state: "merged", merged_at: AT }),
    () => Response.json({ iid: 12, target_project_id: Number(PROJECT), state: "opened" }),
    () => Response.json({ iid: 1, target_project_id: Number(PROJECT), state: "opened" }),
  );
  expect((await world.sweep(args, "0", how)).results).toEqual({ "pr-1": "incomplete" });
  expect(gitlab.asked.length).toBe(asked + 3);
  expect(held(world.app)).toEqual(before);
  const ended = await world.sweep(args, "0", how);
  expect(ended).toMatchObject({ code: 0, results: { "pr-1": "destroyed" } });
  for (const text of [ended.out, ended.error]) expect(text).not.toContain(TOKEN);
  expect(held(world.app).filter((one) => one.includes("-pr-12"))).toEqual(
    before.filter((one) => one.includes("-pr-12")),
  );
});
