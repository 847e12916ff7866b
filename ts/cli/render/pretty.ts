/** Findings for people. */
import type { Finding, Severity } from "../analyse/report.ts";
import { type Checked, SEVERITIES } from "./findings.ts";
import { NOTHING_HELP, whyNothing } from "./nothing.ts";
import { pageOf } from "./page.ts";
import { type Colors, count, createColors, placeOf, visible } from "./text.ts";
import { widthOfStream, wrapped } from "./width.ts";

/** How findings are shown. */
export interface Manner {
  color: boolean;
  /** With the lines of the program around each finding. */
  verbose: boolean;
  /** Without a summary. */
  quiet: boolean;
}

type Framing = typeof import("./frame.ts");

/** Findings, one line each, grouped by their code with the worst first, and a line that sums up. */
export async function pretty(checked: Checked, { color, verbose, quiet }: Manner): Promise<string> {
  // Few ask for lines of the program, and what draws them takes a while to load.
  const framing = verbose ? await import("./frame.ts") : undefined;
  const colors = createColors(color);
  const rank = ({ severity }: Finding) => SEVERITIES.indexOf(severity);
  const findings = [...checked.findings].sort((a, b) => rank(a) - rank(b));
  const blocks = groupsOf(findings, ({ code }) => code).flatMap(([code, alike]) => {
    const shown = framing
      ? alike.map((one, at) => [...(at > 0 ? [""] : []), ...framed(one, checked, framing, colors)])
      : groupsOf(alike, ({ help }) => help).map(([help, same]) => [
          ...same.map((finding) => headOf(finding, colors)),
          ...note("help", help, colors),
        ]);
    return [...shown.flat(), ...note("page", pageOf(code), colors), ""];
  });
  const lines = quiet ? blocks : [...blocks, summary(checked, colors)];
  return lines.map((line) => `${line}\n`).join("");
}

/** The items by what `key` says of them, in the order in which they come. */
function groupsOf<T>(items: readonly T[], key: (item: T) => string): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return [...groups];
}

/** `file:line:column`, which terminals and editors open, and what is wrong there. */
function headOf({ file, line, column, message, code, severity }: Finding, colors: Colors): string {
  const place = colors.bold(`${placeOf({ file, line })}:${column}`);
  const text = `${visible(message)} ${colors.dim(`[${code}]`)}`;
  const head = `${place}: ${painted(severity, colors)}: ${text}`;
  return wrapped(head, 4, widthOfStream(process.stdout));
}

function painted(severity: Severity, colors: Colors): string {
  const paint = { error: colors.red, warning: colors.yellow, info: colors.blue }[severity];
  return paint(severity);
}

function note(word: "help" | "page", text: string, colors: Colors): string[] {
  if (!text) return [];
  const line = `  ${colors.cyan(`${word}:`)} ${visible(text)}`;
  return [wrapped(line, 4, widthOfStream(process.stdout))];
}

/** A finding with its lines, if its file is one that people read. */
function framed(
  finding: Finding,
  checked: Checked,
  { frame, linesOf }: Framing,
  colors: Colors,
): string[] {
  const text = checked.textOf(finding.file);
  const shown = text === undefined ? [] : [frame(linesOf(text), finding, colors.isColorSupported)];
  return [headOf(finding, colors), ...shown, ...note("help", finding.help, colors)];
}

function summary(checked: Checked, colors: Colors): string {
  return [counts(checked, colors), ...compared(checked, colors)].join("\n");
}

function counts(checked: Checked, colors: Colors): string {
  const { findings, files, declarations, troubles } = checked;
  const scanned = `${count(declarations, "declaration")} in ${count(files, "file")}`;
  if (findings.length === 0 && declarations === 0 && troubles.length === 0) {
    const help = `${colors.cyan("help:")} ${NOTHING_HELP}`;
    return `${colors.yellow("!")} nothing was checked: ${whyNothing(checked)}\n${help}`;
  }
  if (findings.length === 0 && troubles.length > 0) {
    return `${colors.yellow("!")} no findings in what was read: ${scanned}`;
  }
  if (findings.length === 0) return `${colors.green("✓")} no findings: ${scanned}`;
  const sums = SEVERITIES.map((one) => {
    const number = findings.filter((finding) => finding.severity === one).length;
    return number === 0 ? "" : one === "info" ? `${number} info` : count(number, one);
  });
  const mark = findings.some((finding) => finding.severity === "error")
    ? colors.red("✗")
    : colors.yellow("!");
  const hit = new Set(findings.map(({ file }) => file)).size;
  return `${mark} ${sums.filter(Boolean).join(", ")} in ${count(hit, "file")}; looked at ${scanned}`;
}

/** What the program was compared with, if anything. */
function compared({ stores, orphans }: Checked, colors: Colors): string[] {
  if (stores.length === 0) return [];
  const names = stores.map((store) => `\`${visible(store)}\``).join(", ");
  const limit =
    "\n  what a deploy would delete was not looked for, because single files were given";
  return [colors.dim(`  compared with the state in ${names}${orphans ? "" : limit}`)];
}
