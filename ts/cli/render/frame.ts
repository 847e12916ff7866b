/** Shows a place in a text, with a few lines around it. */
import { codeFrameColumns } from "@babel/code-frame";
import { visible } from "./text.ts";
import { widthOf, widthOfStream } from "./width.ts";

/** A span; lines and columns start at 1, and the end is behind the last character. */
export interface Span {
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
}

const AROUND = 2;
/** How much of a line is shown at most, since some lines are a whole file, and what stands before it. */
const WIDTH = 160;
const GUTTER = 12;
const TAB = "  ";

/** The lines of a text, as the analyser counts them. */
export function linesOf(text: string): string[] {
  return text.split(/\r\n|\n|\r/);
}

/** The place `span` in a text of `lines`. */
export function frame(lines: readonly string[], span: Span, color: boolean): string {
  const first = Math.max(span.line - 1 - AROUND, 0);
  const window = lines.slice(first, span.line + AROUND);
  const marked = lines[span.line - 1] ?? "";
  const room = Math.max(Math.min(WIDTH, widthOfStream(process.stdout) - GUTTER), 20);
  const cut = Math.max(span.column - 1 - Math.floor(room / 2.5), 0);
  const start = shownWidth(marked.slice(cut, span.column - 1)) + (cut > 0 ? 2 : 1);
  const end = span.endLine === span.line ? span.endColumn : marked.length + 1;
  const width = shownWidth(marked.slice(span.column - 1, Math.min(end - 1, cut + room)));
  const location = {
    start: { line: span.line, column: start },
    end: { line: span.line, column: start + Math.max(width, 1) },
  };
  // Only its newest types know `startLine`.
  const options: object = { startLine: first + 1, linesAbove: AROUND, linesBelow: AROUND };
  return codeFrameColumns(window.map((line) => shownLine(line, cut, room)).join("\n"), location, {
    ...options,
    forceColor: color,
  });
}

function shownLine(line: string, cut: number, room: number): string {
  const part = line.slice(cut, cut + room);
  const before = cut > 0 && part ? "…" : "";
  return before + shownText(part) + (line.length > cut + room ? "…" : "");
}

function shownText(text: string): string {
  return text.split("\t").map(visible).join(TAB);
}

function shownWidth(text: string): number {
  return widthOf(shownText(text));
}
