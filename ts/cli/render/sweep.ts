/** What a sweep would do, and what it did. */

import type { Leftover } from "../stages/decide.ts";
import type { Report } from "../sweep/command.ts";
import type { Swept } from "../sweep/stage.ts";
import { nounFor } from "./nouns.ts";
import { helps, notes, pullOf, resourcesOf } from "./stages.ts";
import { tableWith } from "./table.ts";
import { type Colors, count, createColors, jsonOf, visible } from "./text.ts";

/** As schemas/sweep.json says. */
export function sweepJson(report: Report): string {
  const { decisions, chosen, swept, leftovers, unread, account, isDryRun } = report;
  return jsonOf({
    version: 1,
    dryRun: isDryRun,
    account: account ?? null,
    stages: decisions.map((one) => {
      const { app, stage, pull, pullState, fromLedger, verdict, code, why, help, resources } = one;
      const end = swept.find(({ decision }) => decision === one);
      return {
        ...{ app, stage, pull, pullState, fromLedger, verdict, code, why, help, resources },
        chosen: chosen.includes(one),
        result: end?.result ?? null,
        deleted: end?.deleted ?? 0,
        left: end?.left ?? [],
        seconds: end === undefined ? null : end.took / 1000,
      };
    }),
    leftovers,
    unread: unread.map(({ message }) => message),
  });
}

export function sweepText(report: Report, color: boolean): string {
  const colors = createColors(color);
  const { decisions, leftovers, unread } = report;
  const rest = `${helps(decisions)}${leftoverLines(leftovers, colors)}${notes(unread, colors)}`;
  if (decisions.length === 0) return `there is no stage in the state\n${rest}`;
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
  return `${lines.join("\n")}\n${rest}`;
}

/** More of them are in the JSON. */
const SHOWN = 20;

function leftoverLines(leftovers: readonly Leftover[], colors: Colors): string {
  if (leftovers.length === 0) return "";
  const lines = leftovers.slice(0, SHOWN).map((one) => {
    const what = `${nounFor(one.kind)} ${visible(one.name)}`;
    return `    ${pullOf(one)}  ${what}${one.id === one.name ? "" : ` (${visible(one.id)})`}`;
  });
  const more = leftovers.length - SHOWN;
  return [
    `${colors.yellow("for you to judge:")} no state and no ledger says whose these are`,
    ...lines,
    ...(more > 0 ? [`    and ${more} more: see \`--json\``] : []),
    "",
  ].join("\n");
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
