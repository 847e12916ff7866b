// What was measured: printed as it comes, and kept as Markdown.
import { cpus, totalmem } from "node:os";

const sections = [];
const targets = [];

/** Begins a part of the report. */
export function section(title) {
  console.log(`\n${title}`);
  sections.push({ title, rows: [] });
}

function time(milliseconds) {
  const size = Math.abs(milliseconds);
  if (size < 0.001) return `${Math.round(milliseconds * 1e6)} ns`;
  return size < 1 ? `${(milliseconds * 1000).toFixed(2)} µs` : `${milliseconds.toFixed(2)} ms`;
}

export const percent = (part, whole) => `${((part / whole) * 100).toFixed(2)} %`;

/** A time in milliseconds with its spread; `note` is what it is compared with. */
export function row(name, { median, min, max }, note = "") {
  add(name, time(median), `${time(min)}–${time(max)}`, note);
}

export function bytes(name, number, note = "") {
  add(name, `${(number / 1000).toFixed(1)} KB`, "", note);
}

function add(name, value, spread, note) {
  console.log(`  ${name.padEnd(48)}${value.padStart(11)}  ${spread.padEnd(24)}${note}`.trimEnd());
  sections.at(-1).rows.push({ name, value, spread, note });
}

/** A table of numbers: its heads, and rows of as many cells, the first of which are names. */
export function grid(heads, rows) {
  const all = [heads, ...rows].map((row) => row.map(String));
  const widths = heads.map((_, at) => Math.max(...all.map((row) => row[at].length)));
  for (const [name, ...cells] of all) {
    const padded = cells.map((cell, at) => cell.padStart(widths[at + 1] + 2));
    console.log(`  ${name.padEnd(widths[0])}${padded.join("")}`);
  }
  sections.at(-1).grid = table(heads, rows);
}

/** Lines that say how the figures of a section are meant. */
export function note(lines) {
  console.log(`\n${lines.map((line) => `  ${line}`).join("\n")}`);
  sections.at(-1).note = lines.join("\n");
}

export function target(what, reached) {
  targets.push({ what, reached });
}

/** Prints the targets; gives whether all are reached. */
export function verdict() {
  console.log("\nTargets");
  for (const { what, reached } of targets) {
    console.log(`  ${reached ? "reached    " : "not reached"}  ${what}`);
  }
  return targets.every(({ reached }) => reached);
}

/** All of it, with `versions` of what it was measured with. */
export function markdown(versions) {
  return [
    "# What the benchmarks measured\n",
    "Written by `npm run bench`. Times drift from machine to machine and from hour to hour: read the",
    "ratios, which compare within one run.\n",
    `On ${machine()}, with ${versions.join(", ")}.\n`,
    table(["", "target"], targetRows()),
    ...sections.map(told),
  ].join("\n");
}

function told({ title, rows, grid: made, note: lines }) {
  const times = rows.length > 0 ? table(HEAD, rows.map(cells)) : "";
  const under = lines === undefined ? "" : `\n${lines}\n`;
  return `## ${title}\n\n${times}${made ?? ""}${under}`;
}

const HEAD = ["", "compared", "median", "least–most"];

const cells = ({ name, value, spread, note }) => [name, note, value, spread];

function targetRows() {
  return targets.map(({ what, reached }) => [reached ? "reached" : "**not reached**", what]);
}

/** Without what names one machine of its kind. */
function machine() {
  const all = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${all.length} × ${all[0]?.model ?? "an unknown processor"}, ${memory} GB, ${process.platform}`;
}

function table(head, rows) {
  const line = (row) => `| ${row.join(" | ")} |`;
  return `${[line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n")}\n`;
}
