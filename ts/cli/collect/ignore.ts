/** What is not looked at: always-ignored folders, `.gitignore` files and the config's patterns. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import ignore, { type Ignore } from "ignore";
import { isMissing, Problem, reasonOf } from "../problem.ts";

/** Folders with what others wrote or what is built. */
const NEVER = new Set(["node_modules", ".git", "dist", ".alchemy"]);

/** Patterns that hold from one folder on. */
interface Layer {
  folder: string;
  rules: Ignore;
}

/** `path` as patterns see it: relative, with slashes. */
function seenFrom(folder: string, path: string): string {
  const inside = relative(folder, path);
  return sep === "/" ? inside : inside.replaceAll(sep, "/");
}

/** What holds inside of one folder; the layers of inner folders come last and win. */
export class Ignores {
  private constructor(
    private readonly layers: readonly Layer[],
    private readonly always: Layer | undefined,
  ) {}

  /**
   * What holds in `folder`, where a search starts: the `.gitignore` files from the top of the
   * repository down to it. A folder that they ignore is searched all the same, since it was asked
   * for.
   */
  static at(folder: string, own: { folder: string; patterns: readonly string[] }): Ignores {
    const always = { folder: own.folder, rules: ignore().add([...own.patterns]) };
    let ignores = new Ignores([], own.patterns.length > 0 ? always : undefined);
    for (const above of fromRepository(folder)) ignores = ignores.inside(above);
    return ignores.#leavesOut(folder) ? new Ignores([], ignores.always) : ignores;
  }

  /** What holds in a folder below. */
  inside(folder: string): Ignores {
    const text = readPatterns(join(folder, ".gitignore"));
    if (text === undefined) return this;
    return new Ignores([...this.layers, { folder, rules: ignore().add(text) }], this.always);
  }

  /** Whether to leave out a file or folder called `name` at `path`. */
  has(path: string, name: string, isFolder: boolean): boolean {
    if (isFolder && NEVER.has(name)) return true;
    if (this.layers.length === 0 && !this.always) return false;
    return this.#leavesOut(isFolder ? path + sep : path);
  }

  #leavesOut(path: string): boolean {
    if (this.always && judge(this.always, path) === true) return true;
    for (const layer of this.layers.toReversed()) {
      const judged = judge(layer, path);
      if (judged !== undefined) return judged;
    }
    return false;
  }
}

/** Whether a layer ignores a path, or says nothing of it. */
function judge({ folder, rules }: Layer, path: string): boolean | undefined {
  const isFolder = path.endsWith(sep);
  const seen = seenFrom(folder, path);
  if (seen === "" || seen.startsWith("..")) return undefined;
  const { ignored, unignored } = rules.test(isFolder ? `${seen}/` : seen);
  return ignored ? true : unignored ? false : undefined;
}

function readPatterns(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (isMissing(error) || (error as { code?: string }).code === "EISDIR") return undefined;
    throw new Problem(`\`${file}\` cannot be read: ${reasonOf(error)}`);
  }
}

/** The folders from the top of the repository down to `folder`; only `folder` outside of one. */
function fromRepository(folder: string): string[] {
  const chain = [folder];
  for (let at = folder; !existsSync(join(at, ".git")); ) {
    const above = dirname(at);
    if (above === at) return [folder];
    at = above;
    chain.unshift(at);
  }
  return chain;
}
