/** What is not looked at: always-ignored folders, `.gitignore` files and the config's patterns. */
import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { dirname, isAbsolute, join, relative, sep } from "node:path";
import ignore, { type Ignore } from "ignore";
import { isMissing, Problem, reasonOf } from "../problem.ts";

/** Folders with what others wrote or what is built. */
const NEVER = new Set(["node_modules", ".git", "dist", ".alchemy"]);

/** Patterns, and the folder that they are relative to. */
interface Patterns {
  folder: string;
  /** Nothing where there are no patterns at all: every file and folder is asked for. */
  rules: Ignore | undefined;
}

/** What holds inside of one folder. */
export class Ignores {
  private constructor(
    /** Of `.gitignore` files: those of inner folders come last and win. */
    private readonly files: Patterns,
    /** The config's, which hold whatever the files say. */
    private readonly own: Patterns,
  ) {}

  /**
   * What holds in `folder`, where a search starts: the `.gitignore` files from the top of the
   * repository down to it. A folder that they ignore is searched all the same, since it was asked
   * for.
   */
  static at(folder: string, config: { folder: string; patterns: readonly string[] }): Ignores {
    const { patterns } = config;
    const rules = patterns.length > 0 ? ignore().add([...patterns]) : undefined;
    const own = { folder: config.folder, rules };
    const chain = fromRepository(folder);
    const none = (top: string) => new Ignores({ folder: top, rules: undefined }, own);
    const all = chain.reduce((ignores, at) => ignores.inside(at), none(chain[0] ?? folder));
    return matches(all.files, folder, true) ? none(folder).inside(folder) : all;
  }

  /** What holds in a folder below. */
  inside(folder: string): Ignores {
    const text = readPatterns(join(folder, ".gitignore"));
    if (text === undefined) return this;
    const above = this.files.folder;
    const lines = scoped(text, seenFrom(above, folder));
    const rules = ignore()
      .add(this.files.rules ?? [])
      .add(lines);
    return new Ignores({ folder: above, rules }, this.own);
  }

  /** Whether to leave out a file or folder called `name` at `path`. */
  has(path: string, name: string, isFolder: boolean): boolean {
    if (isFolder && NEVER.has(name)) return true;
    return matches(this.own, path, isFolder) || matches(this.files, path, isFolder);
  }
}

function matches({ folder, rules }: Patterns, path: string, isFolder: boolean): boolean {
  if (rules === undefined) return false;
  const seen = seenFrom(folder, path);
  // Patterns do not apply to files above their folder.
  if (seen === "" || seen === ".." || seen.startsWith("../") || isAbsolute(seen)) return false;
  return rules.ignores(isFolder ? `${seen}/` : seen);
}

/** `path` as patterns see it: relative, with slashes. */
function seenFrom(folder: string, path: string): string {
  const inside = relative(folder, path);
  return sep === "/" ? inside : inside.replaceAll(sep, "/");
}

/** Lines of a `.gitignore` in `folder`, as they would stand in one above. */
function scoped(text: string, folder: string): string[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "" && !line.startsWith("#"));
  if (folder === "") return lines;
  const start = `/${folder.replaceAll(/[\\*?[\]!# ]/g, "\\$&")}`;
  return lines.map((line) => {
    const not = line.startsWith("!") ? "!" : "";
    const pattern = line.slice(not.length);
    if (pattern.startsWith("/")) return not + start + pattern;
    const isPath = pattern.trimEnd().slice(0, -1).includes("/");
    return `${not}${start}/${isPath ? "" : "**/"}${pattern}`;
  });
}

function readPatterns(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (isMissing(error) || (error as { code?: string }).code === "EISDIR") return undefined;
    // Whoever lists the folder says so.
    if (!isSearchable(dirname(file))) return undefined;
    throw new Problem(`\`${file}\` cannot be read: ${reasonOf(error)}`);
  }
}

function isSearchable(folder: string): boolean {
  try {
    accessSync(folder, constants.X_OK);
    return true;
  } catch {
    return false;
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
