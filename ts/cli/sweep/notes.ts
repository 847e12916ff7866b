/**
 * What earlier sweeps have noted, in `stages.json`: marks, and the stages that could not be swept. If the file
 * is lost, a stage goes later, never sooner.
 */
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { isMissing, Problem, reasonOf } from "../problem.ts";
import { jsonOf } from "../render/text.ts";
import type { Decision, Mark } from "../stages/decide.ts";
import { putWhole } from "../write.ts";

const FILE = "stages.json";

/** A stage of an app. */
export interface StageKey {
  app: string;
  stage: string;
}

export interface Notes {
  version: 1;
  marks: Mark[];
  /** Stages that the last sweep did not bring to an end: they come last. */
  failed: StageKey[];
}

const NONE: Notes = { version: 1, marks: [], failed: [] };

/** The notes in `folder`. What cannot be understood counts as lost. */
export async function readNotes(folder: string): Promise<Notes> {
  const path = join(folder, FILE);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return NONE;
    throw new Problem(`\`${path}\` cannot be read: ${reasonOf(error)}`);
  }
  try {
    return checked(JSON.parse(text) as Partial<Notes> | null);
  } catch {
    return NONE;
  }
}

function checked(value: Partial<Notes> | null): Notes {
  const { version, marks, failed } = value ?? {};
  if (version !== 1 || !Array.isArray(marks) || !Array.isArray(failed)) return NONE;
  return { version, marks: marks.filter(isMark), failed: failed.filter(isKey) };
}

function isKey(value: Partial<StageKey> | null): value is StageKey {
  return typeof value?.app === "string" && typeof value.stage === "string";
}

function isMark(value: Partial<Mark> | null): value is Mark {
  const { hash, closedAt } = value ?? {};
  return (
    isKey(value) &&
    typeof hash === "string" &&
    Number.isSafeInteger(closedAt) &&
    (closedAt ?? -1) >= 0
  );
}

/** @throws Problem if they cannot be written. */
export async function keepNotes(folder: string, notes: Notes): Promise<void> {
  const path = join(folder, FILE);
  await writable(path, async () => {
    await mkdir(folder, { recursive: true });
    await putWhole(path, jsonOf(notes));
  });
}

/** @throws Problem if it cannot be made. */
export async function makeFolder(folder: string): Promise<void> {
  await writable(folder, () => mkdir(folder, { recursive: true }));
}

async function writable(path: string, act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    const message = `\`${path}\` cannot be written: ${reasonOf(error)}`;
    throw new Problem(message, "give another folder with `--metrics`");
  }
}

/** The marks that this run leaves: of every stage that may go, now or later. */
export function marksOf(
  decisions: readonly Decision[],
  closedAt: ReadonlyMap<number, number>,
): Mark[] {
  return decisions.flatMap(({ app, stage, hash, pull, verdict }) => {
    if (verdict !== "mark" && verdict !== "sweep") return [];
    const closed = pull === null ? undefined : closedAt.get(pull);
    return closed === undefined ? [] : [{ app, stage, hash, closedAt: closed }];
  });
}

export function isSameStage(one: StageKey, other: StageKey): boolean {
  return one.app === other.app && one.stage === other.stage;
}
