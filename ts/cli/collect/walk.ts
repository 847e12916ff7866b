/** Finds source files. */
import { type Dirent, existsSync, readdirSync, realpathSync, type Stats, statSync } from "node:fs";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import picomatch from "picomatch";
import { didYouMeanPath } from "../nearest.ts";
import { isMissing, Problem, reasonOf } from "../problem.ts";
import { Ignores } from "./ignore.ts";
import { isAlchemy } from "./packages.ts";

/** What Alchemy programs are written in; declarations of types have nothing to find. */
export const SOURCE = /(?<!\.d)\.[cm]?[jt]sx?$/;

/** What could not be looked at, and why. */
export interface Trouble {
  path: string;
  reason: string;
}

export interface Found {
  /** Absolute, sorted, each file once. */
  files: string[];
  /** Those that were named one by one. */
  named: Set<string>;
  troubles: Trouble[];
}

export interface Selection {
  /** Files, folders and patterns, as written. */
  paths: readonly string[];
  /** What `paths` are relative to. */
  folder: string;
  ignore: { folder: string; patterns: readonly string[] };
}

/** The source files that `selection` is about. */
export function findSources({ paths, folder, ignore }: Selection): Found {
  const walk = new Walk();
  const named = new Set<string>();
  for (const path of paths) {
    const { base, matches } = patternOf(path, folder);
    const at = resolve(folder, base);
    const stats = statOf(at, path);
    if (stats.isDirectory()) {
      walk.into(at, Ignores.at(at, ignore), (file) => matches(relative(at, file)));
      continue;
    }
    if (!stats.isFile()) throw new Problem(`\`${path}\` is neither a file nor a folder`);
    named.add(at);
    walk.files.add(at);
  }
  return { files: walk.finish(), named, troubles: walk.troubles };
}

function statOf(at: string, written: string): Stats {
  try {
    return statSync(at);
  } catch (error) {
    if (isMissing(error)) {
      const help = didYouMeanPath(at, written);
      throw new Problem(`there is no file or folder \`${written}\``, help);
    }
    throw new Problem(`\`${written}\` cannot be read: ${reasonOf(error)}`);
  }
}

interface Pattern {
  base: string;
  matches: (file: string) => boolean;
}

/** The folder that a pattern starts in, and what it lets through; a plain path is all base. */
function patternOf(path: string, folder: string): Pattern {
  const all = { base: path, matches: () => true };
  // A path may have brackets in it, as routes do, and then there is such a file.
  if (existsSync(resolve(folder, path))) return all;
  const written = sep === "/" ? path : path.replaceAll(sep, "/");
  const { base, glob, isGlob } = picomatch.scan(written);
  if (!isGlob) return all;
  const match = picomatch(glob, { dot: true });
  const inside = picomatch(`${glob.replace(/\/$/, "")}/**`, { dot: true });
  return {
    base: base || (isAbsolute(path) ? sep : "."),
    matches: (file) => {
      const seen = sep === "/" ? file : file.replaceAll(sep, "/");
      return match(seen) || inside(seen);
    },
  };
}

/** A folder on the way, and all that holds in it. */
interface Place {
  folder: string;
  /** The folder without symbolic links. */
  real: string;
  ignores: Ignores;
  wanted: (file: string) => boolean;
  /** The real folders that the way led through, links followed. */
  above: readonly string[];
}

/** A symbolic link that was met. */
interface Link {
  path: string;
  name: string;
  from: Place;
}

class Walk {
  readonly files = new Set<string>();
  readonly troubles: Trouble[] = [];
  /** Real folders that were listed. */
  readonly #listed = new Set<string>();
  /** Links are followed last: what they lead to is mostly found without them. */
  readonly #links: Link[] = [];

  /** Adds all source files below `folder` that `wanted` lets through. */
  into(folder: string, ignores: Ignores, wanted: (file: string) => boolean): void {
    this.#down({ folder, real: realpathSync(folder), ignores, wanted, above: [] }, false);
  }

  /** Follows the links that were met; gives all files, in a stable order. */
  finish(): string[] {
    // Folders first, which may have more links in them: what a link to a file leads to may be there.
    const toFiles: { path: string; real: string }[] = [];
    for (let link = this.#links.shift(); link; link = this.#links.shift()) {
      const real = this.#follow(link);
      if (real !== undefined) toFiles.push({ path: link.path, real });
    }
    const known = new Set(toFiles.length > 0 ? [...this.files].map((at) => realpathSync(at)) : []);
    for (const { path, real } of toFiles) {
      if (!known.has(real)) this.files.add(path);
      known.add(real);
    }
    return [...this.files].sort();
  }

  #down(place: Place, isInside = true): void {
    this.#listed.add(place.real);
    const entries = this.#list(place.folder);
    // A copy of Alchemy's sources is no part of the program, unless it is what was asked for.
    const isPackage = isInside && entries.some(({ name }) => name === "package.json");
    if (isPackage && isAlchemy(place.folder)) return;
    for (const entry of entries) {
      const path = join(place.folder, entry.name);
      if (entry.isDirectory()) this.#enter(path, entry.name, place);
      else if (entry.isSymbolicLink()) this.#links.push({ path, name: entry.name, from: place });
      else if (entry.isFile() && isWanted(path, entry.name, place)) this.files.add(path);
    }
  }

  #enter(path: string, name: string, from: Place): void {
    const real = join(from.real, name);
    const again = from.above.length > 0 && this.#listed.has(real);
    if (again || from.ignores.has(path, name, true)) return;
    const ignores = from.ignores.inside(path);
    this.#down({ ...from, folder: path, real, ignores });
  }

  #list(folder: string): Dirent[] {
    try {
      return readdirSync(folder, { withFileTypes: true });
    } catch (error) {
      this.troubles.push({ path: folder, reason: reasonOf(error) });
      return [];
    }
  }

  /** Goes where a link leads; gives the file, if it is one to look at. */
  #follow({ path, name, from }: Link): string | undefined {
    if (from.ignores.has(path, name, true)) return undefined;
    try {
      const real = realpathSync(path);
      const stats = statSync(real);
      if (stats.isDirectory()) this.#followFolder(path, real, from);
      else if (stats.isFile() && isWanted(path, name, from)) return real;
    } catch (error) {
      // A link to nowhere matters only where it stands for a source.
      const round = (error as { code?: string }).code === "ELOOP";
      if (round || isWanted(path, name, from)) {
        this.troubles.push({ path, reason: reasonOf(error) });
      }
    }
    return undefined;
  }

  #followFolder(path: string, real: string, from: Place): void {
    const above = [...from.above, from.real];
    if (above.some((folder) => folder === real || folder.startsWith(real + sep))) {
      this.troubles.push({ path, reason: "it is a symbolic link to one of its parent folders" });
    } else if (!this.#listed.has(real)) {
      this.#down({ ...from, folder: path, real, ignores: from.ignores.inside(path), above });
    }
  }
}

function isWanted(path: string, name: string, { ignores, wanted }: Place): boolean {
  return SOURCE.test(name) && wanted(path) && !ignores.has(path, name, false);
}
