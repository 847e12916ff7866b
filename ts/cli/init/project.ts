/** The project that `init` writes to: where it begins, what installs it, and what deploys it. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { parse } from "yaml";
import { isMissing, Problem, reasonOf } from "../problem.ts";

export interface Project {
  /** Where its `package.json` is. */
  folder: string;
  /** Where the repository begins; GitHub looks for workflows there. */
  repository: string;
  /** From the repository to the project, with slashes; `.` where they are one. */
  within: string;
  manager: Manager;
  /** Whether its `package.json` names this package. */
  depends: boolean;
  /** The workflows that deploy, by name. */
  deploys: readonly string[];
  /** Where its pipelines run: GitLab, if only GitLab's configuration is there. */
  ci: "github" | "gitlab";
}

/** What installs packages, by its lock file; npm without one. */
const MANAGERS = {
  "package-lock.json": "npm",
  "npm-shrinkwrap.json": "npm",
  "pnpm-lock.yaml": "pnpm",
  "yarn.lock": "yarn",
  "bun.lock": "bun",
  "bun.lockb": "bun",
} as const;

export type Manager = (typeof MANAGERS)[keyof typeof MANAGERS];

/** @throws Problem where `folder` is no project. */
export function readProject(folder: string): Project {
  if (!existsSync(join(folder, "package.json"))) {
    const message = `there is no \`package.json\` in \`${folder}\``;
    throw new Problem(message, "go to the folder of the project, or run `npm init` there first");
  }
  const manifest = textOf(join(folder, "package.json"));
  const repository = upTo(folder, (at) => existsSync(join(at, ".git"))) ?? folder;
  return {
    folder,
    repository,
    within: relative(repository, folder).split(sep).join("/") || ".",
    manager: managerOf(folder, repository),
    depends: /"@alch\/blocks"\s*:/.test(manifest),
    deploys: deploysOf(join(repository, ".github", "workflows")),
    ci: isOnGitLab(repository) ? "gitlab" : "github",
  };
}

function isOnGitLab(repository: string): boolean {
  return existsSync(join(repository, ".gitlab-ci.yml")) && !existsSync(join(repository, ".github"));
}

function upTo(folder: string, holds: (at: string) => boolean): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (holds(at)) return at;
    if (dirname(at) === at) return undefined;
  }
}

/** By the nearest lock file: in a workspace it is above the project. */
function managerOf(folder: string, repository: string): Manager {
  for (let at = folder; ; at = dirname(at)) {
    for (const [file, manager] of Object.entries(MANAGERS)) {
      if (existsSync(join(at, file))) return manager;
    }
    if (at === repository || dirname(at) === at) return "npm";
  }
}

/** A step of a workflow that deploys with Alchemy says so. */
const DEPLOYS = /\balchemy\s+(deploy|\S*run)|\balchemy\.run\.\w+|\bwrangler\s+deploy/;

function deploysOf(workflows: string): string[] {
  const names = filesIn(workflows).flatMap((file) => {
    const text = textOf(join(workflows, file));
    if (!DEPLOYS.test(text) && !/^deploy\b/i.test(file)) return [];
    return [nameOf(text) ?? `.github/workflows/${file}`];
  });
  return [...new Set(names)].sort();
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((file) => /\.ya?ml$/.test(file) && !/^monitor-/.test(file));
  } catch (error) {
    if (isMissing(error)) return [];
    throw new Problem(`\`${folder}\` cannot be read: ${reasonOf(error)}`);
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Problem(`\`${file}\` cannot be read: ${reasonOf(error)}`);
  }
}

/** GitHub calls a workflow without a name by its path, and one that is no YAML it does not run. */
function nameOf(text: string): string | undefined {
  try {
    const { name } = (parse(text) ?? {}) as { name?: unknown };
    return typeof name === "string" && name !== "" ? name : undefined;
  } catch {
    return undefined;
  }
}
