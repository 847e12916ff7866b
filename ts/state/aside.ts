/** Moves a row out of Alchemy's sight, and keeps it. */
import { existsSync } from "node:fs";
import { readFile, rename } from "node:fs/promises";

const ENDING = ".disarmed";

/**
 * Renames a row's file to `<file>.disarmed`, which Alchemy does not read. An earlier backup stays.
 *
 * @param isNeeded Whether Alchemy needs the row, which a deploy may have written just now.
 * @returns the file that has the row then.
 */
export async function setAside(file: string, isNeeded: (row: unknown) => boolean): Promise<string> {
  const backup = freeName(file);
  await rename(file, backup);
  const row: unknown = JSON.parse(await readFile(backup, "utf8"));
  if (!isNeeded(row)) return backup;
  if (!existsSync(file)) await rename(backup, file);
  throw new Error("a deploy is writing it");
}

function freeName(file: string): string {
  for (let number = 1; ; number++) {
    const name = `${file}${ENDING}${number === 1 ? "" : `-${number}`}`;
    if (!existsSync(name)) return name;
  }
}
