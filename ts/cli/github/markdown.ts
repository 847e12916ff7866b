/** Text of strangers in GitHub's Markdown. */
import { visible } from "../render/text.ts";

/** Longer texts are cut: an issue holds 65,536 characters, a summary 1 MiB. */
const NAME = 300;
const SENTENCE = 600;
const LINES = 5;

/**
 * `text` as code. It is the one form in which GitHub neither links nor mentions nor formats: what
 * is escaped by backslashes or entities outside of code still calls `@someone`.
 */
export function code(text: string, length = NAME): string {
  const shown = cut(visible(text.slice(0, 2 * length)), length);
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  // Backticks at the ends would join the fence, and code of blanks alone is no code.
  const pad = /^`|`$|^ .* $|^ *$/.test(shown) ? " " : "";
  return `${fence}${pad}${shown || " "}${pad}${fence}`;
}

/**
 * The same in a cell of a table. A bar ends the cell even in code, and a backslash before it helps
 * only where there is no other one before that.
 */
export function cell(text: string): string {
  return withoutBars(code(text));
}

function withoutBars(text: string): string {
  return text.replaceAll("|", "\\u{7c}");
}

/** What the monitor says, each line as code: there are names in it. */
export function message(text: string): string {
  const lines = text.split("\n").filter(Boolean);
  return lines
    .slice(0, LINES)
    .map((line) => code(line, SENTENCE))
    .join("<br>");
}

/** The same in a cell of a table. */
export function messageCell(text: string): string {
  return withoutBars(message(text));
}

/** No more than `length` characters of `text`, none of them halved. */
export function cut(text: string, length: number): string {
  const characters = [...text.slice(0, 2 * length + 2)];
  return characters.length > length ? `${characters.slice(0, length - 1).join("")}…` : text;
}
