/** Changes files so that at every moment each of them is whole: the old one or the new one. */
import { randomBytes } from "node:crypto";
import { open, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, sep } from "node:path";
import { realOf } from "./collect/modules.ts";

/** A file to change, and what it was when it was looked at. */
export interface Change {
  path: string;
  before: string;
  after: string;
}

/** How far the writing came. */
export interface Written {
  done: Change[];
  /** Whether it was told to stop. */
  stopped: boolean;
  /** Why the next one could not be written. */
  failed?: unknown;
}

/**
 * Writes one file after the other, up to the first that cannot be written or that someone else has
 * changed since. Ctrl-C stops between two of them.
 *
 * @param top The folder that links may not lead out of.
 */
export async function writeAll(changes: readonly Change[], top: string): Promise<Written> {
  const written: Written = { done: [], stopped: false };
  const stop = () => {
    written.stopped = true;
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  try {
    for (const change of changes) {
      if (written.stopped) break;
      await replace(change, top);
      written.done.push(change);
    }
  } catch (error) {
    written.failed = error;
  } finally {
    process.off("SIGINT", stop).off("SIGTERM", stop);
  }
  return written;
}

/**
 * Whether symbolic links lead from `path` to a file outside of `top`. Somebody else owns what is
 * there: nobody who runs the program here has asked for it to be changed.
 */
export function leadsOut(path: string, top: string): boolean {
  const real = realOf(path);
  if (real === path) return false;
  const way = relative(realOf(top), real);
  return way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way);
}

async function replace({ path, before, after }: Change, top: string): Promise<void> {
  if (leadsOut(path, top)) throw new Error("its symbolic link leads out of the workspace");
  // A link stays a link: what it leads to is changed.
  const real = await realpath(path);
  const { mode } = await stat(real);
  if ((await readFile(real, "utf8")) !== before) {
    throw new Error("it was changed by someone else just now");
  }
  await putWhole(real, after, rename, mode);
}

/**
 * Writes a file beside its place and has `put` bring it there once all of it is on the disk: who
 * reads it meanwhile finds what was there, or all of the new one.
 */
export async function putWhole(
  path: string,
  text: string,
  put: (temporary: string, path: string) => Promise<void> = rename,
  mode?: number,
): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    const file = await open(temporary, "wx", mode);
    try {
      // What the mode of the process takes away is given back.
      if (mode !== undefined) await file.chmod(mode);
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await put(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}
