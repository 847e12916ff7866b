/** What a migration changes and what a deploy would then do: for people, and as JSON. */
import { createTwoFilesPatch } from "diff";
import type { Migrated, Migration, Outcome } from "../analyse/report.ts";
import { table } from "./table.ts";
import { type Colors, count, createColors, jsonOf, placeOf, visible } from "./text.ts";
import { widthOfStream, wrapped } from "./width.ts";

export function migrationJson({ declarations, outcomes, assumed }: Migration): string {
  return jsonOf({ version: 1, declarations, outcomes, assumed });
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
  return `${colors.bold("Resources")}\n${table(rows, 2)}\n`;
}

/** What was taken for granted, because there is no state. */
export function assumptions(assumed: readonly string[], color: boolean): string {
  if (assumed.length === 0) return "";
  const width = widthOfStream(process.stdout);
  const lines = assumed.map((sentence) => wrapped(`  - ${visible(sentence)}`, 4, width)).join("\n");
  const head = `${createColors(color).bold("Assumed")} (no state was found)\n`;
  return `${head}${lines}\n\n  Give \`--state\` to compare with what is deployed, or the stages that there are with \`--stage\`.\n`;
}

/** What a deploy would do to each resource, stage by stage. */
export function outcomes(all: readonly Outcome[], isKnown: boolean, color: boolean): string {
  if (all.length === 0) return "";
  const colors = createColors(color);
  const groups = isKnown ? all.map((one) => [one]) : alike(all);
  const rows = groups.flatMap(([one, ...others]) => {
    if (one === undefined) return [];
    const stages = others.length === 0 ? visible(one.stage) : `${others.length + 1} stages`;
    const detail = others.length === 0 ? detailOf(one) : detailOf(withoutStage(one));
    return [[verdictOf(one, colors), stages, `${one.kind} ${visible(one.id)}`, detail]];
  });
  const source = isKnown ? "by the state" : "if what is assumed is true";
  return `${colors.bold("What a deploy would do")} (${source})\n${table(rows, 2)}\n`;
}

/** Those that differ in the stage alone: of stages that nobody has looked at, one row says all. */
function alike(all: readonly Outcome[]): Outcome[][] {
  const groups = new Map<string, Outcome[]>();
  for (const one of all) {
    const key = JSON.stringify({ ...withoutStage(one), stage: "" });
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}

/** With `{stage}` for the stage in its names. A base name may have the same letters before it. */
function withoutStage(one: Outcome): Outcome {
  const general = (text: string) => {
    const at = text.lastIndexOf(one.stage);
    return at < 0 ? text : `${text.slice(0, at)}{stage}${text.slice(at + one.stage.length)}`;
  };
  const { deployed, computed, message } = one;
  return {
    ...one,
    deployed: general(deployed),
    computed: computed === null ? null : general(computed),
    message: message === null ? null : general(message),
    help: null,
  };
}

function verdictOf({ verdict }: Outcome, colors: Colors): string {
  if (verdict === "keep") return colors.green(verdict);
  return verdict === "refuse" ? colors.red(verdict) : colors.yellow(verdict);
}

function detailOf({ deployed, computed, verdict, code, message }: Outcome): string {
  const name = visible(deployed);
  if (verdict === "refuse") return `${code}: ${visible(message ?? "")}`;
  if (verdict === "unknown") return `${name}; ${visible(message ?? "")}`;
  if (computed === null || computed === deployed) return name;
  if (verdict === "rename") return `${name} becomes ${visible(computed)}`;
  if (verdict === "replace") return `${name} becomes ${visible(computed)}, by \`onRename\``;
  return `${name}, and not ${visible(computed)}, by \`onRename\``;
}

/** What stands for the state of a stack of Alchemy 2. */
const GUARD = "guard";

/** The last line. */
export function ending(declarations: readonly Migrated[], files: number, written: boolean): string {
  const left = declarations.filter(({ action }) => action === "left").length;
  const rewritten = declarations.filter(({ action }) => action === "rewritten");
  const rest = left > 0 ? `; ${left} left alone` : "";
  if (rewritten.length === 0) return `nothing to rewrite${rest}\n`;
  const guards = rewritten.filter(({ kind }) => kind === GUARD).length;
  const parts = [
    ...(rewritten.length > guards ? [count(rewritten.length - guards, "resource")] : []),
    ...(guards > 0 ? [`the state of ${count(guards, "stack")}`] : []),
  ];
  const what = `${parts.join(" and ")} in ${count(files, "file")}`;
  if (written) return `rewrote ${what}${rest}\n`;
  return `would rewrite ${what}${rest}. Run again with \`--write\` to do it\n`;
}
