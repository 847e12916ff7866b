/**
 * One issue for each finding: opened, kept up to date, closed when the finding is gone, and opened
 * again when it is back.
 *
 * Two runs can overlap, and GitHub has no way to create an issue unless there is one. So whoever
 * has opened one looks again, and of several for one finding the oldest stays: each run comes to
 * the same end, and where one of them was cut off, the next one gets there.
 */
import type { RestEndpointMethodTypes } from "@octokit/rest";
import { type Client, createClient, isFinal, problemOf, type Target } from "../../github/client.ts";
import { Problem } from "../../problem.ts";
import { HOST, HOST_KINDS, type MonitorFinding, type MonitorReport } from "../report.ts";
import {
  bodyOf,
  changed,
  commentOf,
  type Event,
  type Mark,
  markOf,
  readEvent,
  readMark,
  titleOf,
} from "./text.ts";

/**
 * Only who may triage can put a label on an issue: what a stranger opens, with whatever mark in it,
 * is not taken for the monitor's.
 */
const LABEL = "collision-monitor";
const COLOR = "b3201a";
/** No more are opened in one run; the others follow in the next ones. */
const OPENED_AT_ONCE = 20;

const ISSUES = {
  what: "the issues",
  permission: "issues: write",
  later: "nothing is lost: the next run of the monitor does the rest",
};

/** How many issues became what. */
export interface Synced {
  opened: number;
  updated: number;
  reopened: number;
  closed: number;
  /** Duplicates that were closed. */
  duplicates: number;
  /** Findings whose issue was closed as not planned. */
  silenced: number;
  /** Findings that wait for the next run. */
  deferred: number;
}

/** What was not looked at on purpose: nothing is concluded from its absence. */
export interface Look {
  /** Whether the account was left out. */
  offline: boolean;
  /** The kinds that were left out, as a whole or in part. */
  without: ReadonlySet<string>;
}

const AT_ALL: Look = { offline: false, without: new Set() };

type Listed = RestEndpointMethodTypes["issues"]["listForRepo"]["response"]["data"][number];

interface Issue {
  number: number;
  author: number | undefined;
  open: boolean;
  silenced: boolean;
  comments: number;
  title: string;
  mark: Mark;
}

/**
 * Makes the issues of the repository say what `report` says. Findings of severity `info` get none.
 * What is of a kind that could not be read, or was not looked at, is left as it is.
 *
 * @throws Problem where GitHub does not let it; what was done until then is no loss, since the
 * next run goes on from there.
 */
export async function syncIssues(
  report: MonitorReport,
  target: Target,
  look = AT_ALL,
): Promise<Synced> {
  try {
    return await new Sync(createClient(target), report, look).run();
  } catch (error) {
    throw problemOf(error, target, ISSUES);
  }
}

class Sync {
  readonly #client: Client;
  readonly #report: MonitorReport;
  readonly #look: Look;
  readonly #findings = new Map<string, MonitorFinding>();
  readonly #failures: unknown[] = [];
  readonly #done: Synced = {
    opened: 0,
    updated: 0,
    reopened: 0,
    closed: 0,
    duplicates: 0,
    silenced: 0,
    deferred: 0,
  };

  constructor(client: Client, report: MonitorReport, look: Look) {
    this.#client = client;
    this.#report = report;
    this.#look = look;
    for (const one of report.findings) this.#findings.set(one.fingerprint, one);
  }

  async run(): Promise<Synced> {
    const own = await this.#list();
    for (const issues of own.values()) {
      await this.#attempt(() => this.#settle(issues));
    }
    await this.#openMissing(own);
    const [failure] = this.#failures;
    if (failure !== undefined) throw failure;
    return this.#done;
  }

  /** One issue that cannot be changed is no reason to leave the others. */
  async #attempt(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (isFinal(error)) throw error;
      this.#failures.push(error);
    }
  }

  /** The monitor's issues by fingerprint, the oldest first. */
  async #list(): Promise<Map<string, Issue[]>> {
    const { octokit, owner, repo } = this.#client;
    const all = await octokit.paginate(octokit.rest.issues.listForRepo, {
      owner,
      repo,
      labels: LABEL,
      state: "all",
      per_page: 100,
    });
    const own = new Map<string, Issue[]>();
    for (const issue of all.flatMap(readIssue).sort((a, b) => a.number - b.number)) {
      const same = own.get(issue.mark.fingerprint) ?? [];
      own.set(issue.mark.fingerprint, [...same, issue]);
    }
    return own;
  }

  async #settle([first, ...younger]: readonly Issue[]): Promise<void> {
    if (!first) return;
    for (const issue of younger) await this.#closeDuplicate(issue, first);
    const finding = this.#findings.get(first.mark.fingerprint);
    if (finding) await this.#keep(first, finding);
    else if (first.open && this.#isKnown(first)) await this.#close(first);
  }

  /** Whether it would have been found if it were there. */
  #isKnown({ mark }: Issue): boolean {
    const own = HOST_KINDS.includes(mark.kind) ? HOST : mark.kind;
    if (this.#look.offline || this.#look.without.has(own)) return false;
    return !this.#report.unknown.some(({ kind }) => kind === null || kind === own);
  }

  async #keep(issue: Issue, finding: MonitorFinding): Promise<void> {
    if (!issue.open && issue.silenced) {
      this.#done.silenced += 1;
      return;
    }
    const now = markOf(finding);
    if (!issue.open) await this.#say(issue, "back", `It is back.\n\n${changed(finding)}`);
    else if (issue.mark.facts !== now.facts) {
      await this.#say(issue, `changed-${now.facts}`, changed(finding));
    }
    const title = titleOf(finding);
    // The comment comes first: should the run end here, the next one finds it, and adds no other.
    if (issue.open && issue.mark.content === now.content && issue.title === title) return;
    await this.#change(issue, {
      title,
      body: bodyOf(finding),
      ...(issue.open ? {} : { state: "open", state_reason: "reopened" }),
    });
    this.#done[issue.open ? "updated" : "reopened"] += 1;
  }

  async #close(issue: Issue): Promise<void> {
    await this.#say(issue, "gone", "The monitor does not find it any more.");
    await this.#change(issue, { state: "closed", state_reason: "completed" });
    this.#done.closed += 1;
  }

  async #closeDuplicate(issue: Issue, first: Issue): Promise<void> {
    if (!issue.open) return;
    await this.#say(issue, `duplicate-${first.number}`, `This is the same as #${first.number}.`);
    await this.#change(issue, { state: "closed", state_reason: "duplicate" });
    this.#done.duplicates += 1;
  }

  async #openMissing(own: ReadonlyMap<string, readonly Issue[]>): Promise<void> {
    const missing = [...this.#findings.values()].filter(
      ({ severity, fingerprint }) => severity !== "info" && !own.has(fingerprint),
    );
    const opened = missing.slice(0, OPENED_AT_ONCE);
    this.#done.deferred = missing.length - opened.length;
    if (opened.length === 0) return;
    await this.#ensureLabel();
    for (const finding of opened) await this.#attempt(() => this.#open(finding));
    const again = await this.#list();
    for (const { fingerprint } of opened) {
      const [first, ...younger] = again.get(fingerprint) ?? [];
      if (!first) continue;
      for (const issue of younger) {
        await this.#attempt(() => this.#closeDuplicate(issue, first));
      }
    }
  }

  /** GitHub leaves a label that the repository does not have off a new issue. */
  async #ensureLabel(): Promise<void> {
    const { octokit, owner, repo } = this.#client;
    try {
      await octokit.rest.issues.getLabel({ owner, repo, name: LABEL });
      return;
    } catch (error) {
      if (statusOf(error) !== 404) throw error;
    }
    const description = "kept by the collision monitor";
    try {
      await octokit.rest.issues.createLabel({
        owner,
        repo,
        name: LABEL,
        color: COLOR,
        description,
      });
    } catch (error) {
      // Another run has made it by now.
      if (statusOf(error) !== 422) throw error;
    }
  }

  async #open(finding: MonitorFinding): Promise<void> {
    const { octokit, owner, repo } = this.#client;
    const { data } = await octokit.rest.issues.create({
      owner,
      repo,
      title: titleOf(finding),
      body: bodyOf(finding),
      labels: [LABEL],
    });
    this.#done.opened += 1;
    if (data.labels.some((label) => nameOf(label) === LABEL)) return;
    // Without a word, as for a token that may not set it; the issue would never be found again.
    await octokit.rest.issues.update({
      owner,
      repo,
      issue_number: data.number,
      state: "closed",
      state_reason: "not_planned",
    });
    const message = `GitHub does not let the token set the label \`${LABEL}\``;
    throw new Problem(message, "give the job `permissions: issues: write`");
  }

  async #change(
    { number }: Issue,
    change: Partial<RestEndpointMethodTypes["issues"]["update"]["parameters"]>,
  ): Promise<void> {
    const { octokit, owner, repo } = this.#client;
    await octokit.rest.issues.update({ ...change, owner, repo, issue_number: number });
  }

  /** Adds a comment, unless the last one of the monitor says the same; of two the older stays. */
  async #say(issue: Issue, event: Event, text: string): Promise<void> {
    const before = issue.comments === 0 ? [] : await this.#comments(issue);
    if (before.at(-1)?.event === event) return;
    const { octokit, owner, repo } = this.#client;
    const body = commentOf(event, text);
    await octokit.rest.issues.createComment({ owner, repo, issue_number: issue.number, body });
    const known = new Set(before.map(({ id }) => id));
    const added = (await this.#comments(issue)).filter(({ id }) => !known.has(id));
    const [, ...again] = added.filter((one) => one.event === event);
    for (const { id } of again) {
      // Another run may have deleted it by now.
      await this.#attempt(() => this.#deleteComment(id));
    }
  }

  async #deleteComment(id: number): Promise<void> {
    const { octokit, owner, repo } = this.#client;
    try {
      await octokit.rest.issues.deleteComment({ owner, repo, comment_id: id });
    } catch (error) {
      if (statusOf(error) !== 404) throw error;
    }
  }

  /** The monitor's own comments, the oldest first: anyone can write the same words. */
  async #comments(issue: Issue): Promise<{ id: number; event: string }[]> {
    const { octokit, owner, repo } = this.#client;
    const all = await octokit.paginate(octokit.rest.issues.listComments, {
      owner,
      repo,
      issue_number: issue.number,
      per_page: 100,
    });
    return all
      .flatMap(({ id, user, body }) => {
        const event = user?.id === issue.author ? readEvent(body) : undefined;
        return event === undefined ? [] : [{ id, event }];
      })
      .sort((a, b) => a.id - b.id);
  }
}

function statusOf(error: unknown): unknown {
  return (error as { status?: unknown }).status;
}

function nameOf(label: string | { name?: string }): string | undefined {
  return typeof label === "string" ? label : label.name;
}

function readIssue(issue: Listed): Issue[] {
  const mark = readMark(issue.body);
  if (!mark || issue.pull_request) return [];
  const { number, title, state, state_reason, comments, user } = issue;
  return [
    {
      number,
      title,
      author: user?.id,
      open: state === "open",
      silenced: state_reason === "not_planned",
      comments,
      mark,
    },
  ];
}
