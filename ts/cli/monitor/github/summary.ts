/** The report as GitHub shows it on the page of a run. */

import { cell, messageCell } from "../../github/markdown.ts";
import { count } from "../../render/text.ts";
import { type MonitorReport, SEVERITIES, subjectOf } from "../report.ts";

/** GitHub refuses a summary of more than 1 MiB; a row has some 9 KB at most. */
const ROWS = 100;
const NOUNS = { error: "error", warning: "warning", info: "note" } as const;

/** Markdown for the file that `GITHUB_STEP_SUMMARY` names. */
export function jobSummary(report: MonitorReport): string {
  const parts = [
    "## Collision monitor",
    verdict(report),
    unknowns(report),
    findings(report),
    looked(report),
  ];
  return `${parts.filter(Boolean).join("\n\n")}\n`;
}

function verdict({ findings, unknown }: MonitorReport): string {
  const sums = SEVERITIES.flatMap((severity) => {
    const sum = findings.filter((one) => one.severity === severity).length;
    return sum === 0 ? [] : count(sum, NOUNS[severity]);
  });
  const found = sums.join(", ") || "Nothing found";
  const rest = unknown.length > 0 ? `; ${count(unknown.length, "thing")} could not be read` : "";
  return `**${found}${rest}.**`;
}

function unknowns({ unknown }: MonitorReport): string {
  if (unknown.length === 0) return "";
  const rows = unknown.map((one) => [
    cell(subjectOf(one)),
    messageCell(one.message),
    messageCell(one.help),
  ]);
  return table("### Could not be read", ["what", "why", "what to do"], rows);
}

function findings({ findings: all }: MonitorReport): string {
  if (all.length === 0) return "";
  const rows = all.map(({ severity, code, kind, name, message, help }) => [
    NOUNS[severity],
    cell(code),
    cell(kind),
    cell(name),
    messageCell(message),
    messageCell(help),
  ]);
  const columns = ["severity", "code", "kind", "name", "what is wrong", "what to do"];
  return table("### Findings", columns, rows);
}

function table(
  title: string,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const left = rows.length - ROWS;
  return [
    title,
    "",
    line(columns),
    line(columns.map(() => "---")),
    ...rows.slice(0, ROWS).map(line),
    ...(left > 0 ? ["", `${count(left, "more row")}: see the dashboard among the artifacts.`] : []),
  ].join("\n");
}

function looked({ summary }: MonitorReport): string {
  const { claims, stages, apps } = summary;
  return `Looked at ${count(claims, "claim")} of ${count(stages.length, "stage")} in ${count(apps.length, "app")}.`;
}
