/** The pipelines that `init` writes, with what differs from one project to the other. */
import { type Document, isMap, isSeq, parseDocument, type Scalar, type YAMLMap } from "yaml";
import gitlab from "#ci/gitlab";
import { ALL_PARTS, PARTS, type Part } from "./parts.ts";
import type { Manager, Project } from "./project.ts";

/** Where GitLab's configuration includes it from. */
export const GITLAB_FILE = ".gitlab/alch-blocks.yml";

/** The versions are what the lock file says, and nothing else is installed. */
const INSTALL: Readonly<Record<Manager, readonly string[]>> = {
  npm: ["npm ci"],
  pnpm: ["corepack enable", "pnpm install --frozen-lockfile"],
  yarn: ["corepack enable", "yarn install --immutable"],
  bun: ["npm install --global bun@1", "bun install --frozen-lockfile"],
};

/** A workflow for GitHub. */
export function workflowOf(part: Part, { within, manager, deploys }: Project): string {
  const document = parseDocument(PARTS[part].text);
  document.setIn(["env", "PROJECT"], within);
  if (document.hasIn(["on", "workflow_run"]) && deploys.length > 0) {
    document.setIn(["on", "workflow_run", "workflows"], document.createNode([...deploys]));
  }
  for (const step of installSteps(document)) step.set("run", install(manager));
  return textOf(document);
}

function install(manager: Manager): string {
  const lines = INSTALL[manager];
  return lines.length === 1 ? (lines[0] ?? "") : `${lines.join("\n")}\n`;
}

function installSteps(document: Document): YAMLMap[] {
  const jobs = document.get("jobs") as YAMLMap<Scalar<string>, YAMLMap>;
  const steps = jobs.items.flatMap(({ value }) => {
    const listed = value?.get("steps");
    return isSeq(listed) ? listed.items : [];
  });
  return steps.filter((step): step is YAMLMap => isMap(step) && step.get("id") === "install");
}

/**
 * The file for GitLab, with the jobs of these parts.
 *
 * @param before What the file is now: its other parts stay.
 */
export function gitlabOf(
  parts: readonly Part[],
  { within, manager }: Project,
  before = "",
): string {
  const kept = ALL_PARTS.filter((part) => {
    return parts.includes(part) || PARTS[part].jobs.some((job) => before.includes(`\n${job}:`));
  });
  const document = parseDocument(gitlab);
  document.setIn(["variables", "PROJECT"], within);
  const setup = ['cd "$PROJECT"', ...INSTALL[manager]];
  document.setIn([".alch-blocks", "before_script"], document.createNode(setup));
  for (const part of ALL_PARTS.filter((one) => !kept.includes(one))) {
    for (const job of PARTS[part].jobs) document.delete(job);
  }
  return textOf(document);
}

function textOf(document: Document): string {
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}
