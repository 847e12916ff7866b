/** One process at a time. */
import { randomBytes } from "node:crypto";
import { open, readFile, rm, stat } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { isMissing, Problem } from "../problem.ts";

/** What is done under a lock takes milliseconds: whoever holds it so long is dead. */
const STALE_MS = 20_000;
const PATIENCE_MS = 60_000;
const PAUSE_MS = 20;

/** Does `act` while no other process holds the lock, which is the file `path`. */
export async function locked<T>(path: string, act: () => Promise<T>): Promise<T> {
  const own = randomBytes(12).toString("hex");
  await take(path, own);
  try {
    return await act();
  } finally {
    // Another may hold it by now, if this one was taken for dead.
    if ((await contentOf(path)) === own) await rm(path, { force: true });
  }
}

async function take(path: string, own: string): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  while (!(await make(path, own))) {
    if (Date.now() > until) {
      const help = `remove \`${path}\` if no other run is going on`;
      throw new Problem("another run has held the metrics for a minute", help);
    }
    await dropStale(path);
    await setTimeout(PAUSE_MS + Math.random() * PAUSE_MS);
  }
}

async function make(path: string, own: string): Promise<boolean> {
  try {
    const file = await open(path, "wx");
    try {
      await file.writeFile(own);
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/**
 * Removes the lock of a dead process. Several may want to, and the slower ones would remove the lock
 * that the fastest has made since: so one at a time looks again, and removes.
 */
async function dropStale(path: string): Promise<void> {
  if (!(await isStale(path))) return;
  const turn = `${path}.stale`;
  if (!(await make(turn, ""))) {
    // Its holder died between two calls.
    if (await isStale(turn)) await rm(turn, { force: true });
    return;
  }
  try {
    if (await isStale(path)) await rm(path, { force: true });
  } finally {
    await rm(turn, { force: true });
  }
}

async function isStale(path: string): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(path);
    return Date.now() - mtimeMs >= STALE_MS;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

async function contentOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return undefined;
  }
}
