/** What a sweep would do, and what it did. */
import type { Report } from "../sweep/command.ts";
import type { Swept } from "../sweep/stage.ts";
import { notes, pullOf, resourcesOf } from "./stages.ts";
import { tableWith } from "./table.ts";
import { type Colors, count, createColors, jsonOf, visible } from "./text.ts";

/** As schemas/sweep.json says. */
export function sweepJson({ decisions, chosen, swept, unread, account, isDryRun }: Report): string {
  return jsonOf({
    version: 1,
    dryRun: isDryRun,
    account: account ?? null,
    stages: decisions.map((one) => {
      const { app, stage, pull, pullState, verdict, code, why, help, resources } = one;
      const end = swept.find(({ decision }) => decision === one);
      return {
        ...{ app, stage, pull, pullState, verdict, code, why, help, resources },
        chosen: chosen.includes(one),
        result: end?.result ?? null,
        deleted: end?.deleted ?? 0,
        left: end?.left ?? [],
        seconds: end === undefined ? null : end.took / 1000,
      };
    }),
    unread,
  });
}

export function sweepText(report: Report, color: boolean): string {
  const colors = createColors(color);
  const { decisions, unread } = report;
  if (decisions.length === 0) return `there is no stage in the state\n${notes(unread, colors)}`;
  const head = ["app", "stage", "pull request", "resources", "", "why"];
  const rows = decisions.map((one) => [
    visible(one.app),
    visible(one.stage),
    pullOf(one),
    resourcesOf(one),
    wordFor(one, report, colors),
    visible(one.why),
  ]);
  const titles = head.map((title) => colors.bold(title));
  const lines = [
    tableWith(head.indexOf("resources"), titles, rows),
    "",
    ...report.swept.flatMap((one) => leftLines(one, colors)),
    summary(report, colors),
  ];
  return `${lines.join("\n")}\n${notes(unread, colors)}`;
}

function wordFor(
  one: Report["decisions"][number],
  { chosen, swept, isDryRun }: Report,
  colors: Colors,
): string {
  const end = swept.find(({ decision }) => decision === one);
  if (end?.result === "destroyed") return colors.green("swept");
  if (end !== undefined) return colors.red(end.result);
  if (one.verdict !== "sweep")
    return one.verdict === "mark" ? colors.yellow("marked") : one.verdict;
  if (!chosen.includes(one)) return "next time";
  return isDryRun ? colors.red("would go") : colors.yellow("not begun");
}

function leftLines({ decision, left }: Swept, colors: Colors): string[] {
  if (left.length === 0) return [];
  const place = `stage \`${visible(decision.stage)}\` of \`${visible(decision.app)}\``;
  return [
    `${colors.red("✗")} ${place} is not gone:`,
    ...left.map((line) => `    ${visible(line)}`),
    "",
  ];
}

function summary({ decisions, chosen, swept, isDryRun }: Report, colors: Colors): string {
  const marked = decisions.filter(({ verdict }) => verdict === "mark").length;
  const later = marked > 0 ? `; ${count(marked, "stage")} marked for a later run` : "";
  if (decisions.some(({ verdict }) => verdict === "stop")) {
    return `${colors.red("✗")} nothing was swept: not enough is known`;
  }
  if (isDryRun) {
    const hint = chosen.length > 0 ? ": `--delete --account <id>` sweeps" : "";
    return `${count(chosen.length, "stage")} would go${later}${hint}`;
  }
  const done = swept.filter(({ result }) => result === "destroyed").length;
  const open = chosen.length - done;
  if (open > 0) return `${colors.red("✗")} ${count(done, "stage")} swept, ${open} not${later}`;
  return `${colors.green("✓")} ${count(done, "stage")} swept${later}`;
}
