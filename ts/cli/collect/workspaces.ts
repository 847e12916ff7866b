/** The packages of a workspace, also those that no package manager has linked yet. */
import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  type Stats,
  statSync,
} from "node:fs";
import { basename, dirname, isAbsolute, join } from "node:path";
import { manifestIn } from "./packages.ts";

/** The nearest folder above `folder` that lists packages of a workspace. */
export function workspaceAbove(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (isWorkspace(at)) return at;
    if (dirname(at) === at) return undefined;
  }
}

/**
 * The top of the repository; outside of one, the outermost folder that makes it a workspace; else
 * the folder itself.
 */
export function workspaceOf(folder: string): string {
  let workspace = folder;
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, ".git"))) return at;
    if (isWorkspace(at)) workspace = at;
    if (dirname(at) === at) return workspace;
  }
}

function isWorkspace(folder: string): boolean {
  return existsSync(join(folder, PNPM)) || manifestIn(folder)?.workspaces !== undefined;
}

const PNPM = "pnpm-workspace.yaml";

/** The packages of the workspace in `root`, by name. */
export async function packagesIn(root: string): Promise<Map<string, string>> {
  const patterns = await patternsOf(root);
  // Few programs are in a workspace: what only they need is not loaded before.
  const { globSync } = await import("tinyglobby");
  const manifests = globSync(
    patterns.map((pattern) => pattern.replace(/^(!?)(?:\.\/)?(.*?)\/*$/, "$1$2/package.json")),
    {
      cwd: root,
      absolute: true,
      expandDirectories: false,
      followSymbolicLinks: false,
      ignore: ["**/node_modules/**"],
    },
  );
  const packages = new Map<string, string>();
  for (const folder of manifests.sort().map((manifest) => dirname(manifest))) {
    const name = manifestIn(folder)?.name;
    if (isPackageName(name) && !packages.has(name)) packages.set(name, folder);
  }
  return packages;
}

/** Any other would be linked in some place outside of `node_modules`. */
function isPackageName(name: unknown): name is string {
  return typeof name === "string" && /^(?:@[^/\\]+\/)?[^/\\]+$/.test(name) && !DOTS.test(name);
}

/** A way upwards, or none. */
const DOTS = /(?:^|[/\\])\.{1,2}(?:[/\\]|$)/;

async function patternsOf(root: string): Promise<string[]> {
  const { workspaces } = manifestIn(root) ?? {};
  // pnpm's file may have settings only. Yarn and Bun have other things around the list, too.
  const listed = (await pnpmIn(root))?.packages ?? workspaces;
  const patterns = Array.isArray(listed) ? listed : (listed as Listed | undefined)?.packages;
  return Array.isArray(patterns) ? patterns.filter(isInside).filter(isQuick) : [];
}

/** What leads out of the workspace could be the whole disk. */
function isInside(pattern: unknown): pattern is string {
  if (typeof pattern !== "string") return false;
  return !isAbsolute(pattern) && !pattern.split(/[/\\]/).includes("..");
}

/** Many stars take years to compare with a long name. */
function isQuick(pattern: string): boolean {
  const stars = (text: string) => text.split("*").length - 1;
  const isSimple = !/[@!?*+]\(/.test(pattern) && stars(pattern) <= 8;
  return isSimple && pattern.split("/").every((part) => stars(part) <= 3);
}

interface Listed {
  packages?: unknown;
}

async function pnpmIn(root: string): Promise<Listed | undefined> {
  const file = join(root, PNPM);
  if (!existsSync(file)) return undefined;
  const { parse } = await import("yaml");
  try {
    return (parse(readFileSync(file, "utf8")) as Listed | null) ?? undefined;
  } catch {
    return undefined;
  }
}

// Most of what a resolver looks for is not there. An error for each would take most of its time.
const NOTHING = Object.assign(new Error("there is no such file"), { code: "ENOENT" });
const QUIETLY = { throwIfNoEntry: false } as const;

function present(stats: Stats | undefined): Stats {
  if (stats === undefined) throw NOTHING;
  return stats;
}

/** The mark is that of UTF-8, which some editors write. */
function withoutMark(bytes: Buffer): Buffer {
  return bytes[0] === 0xef ? bytes.subarray(3) : bytes;
}

const EMPTY = Buffer.from("{}");

/** The file system as it is after an installation, for packages of a workspace. */
export class LinkedFiles {
  /** Where a package manager would link a package, to its folder. */
  readonly #links = new Map<string, string>();
  /** The folders that such links would be in, to one that is there. */
  readonly #folders = new Map<string, string>();

  add(root: string, packages: ReadonlyMap<string, string>): void {
    for (const [name, folder] of packages) {
      const place = join(root, "node_modules", name);
      if (existsSync(place)) continue;
      this.#links.set(place, folder);
      for (let at = dirname(place); at !== root; at = dirname(at)) {
        if (!existsSync(at)) this.#folders.set(at, root);
      }
    }
  }

  statSync = (path: string): Stats => present(statSync(this.#actual(path), QUIETLY));

  lstatSync = (path: string): Stats => present(lstatSync(this.#actual(path), QUIETLY));

  readdirSync = (path: string): string[] => readdirSync(this.#actual(path));

  readlinkSync = (path: string): string => {
    const linked = this.#links.get(path);
    if (linked !== undefined) return linked;
    const actual = this.#actual(path);
    if (!lstatSync(actual, QUIETLY)?.isSymbolicLink()) throw NOTHING;
    return readlinkSync(actual);
  };

  readFileSync = (path: string): Buffer => {
    const actual = this.#actual(path);
    if (existsSync(actual)) return withoutMark(readFileSync(actual));
    // What a configuration extends may not be installed. The rest of it counts all the same.
    if (basename(path) === "package.json") throw NOTHING;
    return EMPTY;
  };

  #actual(path: string): string {
    const folder = this.#folders.get(path);
    if (folder !== undefined) return folder;
    const place = /^.*?[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(path)?.[0] ?? "";
    const linked = this.#links.get(place);
    if (linked !== undefined) return linked + path.slice(place.length);
    const isMissing = basename(path) === "tsconfig.json" && !existsSync(path);
    return isMissing ? join(dirname(path), "jsconfig.json") : path;
  }
}
