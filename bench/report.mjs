// The report: printed as it is measured, and kept as Markdown.
import { cpus, totalmem } from "node:os";

const sections = [];
const targets = [];

export function section(title) {
  console.log(`\n${title}`);
  sections.push({ title, rows: [] });
}

function time(milliseconds) {
  if (milliseconds < 0.001) return `${Math.round(milliseconds * 1e6)} ns`;
  return milliseconds < 1
    ? `${(milliseconds * 1000).toFixed(2)} µs`
    : `${milliseconds.toFixed(2)} ms`;
}

export const times = (ratio) => `${ratio.toFixed(3)} ×`;
export const percent = (ratio) => `${(ratio * 100).toFixed(2)} %`;
export const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} KB`;

/** A time in milliseconds with its spread. `note` says what it is compared with. */
export function row(name, { median, min, max }, note = "") {
  add(name, time(median), `${time(min)}–${time(max)}`, note);
}

export function bytes(name, number) {
  add(name, kilobytes(number), "", "");
}

function add(name, value, spread, note) {
  console.log(`  ${name.padEnd(47)}${value.padStart(11)}  ${spread.padEnd(24)}${note}`.trimEnd());
  sections.at(-1).rows.push([name, note, value, spread]);
}

/** A target: `value` is at most `limit`. `format` writes both. */
export function target(what, value, limit, format) {
  const reached = value <= limit;
  targets.push({ what, reached, value: format(value), limit: format(limit) });
}

/** Prints the targets, and returns whether all of them are reached. */
export function verdict() {
  console.log("\nTargets");
  for (const { what, reached, value, limit } of targets) {
    const word = reached ? "reached    " : "not reached";
    console.log(`  ${word}  ${what.padEnd(64)}${value.padStart(9)}, at most ${limit}`);
  }
  return targets.every(({ reached }) => reached);
}

export function markdown(versions) {
  const rows = targets.map(({ what, reached, value, limit }) => {
    return [reached ? "reached" : "**not reached**", what, value, limit];
  });
  return [
    "# Benchmarks\n",
    "`npm run bench` writes this page. Times differ between machines and hours: compare the ratios.\n",
    `Measured on ${machine()}, with ${versions.join(", ")}.\n`,
    table(["", "target", "measured", "at most"], rows),
    ...sections.map(({ title, rows }) => `## ${title}\n\n${table(HEAD, rows)}`),
  ].join("\n");
}

const HEAD = ["", "compared", "median", "least–most"];

/** Without names of this one machine. */
function machine() {
  const all = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${all.length} × ${all[0]?.model ?? "an unknown processor"}, ${memory} GB, ${process.platform}`;
}

function table(head, rows) {
  const line = (row) => `| ${row.join(" | ")} |`;
  return `${[line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n")}\n`;
}
