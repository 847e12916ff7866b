/** Columns of text. */
import { widthOf, widthOfStream, wrapped } from "./width.ts";

/** The least columns that a last cell is wrapped to beside the others. */
const NARROW = 30;

/**
 * Lays out `rows`; all columns but the last are as wide as what is widest in them. What is wider than
 * the terminal has its last cells wrapped, or below if there is little room.
 *
 * @param indent How many spaces each line starts with.
 */
export function table(
  rows: readonly (readonly string[])[],
  indent = 0,
  width = widthOfStream(process.stdout),
): string {
  return tableRows(rows, indent, width).join("\n");
}

/** The same, row by row: one may have several lines. */
export function tableRows(
  rows: readonly (readonly string[])[],
  indent = 0,
  width = widthOfStream(process.stdout),
): string[] {
  const start = " ".repeat(indent);
  const lines = laidOut(rows);
  if (fits(lines, indent, width)) return lines.map((line) => start + line);
  const fronts = laidOut(rows.map((row) => [...row.slice(0, -1), ""]));
  const front = Math.max(...fronts.map(widthOf));
  const isBelow = width - indent - front - 2 < NARROW;
  const hang = isBelow ? indent + 4 : indent + front + 2;
  const line = (row: readonly string[], at: number) => {
    const last = row.at(-1) ?? "";
    const own = start + (fronts[at] ?? "");
    const gap = isBelow ? `\n${" ".repeat(hang)}` : " ".repeat(hang - widthOf(own));
    const cell = wrapped(" ".repeat(hang) + last, hang, width).trimStart();
    return last === "" ? own : own + gap + cell;
  };
  return rows.map(line);
}

/**
 * A table with one more column, the one at `place`, where the terminal is wide enough for it. Elsewhere each
 * of its cells has a line of its own below the row.
 *
 * @param head The titles, with that of the column.
 */
export function tableWith(
  place: number,
  head: readonly string[],
  rows: readonly (readonly string[])[],
  width = widthOfStream(process.stdout),
): string {
  const all = [head, ...rows];
  const lines = laidOut(all);
  if (fits(lines, 0, width)) return lines.join("\n");
  const [titles = "", ...own] = tableRows(
    all.map((row) => row.toSpliced(place, 1)),
    0,
    width,
  );
  const below = rows.map((row) => wrapped(`    ${row[place] ?? ""}`, 4, width));
  return [titles, ...own.flatMap((line, at) => [line, below[at] ?? ""])].join("\n");
}

function fits(lines: readonly string[], indent: number, width: number): boolean {
  return lines.every((line) => indent + widthOf(line) <= width);
}

function laidOut(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, widthOf(cell));
  }
  const line = (row: readonly string[]) =>
    row
      .map((cell, at) => cell + " ".repeat((widths[at] ?? 0) - widthOf(cell)))
      .join("  ")
      .trimEnd();
  return rows.map(line);
}
