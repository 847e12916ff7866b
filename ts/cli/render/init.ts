/** What `init` has done, and what is left to a person. */
import { shown } from "../collect/shown.ts";
import type { Planned } from "../init/files.ts";
import { type Asked, PARTS, type Part } from "../init/parts.ts";
import { GITLAB_FILE } from "../init/pipelines.ts";
import type { Project } from "../init/project.ts";
import type { Stores } from "../init/store.ts";
import { visible } from "./text.ts";

export function initText(
  planned: readonly Planned[],
  written: readonly Planned[],
  asked: Asked,
  project: Project,
  folder: string,
): string {
  if (planned.length === 0) return "everything is there already\n";
  return [
    ...linesOf(planned, written, folder),
    "",
    ...asked.parts.map((part) => WHEN[part](project)),
    ...numbered(stepsFor(asked, project)),
  ].join("\n");
}

/** The same for `init --app`. */
export function appText(
  planned: readonly Planned[],
  written: readonly Planned[],
  folder: string,
): string {
  if (planned.length === 0) return "everything is there already\n";
  return [...linesOf(planned, written, folder), ...numbered(APP_STEPS)].join("\n");
}

const APP_STEPS = [
  "npm install",
  "npx alchemy configure, or set CLOUDFLARE_API_TOKEN and CLOUDFLARE_ACCOUNT_ID",
  "npm run deploy -- --stage dev",
  "npm run deploy -- --stage pr-1, and destroy it: npm run destroy -- --stage pr-1",
];

function linesOf(
  planned: readonly Planned[],
  written: readonly Planned[],
  folder: string,
): string[] {
  return planned.map((file) => {
    const name = visible(shown(file.path, folder));
    if (!written.includes(file)) return `left alone  ${name}`;
    return `${file.before === undefined ? "created" : "changed"}     ${name}`;
  });
}

const numbered = (steps: readonly string[]) => [
  "",
  "Next:",
  ...steps.map((step, at) => `  ${at + 1}. ${step}`),
  "",
];

const WHEN: Readonly<Record<Part, (project: Project) => string>> = {
  monitor: (project) => `The monitor runs every day${afterDeploys(project)}.`,
  previews: () => "Each pull request gets the stage `pr-<number>` until it is closed.",
  sweep: () =>
    "The sweep runs every day. It marks a stage in one run and deletes it in a later one.",
};

function afterDeploys({ deploys, ci }: Project): string {
  if (ci === "gitlab") return " that you schedule a pipeline for";
  if (deploys.length > 0) {
    return ` and after ${deploys.map((name) => `\`${visible(name)}\``).join(", ")}`;
  }
  return " and after a workflow called `Deploy`: write the name of yours into it, if it has another one";
}

function stepsFor({ parts, cost, stores }: Asked, project: Project): string[] {
  const { manager, depends, ci } = project;
  const run = `${manager} run`;
  return [
    ...(depends ? [] : ["add the package `@alch/blocks` to the project"]),
    secretsFor(parts, project, stores),
    ...(parts.includes("monitor") ? [tokenFor(cost)] : []),
    ...storeSteps(stores),
    ...(ci === "gitlab"
      ? [`include the file in \`.gitlab-ci.yml\`: \`include: [{ local: ${GITLAB_FILE} }]\``]
      : []),
    ...parts.map((part) => `${triedWith(part, ci)}: ${run} ${PARTS[part].tried}`),
    ...(parts.includes("previews")
      ? [`destroy it again: ${run} preview:destroy -- --stage pr-0`]
      : []),
    "commit the files",
  ];
}

function tokenFor(cost: boolean): string {
  const token = "give the monitor a token that only reads";
  if (cost) {
    return `${token}, with the permission\n     Account Analytics: Read for the cost. Without it, its run fails and says so`;
  }
  return `${token}. For what each stage costs, too, run\n     npx @alch/blocks init monitor --cost`;
}

/** The state has to be where every run reaches it, and the commands have to know it. */
function storeSteps({ modules, inline, local, isNew }: Stores): string[] {
  if (inline.length > 0) {
    const what = isNew
      ? `export the stack of ${quoted(inline)} by default, and name that program in the scripts:\n     \`--state-store ./alchemy.run.ts\``
      : `give the state store of ${quoted(inline)} a module of its own, which exports it by default,\n     and name it in the scripts: \`--state-store ./state-store.ts\``;
    return [what];
  }
  const isReached = modules.length > 0 && local.length === 0;
  if (isReached) return [];
  const whose = local.length === 0 ? "" : ` for ${quoted(local)}`;
  const use = `use a state store that pipelines reach${whose}, such as`;
  return isNew
    ? [
        `${use}\n     \`guarded(Cloudflare.state())\`, and name the program in the scripts: \`--state-store ./alchemy.run.ts\``,
      ]
    : [
        `${use}\n     \`CloudflareStateStore\`, and name its module in the scripts: \`--state-store ./state-store.ts\``,
      ];
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `\`${visible(name)}\``).join(", ");
}

function triedWith(part: Part, ci: Project["ci"]): string {
  if (part === "previews") return "set the same in your shell and try it here";
  if (part !== "sweep") return "try it here";
  const needed =
    ci === "gitlab"
      ? "GITLAB_TOKEN, CI_API_V4_URL and CI_PROJECT_ID"
      : "GITHUB_TOKEN and GITHUB_REPOSITORY, which is `owner/name`,";
  return `set ${needed} and try it here`;
}

function secretsFor(parts: readonly Part[], { ci }: Project, { isNew }: Stores): string {
  const place = ci === "gitlab" ? "variables" : "secrets";
  // Alchemy 2 reads no variables of its own.
  const own = isNew
    ? ""
    : ", and\n     ALCHEMY_STATE_TOKEN and ALCHEMY_PASSWORD where your programs use them";
  const sweep =
    parts.includes("sweep") && ci === "github"
      ? "; the sweep's own\n     token is CLOUDFLARE_SWEEP_TOKEN, which may delete"
      : "";
  const merge =
    parts.includes("sweep") && ci === "gitlab"
      ? "; the sweep also\n     needs GITLAB_TOKEN, a project access token with `read_api`"
      : "";
  return `set the ${place} CLOUDFLARE_API_TOKEN and CLOUDFLARE_ACCOUNT_ID in the repository${own}${sweep}${merge}`;
}
