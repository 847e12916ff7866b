/**
 * The comment on a pull request that says where its preview is: one for each stage, kept up to date.
 * Two deploys of one stage never run at once, since the workflow has one group for each pull request.
 */
import type { RestEndpointMethodTypes } from "@octokit/rest";
import { type Client, createClient, problemOf, type Target } from "../github/client.ts";
import { cell, code } from "../github/markdown.ts";
import type { WorkerUrls } from "./find.ts";

const PURPOSE = {
  what: "the pull requests",
  permission: "pull-requests: write",
  later: "run the job again later",
};

type Comment = RestEndpointMethodTypes["issues"]["listComments"]["response"]["data"][number];

/**
 * Writes the comment, or changes the one that is there. A stage that is gone gets a comment only if it
 * had one before.
 *
 * @throws Problem where GitHub does not let it.
 */
export async function comment(
  workers: readonly WorkerUrls[],
  stage: string,
  pullRequest: number,
  target: Target,
): Promise<void> {
  try {
    const client = createClient(target);
    const mark = markOf(stage);
    const body = `${mark}\n${textOf(workers, stage)}`;
    const before = await existing(client, pullRequest, mark);
    if (before?.body === body || (before === undefined && workers.length === 0)) return;
    const { octokit, owner, repo } = client;
    if (before === undefined) {
      await octokit.rest.issues.createComment({ owner, repo, issue_number: pullRequest, body });
    } else {
      await octokit.rest.issues.updateComment({ owner, repo, comment_id: before.id, body });
    }
  } catch (error) {
    throw problemOf(error, target, PURPOSE);
  }
}

/** A stage's name is a stranger's: only its bytes stand in the mark. */
function markOf(stage: string): string {
  return `<!-- alch-blocks preview ${Buffer.from(stage).toString("hex")} -->`;
}

/** Anyone can write the mark into a comment, so only those who may write here count. */
async function existing(client: Client, pullRequest: number, mark: string) {
  const { octokit, owner, repo } = client;
  const all = await octokit.paginate(octokit.rest.issues.listComments, {
    owner,
    repo,
    issue_number: pullRequest,
    per_page: 100,
  });
  return all.find((one) => one.body?.startsWith(mark) && isTrusted(one));
}

const WRITERS = ["OWNER", "MEMBER", "COLLABORATOR"];

function isTrusted({ user, author_association }: Comment): boolean {
  return user?.type === "Bot" || WRITERS.includes(author_association);
}

function textOf(workers: readonly WorkerUrls[], stage: string): string {
  if (workers.length === 0) return `The preview ${code(stage)} is destroyed.\n`;
  const rows = workers.map(({ app, id, urls }) => {
    const links = urls.map((url) => `<${url.replaceAll("|", "%7C")}>`).join("<br>");
    return `| ${cell(app)} | ${cell(id)} | ${links || "no URL"} |`;
  });
  return [
    `The preview ${code(stage)} is deployed.`,
    "",
    "| app | Worker | URL |",
    "| --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}
