/** Text of users on a terminal: nothing in it may move the cursor, hide or turn other text. */
import { createColors } from "picocolors";

export { count, grouped } from "./numbers.ts";

/**
 * Control characters, marks that turn the direction of writing, characters without a width, and
 * halves of pairs. Tabs and line breaks are among them.
 */
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|\udb40[\udc00-\udc7f]/g;

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function escaped(hidden: string): string {
  return SHORT[hidden] ?? `\\u{${(hidden.codePointAt(0) ?? 0).toString(16)}}`;
}

/** What GitHub takes for a command in a log: `::` where a line begins, and `##[` anywhere. */
const COMMANDS = /^(\s*):(?=:)|##\[/g;

/** `text` with everything written out that a terminal, or the log of a workflow, would obey or not show. */
export function visible(text: string): string {
  const shown = text.replace(HIDDEN, escaped);
  return shown.replace(COMMANDS, (command, space = "") => {
    return command === "##[" ? "##\\u{5b}" : `${space}\\u{3a}`;
  });
}

/** JSON of `value`, in which such characters are escaped the way JSON does it. */
export function jsonOf(value: unknown): string {
  const units = (hidden: string) =>
    [...Array(hidden.length).keys()]
      .map((at) => `\\u${hidden.charCodeAt(at).toString(16).padStart(4, "0")}`)
      .join("");
  // What is left of line breaks is JSON's own layout.
  const json = JSON.stringify(value, null, 2);
  const shown = json.replace(HIDDEN, (hidden) => (hidden === "\n" ? hidden : units(hidden)));
  return `${shown.replaceAll("##[", "##\\u005b")}\n`;
}

export type Colors = ReturnType<typeof createColors>;

/** Whether to colour what goes to `stream`: as `NO_COLOR` and `FORCE_COLOR` say, else on terminals. */
export function wantsColor(stream: { isTTY?: boolean | undefined }): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (NO_COLOR) return false;
  if (FORCE_COLOR) return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  return stream.isTTY === true && TERM !== "dumb";
}

export { createColors };

/** What a table has where there is nothing. */
export const NONE = "–";

/** `text` as {@link visible}, or {@link NONE}. */
export function shownOr(text: string | null): string {
  return text === null ? NONE : visible(text);
}

/** Where something stands: `file:line`. */
export function placeOf({ file, line }: { file: string; line: number }): string {
  return `${visible(file)}:${line}`;
}
