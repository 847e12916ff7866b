/** The report as GitHub shows it on the page of a run. */

import { cell, messageCell } from "../../github/markdown.ts";
import { dollars, headOf, ownerLabel, percent } from "../../render/cost.ts";
import { count } from "../../render/text.ts";
import { type MonitorReport, subjectOf } from "../report.ts";
import { lookedAt, SEVERITY_NOUNS, sumsOf, usageRead } from "../sums.ts";

/** GitHub refuses a summary of more than 1 MiB; a row has some 9 KB at most. */
const ROWS = 100;

/** Markdown for the file that `GITHUB_STEP_SUMMARY` names. */
export function jobSummary(report: MonitorReport): string {
  const parts = [
    "## Collision monitor",
    verdict(report),
    unknowns(report),
    findings(report),
    cost(report),
    looked(report),
  ];
  return `${parts.filter(Boolean).join("\n\n")}\n`;
}

function verdict({ findings, unknown }: MonitorReport): string {
  const found = sumsOf(findings) || "Nothing found";
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
    SEVERITY_NOUNS[severity],
    cell(code),
    cell(kind),
    cell(name),
    messageCell(message),
    messageCell(help),
  ]);
  const columns = ["severity", "code", "kind", "name", "what is wrong", "what to do"];
  return table("### Findings", columns, rows);
}

function cost(report: MonitorReport): string {
  const { cost: priced } = report;
  if (priced === undefined) return "";
  const title = "### Cost of a month";
  const read = usageRead(report);
  if (read === "nothing")
    return `${title}\n\n**The usage could not be read, so nothing is priced.**`;
  const least = read === "all" ? "" : "at least ";
  const rows = priced.owners.map((one) => [
    cell(ownerLabel(one)),
    dollars(one.cost),
    dollars(one.list),
    percent(one.share),
  ]);
  const plan = ["the plan itself", dollars(priced.subscription), "", ""];
  const all = priced.subscription > 0 ? [...rows, plan] : rows;
  const sum = `**A month costs ${least}${dollars(priced.total)}.** ${headOf(priced)}`;
  return `${table(title, ["stage", "a month", "at list price", "share"], all)}\n\n${sum}`;
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

function looked(report: MonitorReport): string {
  const { account } = report;
  const named = account?.name ? `${cell(account.name)} (${cell(account.id)})` : "";
  const where = account === undefined ? "" : `, in the account ${named || cell(account.id)}`;
  return `Looked at ${lookedAt(report)}${where}.`;
}
