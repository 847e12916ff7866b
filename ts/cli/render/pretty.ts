/** Findings for people. */
import type { Finding, Severity } from "../analyse/report.ts";
import { type Checked, SEVERITIES } from "./findings.ts";
import { frame, linesOf } from "./frame.ts";
import { NOTHING_HELP, whyNothing } from "./nothing.ts";
import { type Colors, count, createColors, visible } from "./text.ts";
import { widthOfStream, wrapped } from "./width.ts";

/** Findings, grouped by file, and a line that sums them up. */
export function pretty(checked: Checked, color: boolean): string {
  const colors = createColors(color);
  const files = byFile(checked.findings);
  const groups = [...files].map(([file, findings]) => {
    const text = checked.textOf(file);
    const lines = text === undefined ? undefined : linesOf(text);
    const shown = findings.map((finding) => oneFinding(finding, lines, colors));
    return `${colors.underline(colors.bold(visible(file)))}\n\n${shown.join("\n")}`;
  });
  return `${[...groups, summary(checked, files.size, colors)].join("\n")}\n`;
}

function byFile(findings: readonly Finding[]): Map<string, Finding[]> {
  const files = new Map<string, Finding[]>();
  for (const finding of findings) {
    const all = files.get(finding.file);
    if (all) all.push(finding);
    else files.set(finding.file, [finding]);
  }
  return files;
}

function severity(severity: Severity, colors: Colors): string {
  const paint = { error: colors.red, warning: colors.yellow, info: colors.blue }[severity];
  return colors.bold(paint(severity));
}

/** @param lines Those of the file; none for a file of the state, which nobody reads. */
function oneFinding(
  finding: Finding,
  lines: readonly string[] | undefined,
  colors: Colors,
): string {
  const place = colors.dim(`${finding.line}:${finding.column}`);
  const code = colors.dim(`[${finding.code}]`);
  const width = widthOfStream(process.stdout);
  const head = `  ${severity(finding.severity, colors)} ${place} ${visible(finding.message)} ${code}`;
  const parts = [wrapped(head, 4, width)];
  if (lines) parts.push(indented(frame(lines, finding, colors.isColorSupported)));
  const help = `    ${colors.cyan("help:")} ${visible(finding.help)}`;
  if (finding.help) parts.push(wrapped(help, 6, width));
  return `${parts.join("\n")}\n`;
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, "   ");
}

function summary(checked: Checked, hit: number, colors: Colors): string {
  return [counts(checked, hit, colors), ...compared(checked, colors)].join("\n");
}

function counts(checked: Checked, hit: number, colors: Colors): string {
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
