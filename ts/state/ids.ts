/**
 * From ids to the names of files in Alchemy's file store, which other ids can have as well.
 *
 * | in the id | in the path |
 * | --- | --- |
 * | `/` | `:`, and `-` on Windows |
 * | `\` | a folder: Alchemy joins paths with `/` and takes `\` for one |
 * | `*` | `*`, and `+` on Windows |
 */
import { posix } from "node:path";

/** What files of rows end with. */
export const JSON_FILE = ".json";

/** The id that a name of a file stands for, as Alchemy itself reads it. */
export function idOfFile(file: string): string {
  return file.slice(0, -JSON_FILE.length).replaceAll(":", "/");
}

/**
 * How many folders below that of its scope the file of a row is: none, unless its id has a
 * backslash. Nothing if Alchemy does not write the id into a file at this path.
 *
 * @param path The folders that lead to the file, and its name.
 */
export function depthOf(id: string, path: readonly string[]): number | undefined {
  const shown = path.map(folded);
  for (const written of [id.replaceAll("/", ":"), windowsName(id)]) {
    const parts = posix.normalize(`${written.replaceAll("\\", "/")}${JSON_FILE}`).split("/");
    const tail = shown.slice(-parts.length);
    if (parts.map(folded).every((part, at) => part === tail[at])) return parts.length - 1;
  }
  return undefined;
}

function windowsName(id: string): string {
  return id.replaceAll("/", "-").replaceAll("*", "+");
}

/** Whether two names mean one file. */
export function sameName(one: string, other: string): boolean {
  return folded(one) === folded(other);
}

/** File systems may change the case and the Unicode form of a name. */
function folded(name: string): string {
  return name.normalize("NFC").toLowerCase();
}
