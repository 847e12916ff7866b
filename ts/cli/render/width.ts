/** Breaks lines for a terminal; what goes to a file or a pipe keeps its lines. */
import { stripVTControlCharacters } from "node:util";

/** The columns of a terminal; any line fits what is none. */
export function widthOfStream(stream: { columns?: number | undefined }): number {
  return stream.columns || Number.POSITIVE_INFINITY;
}

/** A word with the spaces before it. What stands in backticks is to be copied, so it is one word. */
const WORD = /\s*(?:`[^`]*`|\S)+/g;

/**
 * Breaks `line` between words, where it is wider than `width`.
 *
 * @param hang How many spaces the later lines start with.
 */
export function wrapped(line: string, hang: number, width: number): string {
  if (widthOf(line) <= width) return line;
  const lines: string[] = [];
  let current = "";
  for (const [word] of line.matchAll(WORD)) {
    if (current.trim() !== "" && widthOf(current + word) > width) {
      lines.push(current);
      current = " ".repeat(hang) + word.trimStart();
    } else current += word;
  }
  return [...lines, current].join("\n");
}

/** In columns of a terminal: without colours, and wide characters as two. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of stripVTControlCharacters(text)) {
    if (/\p{Mark}/u.test(character)) continue;
    width +=
      /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}\uff01-\uff60]/u.test(
        character,
      )
        ? 2
        : 1;
  }
  return width;
}
