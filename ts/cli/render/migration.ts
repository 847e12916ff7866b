/** What a migration changes and what a deploy would then do: for people, and as JSON. */
import { createTwoFilesPatch } from "diff";
import type { Migrated } from "../analyse/report.ts";
import type { Outcome } from "../outcome.ts";
import { table } from "./table.ts";
import { type Colors, count, createColors, jsonOf, placeOf, visible } from "./text.ts";

export function migrationJson(declarations: readonly Migrated[]): string {
  const fields = ({ file, line, kind, id, action, reason }: Migrated) => {
    return { file, line, kind, id, action, reason };
  };
  return jsonOf({ version: 1, declarations: declarations.map(fields) });
}

export interface FileChange {
  file: string;
  before: string;
  after: string;
}

/** A change in the form that `git apply` and `patch` take. */
export function patch({ file, before, after }: FileChange): string {
  const headerOptions = { includeIndex: false, includeUnderline: false, includeFileHeaders: true };
  const options = { context: 3, headerOptions };
  return createTwoFilesPatch(`a/${file}`, `b/${file}`, before, after, "", "", options);
}

/** A change on a terminal: coloured, and with nothing in it that the terminal would obey. */
export function shownPatch(change: FileChange, color: boolean): string {
  const colors = createColors(color);
  const lines = patch(change).split("\n");
  return lines.map((line) => colored(line, colors)).join("\n");
}

function colored(line: string, colors: Colors): string {
  const text = line.replace(/\r$/, "").split("\t").map(visible).join("\t");
  if (/^(?:---|\+\+\+) /.test(line)) return colors.bold(text);
  if (line.startsWith("@@")) return colors.cyan(text);
  if (line.startsWith("+")) return colors.green(text);
  return line.startsWith("-") ? colors.red(text) : text;
}

/** What became of each resource. */
export function migrated(declarations: readonly Migrated[], color: boolean): string {
  const colors = createColors(color);
  if (declarations.length === 0) return "there is no raw resource to move over\n";
  const rows = declarations.map((one) => [
    one.action === "rewritten" ? colors.green("rewritten") : colors.yellow("left"),
    colors.dim(placeOf(one)),
    `${one.kind} ${one.id === null ? "" : visible(one.id)}`.trimEnd(),
    visible(one.reason),
  ]);
  return `${colors.bold("Resources")}\n${indented(table(rows))}\n`;
}

/**
 * What a deploy would do to each resource, stage by stage.
 *
 * @param assumed The stages that were assumed, where no state tells them.
 */
export function outcomes(
  all: readonly Outcome[],
  assumed: readonly string[],
  color: boolean,
): string {
  if (all.length === 0) return "";
  const colors = createColors(color);
  const rows = all.map(({ stage, kind, id, deployed, computed, verdict }) => [
    verdict === "keep" ? colors.green(verdict) : colors.red(verdict),
    visible(stage),
    `${kind} ${visible(id)}`,
    verdict === "keep"
      ? visible(deployed)
      : `${visible(deployed)}, and the program says ${computed === null ? "nothing" : visible(computed)}`,
  ]);
  const source = assumed.length === 0 ? "by the state" : "no state was found";
  const note = assumed.length === 0 ? "" : `${indented(assumption(assumed))}\n\n`;
  const head = `${colors.bold("What a deploy would do")} (${source})\n`;
  return `${head}${note}${indented(table(rows))}\n`;
}

function assumption(stages: readonly string[]): string {
  const names = stages.map((stage) => `\`${visible(stage)}\``).join(", ");
  const word = stages.length === 1 ? "stage" : "stages";
  return `Assumed: the ${word} ${names}, each deployed with the names that the program gives now.\nGive \`--state\` to compare with what is deployed.`;
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, "  ");
}

/** The last line. */
export function ending(declarations: readonly Migrated[], files: number, written: boolean): string {
  const number = (action: Migrated["action"]) =>
    declarations.filter((one) => one.action === action).length;
  const left = number("left");
  const rewritten = number("rewritten");
  const rest = left > 0 ? `; ${left} left alone` : "";
  if (rewritten === 0) return `nothing to rewrite${rest}\n`;
  const what = `${count(rewritten, "resource")} in ${count(files, "file")}`;
  if (written) return `rewrote ${what}${rest}\n`;
  return `would rewrite ${what}${rest}. Run again with \`--write\` to do it\n`;
}
