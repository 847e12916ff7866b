// What the demo prints: headings, tables and checks, at most 80 columns wide.
import { env, stdout } from "node:process";

const coloured = stdout.isTTY && !env.NO_COLOR;
const paint = (code) => (text) => (coloured ? `\x1b[${code}m${text}\x1b[0m` : text);

export const bold = paint("1");
export const dim = paint("2");
export const green = paint("32");
export const yellow = paint("33");
export const red = paint("31");

let failures = 0;

/** How many checks have failed so far. */
export const failed = () => failures;

let headings = 0;

/** Says what is done, does it, and says how long that took. */
export async function timed(what, act) {
  headings += 1;
  stdout.write(`\n${bold(`${headings}. ${what}`)}`);
  const started = performance.now();
  const result = await act();
  say(`${dim(` · ${secondsSince(started)}`)}\n`);
  return result;
}

export function secondsSince(started) {
  return `${((performance.now() - started) / 1000).toFixed(1)} s`;
}

export function say(text) {
  console.log(text);
}

/** Prints whether something that was to be is so, and counts it if not. */
export function check(holds, text) {
  if (!holds) failures += 1;
  console.log(`${holds ? green("✓") : red("✗")} ${text}`);
}

/** Prints rows of text, the first of them a header; a cell may be `{ text, paint }`. */
export function table([header, ...rows]) {
  const textOf = (cell) => cell.text ?? cell;
  const widths = header.map((_, at) =>
    Math.max(...[header, ...rows].map((row) => textOf(row[at]).length)),
  );
  const line = (row, style) => {
    const cells = row.map((cell, at) => {
      const text = textOf(cell).padEnd(widths[at]);
      return (cell.paint ?? style)(text);
    });
    console.log(cells.join("  ").trimEnd());
  };
  line(header, bold);
  line(
    widths.map((width) => "─".repeat(width)),
    dim,
  );
  for (const row of rows) line(row, (text) => text);
  console.log();
}
