/** Findings as commands of GitHub's workflows, which show them beside the changed lines. */
import type { Finding } from "../analyse/report.ts";
import type { Checked } from "./findings.ts";
import { whyNothing } from "./nothing.ts";
import { count, visible } from "./text.ts";

export const COMMANDS = { error: "error", warning: "warning", info: "notice" } as const;

export function github(checked: Checked): string {
  const { findings, files, declarations, troubles } = checked;
  const lines = findings.map(command);
  for (const { file, reason } of troubles) {
    const what = `${visible(file)} cannot be read: ${visible(reason)}`;
    lines.push(`::error file=${property(file)},title=alch-blocks::${data(what)}`);
  }
  const sum = `${count(findings.length, "finding")}; looked at ${count(declarations, "declaration")}`;
  return `${[...lines, `${sum} in ${count(files, "file")}`, ...remarks(checked)].join("\n")}\n`;
}

/** In words for the log: what the program was compared with, or why nothing was checked. */
function remarks(checked: Checked): string[] {
  const { stores, declarations, troubles, findings } = checked;
  if (declarations + troubles.length + findings.length === 0) {
    return [`::notice title=alch-blocks::${data(`nothing was checked: ${whyNothing(checked)}`)}`];
  }
  return stores.map((store) => `compared with the state in ${visible(store)}`);
}

function command(finding: Finding): string {
  const { line, column, endLine, endColumn, code, severity, message, help } = finding;
  // GitHub takes columns only where a place is within one line, and counts the last one in.
  const columns =
    line === endLine ? { col: column, endColumn: Math.max(endColumn - 1, column) } : {};
  const properties = {
    file: finding.file,
    line,
    endLine,
    ...columns,
    title: `alch-blocks ${code}`,
  };
  const list = Object.entries(properties).map(([key, value]) => `${key}=${property(`${value}`)}`);
  const text = visible(message) + (help ? `\n${visible(help)}` : "");
  return `::${COMMANDS[severity]} ${list.join(",")}::${data(text)}`;
}

/** Text of a command. */
export function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

/** The value of one of its properties. */
export function property(text: string): string {
  return visible(data(text)).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
