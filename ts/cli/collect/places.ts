/** Finds the folders and files that hold Alchemy's state. */
import { type Dirent, existsSync, readdirSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import picomatch from "picomatch";
import { didYouMeanPath } from "../nearest.ts";
import { isMissing, Problem, reasonOf } from "../problem.ts";

/** Folders that hold no state of the project's own. */
const NEVER = new Set(["node_modules", ".git"]);

const HELP = "give the folder of Alchemy's state with `--state`";

/** The folder in which Alchemy keeps its state. */
const STATE_FOLDER = ".alchemy";

export interface Place {
  path: string;
  /** A folder is Alchemy's file store, and a file its SQLite database. */
  isFolder: boolean;
}

/**
 * What the paths and patterns stand for, each once.
 *
 * @throws Problem for one that stands for nothing.
 */
export function findPlaces(patterns: readonly string[], folder: string): Place[] {
  const found = patterns.flatMap((pattern) => placesOf(pattern, folder));
  return [...new Map(found.map((place) => [place.path, place])).values()];
}

function placesOf(pattern: string, folder: string): Place[] {
  const path = resolve(folder, pattern);
  const isFolder = isFolderAt(path, pattern);
  if (isFolder !== undefined) return [{ path, isFolder }];
  const written = sep === "/" ? pattern : pattern.replaceAll(sep, "/");
  const { base, glob, isGlob } = picomatch.scan(written);
  if (!isGlob) {
    throw new Problem(`there is no folder \`${pattern}\``, didYouMeanPath(path, pattern, HELP));
  }
  const top = resolve(folder, base || (isAbsolute(pattern) ? sep : "."));
  const matches = picomatch(glob.replace(/\/$/, ""), { dot: true });
  const found = search(top, (at) => matches(relative(top, at).replaceAll(sep, "/")));
  if (found.length > 0) return found;
  throw new Problem(`no folder or file matches \`${pattern}\``, HELP);
}

/** Nothing if there is nothing at the path. */
function isFolderAt(path: string, written: string): boolean | undefined {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new Problem(`\`${written}\` cannot be read: ${reasonOf(error)}`);
  }
}

/** All folders of state below `top` that are not in one to leave out. */
export function stateFoldersIn(top: string, isLeftOut: (path: string) => boolean): Place[] {
  const found = search(top, (path) => path.endsWith(sep + STATE_FOLDER), isLeftOut);
  return found.filter((one) => one.isFolder);
}

/** All that is wanted below `folder`, but nothing inside of that. */
function search(
  folder: string,
  wanted: (path: string) => boolean,
  isLeftOut: (path: string) => boolean = () => false,
): Place[] {
  const entries = entriesOf(folder).filter(({ name }) => !NEVER.has(name));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    const isFolder = entry.isDirectory();
    if (isFolder && isLeftOut(path)) return [];
    if (wanted(path) && (isFolder || entry.isFile())) return [{ path, isFolder }];
    return isFolder ? search(path, wanted, isLeftOut) : [];
  });
}

/** In the order of their names; none where they may not be listed. */
function entriesOf(folder: string): Dirent[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}

/** The folders that may hold a store: those of the programs, and all above up to `top`. */
export function foldersBeside(files: readonly string[], top: string): string[] {
  const folders = new Set([top]);
  for (const file of files) {
    for (let at = dirname(file); !folders.has(at) && at.startsWith(top); at = dirname(at)) {
      folders.add(at);
    }
    folders.add(dirname(file));
  }
  const all = [...folders].sort().map((folder) => join(folder, STATE_FOLDER));
  return all.filter((folder) => existsSync(folder));
}
