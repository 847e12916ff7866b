/** The monitor's issues, against a stand-in for GitHub. */
import { describe, expect, test } from "bun:test";
import { syncIssues } from "../../ts/cli/monitor/github/issue.ts";
import { readEvent, readMark } from "../../ts/cli/monitor/github/text.ts";
import type { MonitorFinding } from "../../ts/cli/monitor/report.ts";
import { Problem } from "../../ts/cli/problem.ts";
import { finding, report, SOME, UNREAD } from "../dashboard/metrics.ts";
import { GitHub, STRANGER, TOKEN } from "./server.ts";

const LABEL = { name: "collision-monitor" };
const DB = finding("shop-db");

function sync(github: GitHub, findings: readonly MonitorFinding[]) {
  return syncIssues(report(findings), github.target);
}

/** What is done; what is not named is nothing. */
const done = (some: object) => ({
  ...{ opened: 0, updated: 0, reopened: 0, closed: 0, duplicates: 0, silenced: 0, deferred: 0 },
  ...some,
});

async function problemOf(promise: Promise<unknown>): Promise<Problem> {
  const error = await promise.then(
    () => undefined,
    (thrown) => thrown,
  );
  expect(error).toBeInstanceOf(Problem);
  return error as Problem;
}

describe("the life of an issue", () => {
  test("opened, left alone, changed, closed, opened again", async () => {
    await using github = new GitHub();
    expect(await sync(github, [DB])).toEqual(done({ opened: 1 }));
    const [issue] = github.issues;
    expect(issue).toMatchObject({
      title: "collision: database shop-db",
      state: "open",
      labels: [LABEL],
    });
    const before = github.writes;
    expect(await sync(github, [DB])).toEqual(done({}));
    expect(github.writes).toBe(before);

    const [first, second] = DB.claims;
    const more = { ...DB, claims: [...DB.claims, { ...DB.claims[0], stage: "pr-8" }] };
    expect(await sync(github, [more as MonitorFinding])).toEqual(done({ updated: 1 }));
    expect(github.commentsOf(1)).toHaveLength(1);
    expect(github.commentsOf(1)[0]).toContain("| `pr-8` | `shop` | `db` | `state` |");
    expect(issue?.body).toContain("`pr-8`");

    expect(await sync(github, [])).toEqual(done({ closed: 1 }));
    expect(issue).toMatchObject({ state: "closed", state_reason: "completed" });
    expect(github.commentsOf(1)).toHaveLength(2);
    expect(await sync(github, [])).toEqual(done({}));
    expect(github.commentsOf(1)).toHaveLength(2);

    const swapped = { ...DB, claims: [second, first] } as MonitorFinding;
    expect(await sync(github, [swapped])).toEqual(done({ reopened: 1 }));
    expect(issue?.state).toBe("open");
    expect(github.commentsOf(1).at(-1)).toContain("It is back.");
    expect(github.issues).toHaveLength(1);
    expect(github.misuse).toEqual([]);
  });

  test("numbers and words that change are no reason for a comment", async () => {
    await using github = new GitHub();
    const quota = finding("worker", { code: "quota", message: "421 of 500 are used" });
    await sync(github, [quota]);
    const now = { ...quota, message: "422 of 500 are used" };
    expect(await sync(github, [now])).toEqual(done({ updated: 1 }));
    expect(github.commentsOf(1)).toEqual([]);
    expect(github.issues[0]?.body).toContain("422 of 500");
  });

  test("who claims it in another order is no change", async () => {
    await using github = new GitHub();
    await sync(github, [DB]);
    const before = github.writes;
    await sync(github, [{ ...DB, claims: DB.claims.toReversed() }]);
    expect(github.writes).toBe(before);
  });

  test("one issue for each finding, none for notes", async () => {
    await using github = new GitHub();
    expect(await sync(github, SOME)).toEqual(done({ opened: 3 }));
    const prints = github.issues.map(({ body }) => readMark(body)?.fingerprint);
    expect(new Set(prints)).toEqual(new Set(SOME.slice(0, 3).map((one) => one.fingerprint)));
  });

  test("closed as not planned, it is silenced; closed as done, it is opened again", async () => {
    await using github = new GitHub();
    await sync(github, [DB]);
    Object.assign(github.issues[0] ?? {}, { state: "closed", state_reason: "not_planned" });
    expect(await sync(github, [DB])).toEqual(done({ silenced: 1 }));
    expect(github.open).toEqual([]);
    Object.assign(github.issues[0] ?? {}, { state_reason: "completed" });
    expect(await sync(github, [DB])).toEqual(done({ reopened: 1 }));
  });

  test("what could not be read is not clean", async () => {
    await using github = new GitHub();
    const queue = finding("jobs", { kind: "queue" });
    await sync(github, [DB, queue]);
    const blind = report([], undefined, [UNREAD]);
    expect(await syncIssues(blind, github.target)).toEqual(done({ closed: 1 }));
    expect(github.open.map(({ title }) => title)).toEqual(["collision: queue jobs"]);
    const all = report([], undefined, [{ ...UNREAD, kind: null }]);
    expect(await syncIssues(all, github.target)).toEqual(done({}));
  });

  test("hostnames that could not be read, or were left out, are not clean", async () => {
    await using github = new GitHub();
    const kinds = ["domain", "route", "certificate"];
    await sync(github, [DB, ...kinds.map((kind) => finding(`${kind}.example.com`, { kind }))]);
    const blind = report([], undefined, [{ ...UNREAD, kind: "host" }]);
    expect(await syncIssues(blind, github.target)).toEqual(done({ closed: 1 }));
    const look = { offline: false, without: new Set(["host"]) };
    expect(await syncIssues(report([]), github.target, look)).toEqual(done({}));
    expect(await syncIssues(report([]), github.target)).toEqual(done({ closed: 3 }));
  });

  test("what was not looked at on purpose is not clean, either", async () => {
    await using github = new GitHub();
    const queue = finding("jobs", { kind: "queue" });
    await sync(github, [DB, queue]);
    const look = (offline: boolean, ...without: string[]) =>
      syncIssues(report([]), github.target, { offline, without: new Set(without) });
    expect(await look(true)).toEqual(done({}));
    expect(await look(false, "queue")).toEqual(done({ closed: 1 }));
    expect(github.open.map(({ title }) => title)).toEqual(["collision: queue jobs"]);
    expect(await look(false, "bucket")).toEqual(done({ closed: 1 }));
  });

  test("a flood of findings opens some issues a run, and none is left out", async () => {
    await using github = new GitHub();
    const many = Array.from({ length: 45 }, (_, at) => finding(`db-${at}`));
    expect(await sync(github, many)).toEqual(done({ opened: 20, deferred: 25 }));
    expect(await sync(github, many)).toEqual(done({ opened: 20, deferred: 5 }));
    expect(await sync(github, many)).toEqual(done({ opened: 5 }));
    expect(github.open).toHaveLength(45);
  });

  test("issues on later pages are found", async () => {
    await using github = new GitHub();
    await sync(github, [DB]);
    for (let at = 0; at < 250; at++) github.plant({ labels: [LABEL], state: "closed" });
    expect(await sync(github, [DB])).toEqual(done({}));
    expect(github.open).toHaveLength(1);
  });
});

describe("what is not the monitor's own", () => {
  test("an issue with its mark, but without the label that a stranger cannot set", async () => {
    await using github = new GitHub();
    await using other = new GitHub();
    await sync(other, [DB]);
    const forged = github.plant({ body: other.issues[0]?.body ?? "", state: "closed" });
    expect(await sync(github, [DB])).toEqual(done({ opened: 1 }));
    expect(forged.state).toBe("closed");
    expect(await sync(github, [])).toEqual(done({ closed: 1 }));
  });

  test("issues and pull requests with the label, but without a mark", async () => {
    await using github = new GitHub();
    await using other = new GitHub();
    await sync(other, [DB]);
    const body = other.issues[0]?.body ?? "";
    github.plant({ labels: [LABEL], body: `quoted:\n${body}` });
    github.plant({ labels: [LABEL], body: "<!-- alch-blocks:monitor %E0%A4%A a b c -->" });
    github.plant({ labels: [LABEL], body, pull_request: {} });
    expect(await sync(github, [])).toEqual(done({}));
    expect(github.writes).toBe(0);
  });

  test("the label is made once", async () => {
    await using github = new GitHub();
    await sync(github, [DB]);
    await sync(github, [DB, finding("other")]);
    expect(github.requests.filter((line) => line === "POST labels")).toHaveLength(1);
    expect(github.labels).toEqual(["bug", LABEL.name]);
  });

  test("a stranger's comment with its mark keeps no comment back", async () => {
    await using github = new GitHub();
    await sync(github, [DB]);
    const body = "<!-- alch-blocks:event gone -->";
    github.comments.push({ id: 1, issue: 1, body, user: STRANGER, author_association: "NONE" });
    await sync(github, []);
    expect(github.commentsOf(1)).toHaveLength(2);
  });
});

describe("two runs at once", () => {
  /** Holds the first `count` requests that match until all of them are there. */
  function together(github: GitHub, request: string, count: number): void {
    const waiting: (() => void)[] = [];
    let seen = 0;
    github.before = async (line) => {
      if (line !== request || seen >= count) return;
      seen += 1;
      if (seen < count) await new Promise<void>((resolve) => waiting.push(resolve));
      else for (const go of waiting) go();
    };
  }

  test("open one issue: of two the older stays, whoever looks first", async () => {
    await using github = new GitHub();
    together(github, "GET issues", 2);
    await Promise.all([sync(github, [DB]), sync(github, [DB])]);
    expect(github.issues).toHaveLength(2);
    expect(github.open.map(({ number }) => number)).toEqual([1]);
    expect(github.issues[1]).toMatchObject({ state: "closed", state_reason: "duplicate" });
    expect(await sync(github, [DB])).toEqual(done({}));
    // The duplicate does not come back, either.
    await sync(github, []);
    await sync(github, [DB]);
    expect(github.open.map(({ number }) => number)).toEqual([1]);
  });

  test.each(Array.from({ length: 20 }, (_, seed) => seed + 1))(
    "in whatever order requests come (%d): one open issue for each finding",
    async (seed) => {
      await using github = new GitHub();
      let state = seed;
      github.before = async () => {
        state = (state * 48_271) % 2_147_483_647;
        for (let turns = state % 7; turns > 0; turns--) await Bun.sleep(0);
      };
      const all = [DB, finding("other"), finding("third", { kind: "queue" })];
      await Promise.all([all, all.toReversed(), all.slice(1)].map((some) => sync(github, some)));
      // One of them may not have known of an issue yet when it looked again.
      await sync(github, all);
      const prints = github.open.map(({ body }) => readMark(body)?.fingerprint);
      expect(prints.toSorted()).toEqual(all.map(({ fingerprint }) => fingerprint).toSorted());
      const before = github.writes;
      await sync(github, all);
      expect(github.writes).toBe(before);
      await Promise.all([sync(github, []), sync(github, [])]);
      expect(github.open).toEqual([]);
      for (const { number } of github.issues) {
        const events = github.commentsOf(number).map(readEvent);
        for (const [at, event] of events.entries()) expect(event).not.toBe(events[at + 1] ?? "");
      }
    },
  );

  test("make one label", async () => {
    await using github = new GitHub();
    together(github, "POST labels", 2);
    await Promise.all([sync(github, [DB]), sync(github, [DB])]);
    expect(github.labels).toEqual(["bug", LABEL.name]);
    expect(github.open).toHaveLength(1);
  });

  test("say that it has changed once", async () => {
    await using github = new GitHub();
    await sync(github, [DB]);
    const more = { ...DB, severity: "warning" } as const;
    together(github, "GET issues", 2);
    await Promise.all([sync(github, [more]), sync(github, [more])]);
    expect(github.commentsOf(1)).toHaveLength(1);
  });

  test("close it, and say so once", async () => {
    await using github = new GitHub();
    await sync(github, [DB]);
    together(github, "POST issues/1/comments", 2);
    await Promise.all([sync(github, []), sync(github, [])]);
    expect(github.open).toEqual([]);
    expect(github.commentsOf(1)).toHaveLength(1);
  });

  test("a duplicate that a run left behind is closed by the next", async () => {
    await using github = new GitHub();
    await sync(github, [DB]);
    const [first] = github.issues;
    github.plant({ labels: [LABEL], body: first?.body ?? "", title: first?.title ?? "" });
    expect(await sync(github, [DB])).toEqual(done({ duplicates: 1 }));
    expect(github.open.map(({ number }) => number)).toEqual([1]);
    expect(github.commentsOf(2)[0]).toContain("This is the same as #1.");
  });
});

describe("what goes wrong", () => {
  const issues = { method: "GET", path: /^issues$/, times: 1 };
  const create = { method: "POST", path: /^issues$/, times: 1 };

  test.each([
    [
      "a second limit, with the time to wait",
      {
        ...create,
        status: 403,
        message: "You have exceeded a secondary rate limit",
        headers: { "retry-after": "2" },
      },
    ],
    [
      "a second limit, without",
      { ...create, status: 403, message: "You have exceeded a secondary rate limit" },
    ],
    ["too many requests", { ...issues, status: 429, headers: { "retry-after": "1" } }],
    [
      "the limit of the hour, nearly over",
      {
        ...issues,
        status: 403,
        message: "API rate limit exceeded",
        headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1" },
      },
    ],
    ["500", { ...issues, status: 500, times: 3 }],
    ["502 before the issue is made", { ...create, status: 502 }],
    ["504 after the issue was made", { ...create, status: 504, late: true }],
  ])("passes: %s", async (_, fault) => {
    await using github = new GitHub();
    github.faults.push({ ...fault });
    await sync(github, [DB]);
    expect(github.open.map(({ number }) => number)).toEqual([1]);
    expect(github.faults.every(({ times }) => times === 0)).toBe(true);
    expect(github.misuse).toEqual([]);
  });

  test("a comment that was made before its answer was lost stands there once", async () => {
    await using github = new GitHub();
    await sync(github, [DB]);
    github.faults.push({ method: "POST", path: /comments$/, times: 1, status: 502, late: true });
    await sync(github, []);
    expect(github.commentsOf(1)).toHaveLength(1);
  });

  test("a run that ends between comment and change is gone on with, without another comment", async () => {
    await using github = new GitHub();
    await sync(github, [DB]);
    github.faults.push({ method: "PATCH", path: /./, times: 4, status: 500 });
    await problemOf(sync(github, []));
    expect(github.open).toHaveLength(1);
    expect(await sync(github, [])).toEqual(done({ closed: 1 }));
    expect(github.commentsOf(1)).toHaveLength(1);
  });

  test.each([
    [{ ...issues, status: 500, times: 99 }, "(500)", "run it again later", 4],
    [
      { ...issues, status: 401, message: "Bad credentials" },
      "(401)",
      "`GITHUB_TOKEN` is not valid",
      1,
    ],
    [
      { ...issues, status: 403, message: "Resource not accessible by integration" },
      "(403)",
      "`permissions: issues: write`",
      1,
    ],
    [{ ...issues, status: 404, message: "Not Found" }, "(404)", "whether the repository exists", 1],
    [{ ...issues, status: 410, message: "Issues are disabled" }, "(410)", "turn issues on", 1],
    [
      { ...issues, status: 429, times: 99, headers: { "retry-after": "1" } },
      "lets no more requests through",
      "the next run",
      4,
    ],
    [
      {
        ...issues,
        status: 403,
        times: 99,
        message: "rate limit",
        headers: { "retry-after": "3600" },
      },
      "lets no more requests through",
      "the next run",
      1,
    ],
  ])("ends: %o", async (fault, message, help, requests) => {
    await using github = new GitHub();
    github.faults.push({ ...fault });
    const problem = await problemOf(sync(github, [DB]));
    expect(problem.message).toContain(message);
    expect(problem.help).toContain(help);
    expect(github.requests).toHaveLength(requests);
  });

  test("no server at all", async () => {
    const target = { token: TOKEN, repository: "a/b", baseUrl: "http://127.0.0.1:1", second: 1 };
    const problem = await problemOf(syncIssues(report([DB]), target));
    expect(problem.message).toContain("GitHub refuses access to the issues of `a/b`");
  });

  test("an answer that repeats the token does not bring it into the message", async () => {
    await using github = new GitHub();
    github.faults.push({ ...issues, status: 401, message: `Bad credentials ${TOKEN}` });
    const problem = await problemOf(sync(github, [DB]));
    expect(`${problem.message}${problem.help}${problem.stack}`).not.toContain(TOKEN);
    expect(problem.message).toContain("***");
  });

  test("labels that are dropped: said, and the issue is not left open", async () => {
    await using github = new GitHub();
    github.dropsLabels = true;
    const problem = await problemOf(sync(github, [DB, ...SOME]));
    expect(problem.message).toContain("does not let the token set the label");
    expect(github.issues).toHaveLength(1);
    expect(github.open).toEqual([]);
  });

  test("one issue that cannot be changed keeps no other back", async () => {
    await using github = new GitHub();
    await sync(github, [DB, finding("other")]);
    github.faults.push({ method: "PATCH", path: /^issues\/1$/, times: 1, status: 422 });
    await problemOf(sync(github, []));
    expect(github.open.map(({ number }) => number)).toEqual([1]);
  });

  test.each(["", "acme", "acme/shop/x", "acme/../x y", "https://github.com/acme/shop"])(
    "no repository: %p",
    async (repository) => {
      const problem = await problemOf(syncIssues(report([]), { token: TOKEN, repository }));
      expect(problem.message).toContain("is no repository of GitHub");
    },
  );

  test("no token", async () => {
    const problem = await problemOf(syncIssues(report([]), { token: "", repository: "a/b" }));
    expect(problem.message).toBe("there is no token for GitHub");
  });
});
