/** The sweep on the page of a GitHub run. */
import { cell, messageCell } from "../github/markdown.ts";
import { count } from "../render/text.ts";
import type { Report } from "./command.ts";

/** GitHub refuses a summary of more than 1 MiB. */
const ROWS = 200;

/** The report as Markdown. */
export function summaryOf({ decisions, chosen, swept, unread, isDryRun }: Report): string {
  const done = swept.filter(({ result }) => result === "destroyed").length;
  const what = isDryRun
    ? `${count(chosen.length, "stage")} would go`
    : `${count(done, "stage")} of ${chosen.length} swept`;
  const rows = decisions.slice(0, ROWS).map((one) => {
    const end = swept.find(({ decision }) => decision === one);
    const why = end === undefined || end.left.length === 0 ? one.why : end.left.join("\n");
    return `| ${cell(one.app)} | ${cell(one.stage)} | ${end?.result ?? one.verdict} | ${messageCell(why)} |`;
  });
  return [
    "## Sweep",
    "",
    `**${what}.**`,
    ...unread.map(({ message }) => `\nCould not be read: ${messageCell(message)}`),
    "",
    "| app | stage | | why |",
    "| --- | --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}
