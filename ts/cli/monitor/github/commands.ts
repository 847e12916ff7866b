/** Findings as commands of GitHub's workflows, which show them on the page of the run. */
import { COMMANDS, data, property } from "../../render/github.ts";
import { visible } from "../../render/text.ts";
import { type MonitorReport, SEVERITIES, type Severity } from "../report.ts";

/** GitHub shows no more of each, and drops the others without a word. */
const SHOWN = 10;

interface Annotation {
  severity: Severity;
  title: string;
  text: string;
}

/** The commands for the standard output, one a line. */
export function annotations(report: MonitorReport): string {
  const all: Annotation[] = [
    ...report.unknown.map(({ code, message, help }) => ({
      severity: "error" as const,
      title: `could not be read: ${code}`,
      text: [message, help].filter(Boolean).join("\n"),
    })),
    ...report.findings.map(({ code, severity, message, help }) => ({
      severity,
      title: code,
      text: [message, help].filter(Boolean).join("\n"),
    })),
  ];
  return SEVERITIES.flatMap((severity) => bounded(all.filter((one) => one.severity === severity)))
    .map((one) => `${command(one)}\n`)
    .join("");
}

function bounded(all: readonly Annotation[]): readonly Annotation[] {
  const [first] = all;
  if (first === undefined || all.length <= SHOWN) return all;
  const left = all.length - SHOWN + 1;
  const text = `${left.toLocaleString("en-US")} more of these: the summary of this run and the dashboard have them`;
  return [...all.slice(0, SHOWN - 1), { severity: first.severity, title: "more", text }];
}

function command({ severity, title, text }: Annotation): string {
  const shown = text.split("\n").map(visible).join("\n");
  return `::${COMMANDS[severity]} title=${property(`alch-blocks ${visible(title)}`)}::${data(shown)}`;
}
