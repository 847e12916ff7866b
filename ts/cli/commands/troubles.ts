/** Files that a command could not look at. */
import type { Program } from "../analyse/program.ts";
import type { Finding, Report } from "../analyse/report.ts";
import { shown } from "../collect/shown.ts";
import type { Answer } from "./answer.ts";

/** What could not be looked at, or only in part: a program may have too much in it to be read. */
export function troublesOf(
  { troubles }: Program,
  { findings, unread }: Pick<Report, "findings" | "unread">,
  folder: string,
): Answer["troubles"] {
  const failed = troubles.map(({ path, reason }) => ({ file: shown(path, folder), reason }));
  const beyond = findings.filter(isBeyondLimits);
  return [...failed, ...unread, ...beyond.map(({ file, message }) => ({ file, reason: message }))];
}

/** The parser's own words are about what is written; the others are about the analyser's limits. */
function isBeyondLimits({ code, message }: Finding): boolean {
  return code === "parse-error" && !message.startsWith("this does not parse");
}
