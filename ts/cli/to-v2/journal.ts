/**
 * Writes that can be undone. Each run has a folder of its own below `.alchemy-backup/`, with all that
 * was moved away and with a list of what is done. The list is on the disk before the first of it is.
 */
import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { link, mkdir, open, readFile, rename, rm, rmdir } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { isMissing, Problem, reasonOf } from "../problem.ts";
import { putWhole } from "../write.ts";

const FOLDER = ".alchemy-backup";
const LIST = "undo.json";

/** One thing to do. Paths are absolute. */
export type Step =
  | { do: "create"; path: string; text: string }
  /** Moves a file or a folder into the backup. */
  | { do: "move"; path: string };

/** One thing that was done, with paths relative to the root. */
type Done =
  | { did: "create"; path: string; sha256: string }
  | { did: "move"; path: string; to: string }
  | { did: "mkdir"; path: string };

interface List {
  version: 1;
  done: Done[];
}

/**
 * Does all steps, or none that could not be undone.
 *
 * @returns the backup.
 * @throws Problem, with the backup in its help if something was done already.
 */
export async function perform(root: string, steps: readonly Step[]): Promise<string> {
  const backup = await makeBackup(root);
  const done = steps.flatMap((step, at) => plannedFor(step, at, root, backup));
  await putWhole(join(backup, LIST), `${JSON.stringify({ version: 1, done }, null, 2)}\n`);
  try {
    for (const [at, step] of steps.entries()) await performOne(step, at, backup);
  } catch (error) {
    const path = relative(root, backup);
    throw new Problem(
      `not all was written: ${reasonOf(error)}`,
      `undo it with \`npx @alch/blocks migrate --undo ${path}\`, and try again`,
      "write-failed",
    );
  }
  return backup;
}

async function makeBackup(root: string): Promise<string> {
  const time = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const backup = join(root, FOLDER, `${time}-${randomBytes(3).toString("hex")}`);
  await mkdir(backup, { recursive: true });
  // State may have secrets in it.
  await putWhole(join(root, FOLDER, ".gitignore"), "*\n");
  return backup;
}

function plannedFor(step: Step, at: number, root: string, backup: string): Done[] {
  const path = relative(root, step.path);
  if (step.do === "move") {
    return [{ did: "move", path, to: relative(root, join(backup, String(at))) }];
  }
  const folders = missingFolders(dirname(step.path)).map((folder): Done => {
    return { did: "mkdir", path: relative(root, folder) };
  });
  return [...folders, { did: "create", path, sha256: hashOf(step.text) }];
}

/** Those that have to be made, the outermost first. */
function missingFolders(folder: string): string[] {
  if (existsSync(folder) || dirname(folder) === folder) return [];
  return [...missingFolders(dirname(folder)), folder];
}

async function performOne(step: Step, at: number, backup: string): Promise<void> {
  if (step.do === "move") return rename(step.path, join(backup, String(at)));
  await mkdir(dirname(step.path), { recursive: true });
  // Unlike a rename, a link does not replace what someone else has put there.
  await putWhole(step.path, step.text, link);
}

/**
 * Takes back what a run did, the last thing first. What was changed since is left, and then nothing
 * is taken back.
 *
 * @returns what was taken back, relative to the root.
 */
export async function undo(backup: string): Promise<string[]> {
  const root = dirname(dirname(backup));
  const { done } = await readList(backup);
  const steps = [...done].reverse();
  const open: Done[] = [];
  await alone(root, async () => {
    for (const step of steps) if (await isOpen(step, root, steps)) open.push(step);
    for (const step of open) await takeBack(step, root);
  });
  return open.filter(({ did }) => did !== "mkdir").map(({ path }) => path);
}

async function readList(backup: string): Promise<List> {
  const help = `give the folder below \`${FOLDER}\` that the run has named`;
  let list: unknown;
  try {
    list = JSON.parse(await readFile(join(backup, LIST), "utf8"));
  } catch (error) {
    throw new Problem(`\`${backup}\` is no backup: ${reasonOf(error)}`, help, "backup-unreadable");
  }
  const isOurs = basename(dirname(backup)) === FOLDER;
  if (isOurs && isList(list, dirname(dirname(backup)))) return list;
  throw new Problem(`\`${backup}\` is no backup`, help, "backup-unreadable");
}

/** Whether it is a list, and of files below the root. */
function isList(value: unknown, root: string): value is List {
  const { version, done } = (value ?? {}) as Partial<List>;
  if (version !== 1 || !Array.isArray(done)) return false;
  return done.every((one: Partial<Record<"did" | "path" | "to" | "sha256", unknown>>) => {
    if (!isBelow(one.path, root)) return false;
    if (one.did === "move") return isBelow(one.to, root);
    return one.did === "mkdir" || (one.did === "create" && typeof one.sha256 === "string");
  });
}

function isBelow(path: unknown, root: string): boolean {
  if (typeof path !== "string") return false;
  const inside = relative(root, resolve(root, path));
  return inside !== "" && inside.split(sep)[0] !== ".." && !isAbsolute(inside);
}

/** Whether a step was done and can be taken back. */
async function isOpen(step: Done, root: string, all: readonly Done[]): Promise<boolean> {
  const path = join(root, step.path);
  if (step.did === "mkdir") return existsSync(path);
  if (step.did === "create") {
    const text = await textOf(path);
    if (text === undefined) return false;
    if (hashOf(text) === step.sha256) return true;
    throw changed(step.path, "it was changed since");
  }
  if (!existsSync(join(root, step.to))) return false;
  // What the same run has put in its place goes first.
  const isOurs = all.some((one) => one.did === "create" && one.path === step.path);
  if (!existsSync(path) || isOurs) return true;
  throw changed(step.path, "there is something in its place");
}

function changed(path: string, why: string): Problem {
  const help = "nothing was undone: move it away if the other version of it is wanted";
  return new Problem(`\`${path}\` cannot be undone: ${why}`, help, "undo-changed");
}

async function takeBack(step: Done, root: string): Promise<void> {
  const path = join(root, step.path);
  if (step.did === "create") return rm(path);
  if (step.did === "move") return rename(join(root, step.to), path);
  try {
    await rmdir(path);
  } catch (error) {
    // Somebody has put something into it.
    if ((error as NodeJS.ErrnoException).code !== "ENOTEMPTY") throw error;
  }
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new Problem(`\`${path}\` cannot be read: ${reasonOf(error)}`, "", "undo-changed");
  }
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Does `act` while no other run writes below `root`. */
export async function alone<T>(root: string, act: () => Promise<T>): Promise<T> {
  const path = join(root, FOLDER, "lock");
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, "wx").catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    const help = `wait for it; if there is none, remove \`${relative(process.cwd(), path)}\``;
    throw new Problem("another run is writing here", help, "busy");
  });
  // Nothing that is half done may be left by Ctrl-C: it ends by itself in a moment.
  const wait = () => {};
  process.on("SIGINT", wait).on("SIGTERM", wait);
  try {
    return await act();
  } finally {
    process.off("SIGINT", wait).off("SIGTERM", wait);
    await file.close();
    await rm(path, { force: true });
  }
}
