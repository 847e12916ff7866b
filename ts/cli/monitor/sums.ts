/** What a report adds up to: the terminal, the summary of a job and the dashboard say the same. */
import { count } from "../render/numbers.ts";
import {
  type MonitorFinding,
  type MonitorReport,
  SEVERITIES,
  type Severity,
  USAGE,
} from "./report.ts";

/** What findings of each severity are called. */
export const SEVERITY_NOUNS: Readonly<Record<Severity, string>> = {
  error: "error",
  warning: "warning",
  info: "note",
};

/** How many findings there are of a severity. */
export function countOf(
  findings: readonly Pick<MonitorFinding, "severity">[],
  severity: Severity,
): number {
  return findings.filter((one) => one.severity === severity).length;
}

/** `2 errors, 1 note`; empty if there are none. */
export function sumsOf(findings: readonly Pick<MonitorFinding, "severity">[]): string {
  const parts = SEVERITIES.flatMap((severity) => {
    const sum = countOf(findings, severity);
    return sum === 0 ? [] : [count(sum, SEVERITY_NOUNS[severity])];
  });
  return parts.join(", ");
}

/** How many stages there are: one of each app, as they are listed. Metrics of earlier versions list none. */
export function stageCount({ stages, summary }: Pick<MonitorReport, "stages" | "summary">): number {
  return stages?.length ?? summary.stages.length;
}

/** `64 names in 4 stages of 1 app`. */
export function lookedAt(report: Pick<MonitorReport, "stages" | "summary">): string {
  const { names, apps } = report.summary;
  const where = `${count(stageCount(report), "stage")} of ${count(apps.length, "app")}`;
  return `${count(names, "name")} in ${where}`;
}

/** How much of the usage could be read. If it is not all, the sums are too small. */
export function usageRead({
  cost,
  unknown,
}: Pick<MonitorReport, "cost" | "unknown">): "all" | "a part" | "nothing" {
  if (!unknown.some(({ kind }) => kind === USAGE)) return "all";
  return cost?.meters.some(({ read }) => read) ? "a part" : "nothing";
}
