// What was measured: printed as it comes, and kept as Markdown.
import { cpus, totalmem } from "node:os";

const sections = [];
const targets = [];

/** Begins a table; `columns` say what is measured and how. */
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
    ...sections.map(({ title, rows }) => `## ${title}\n\n${table(HEAD, rows.map(cells))}`),
  ].join("\n");
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
