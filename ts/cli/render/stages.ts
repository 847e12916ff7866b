/** The stages, their pull requests and what is to become of them. */
import type { StageReport } from "../monitor/report.ts";
import type { Decision, Unread } from "../stages/decide.ts";
import { age } from "./age.ts";
import { counted } from "./nouns.ts";
import { tableWith } from "./table.ts";
import { type Colors, count, createColors, jsonOf, visible } from "./text.ts";
import { widthOfStream, wrapped } from "./width.ts";

/** What is at the root of an app, and of no stage: all stages share it. */
export interface AtRoot {
  app: string;
  /** With the scopes around it: `site/db`. */
  id: string;
  resource: string;
}

/** As schemas/stages.json says. */
export function stagesJson(
  decisions: readonly Decision[],
  shared: readonly AtRoot[],
  unread: readonly Unread[],
): string {
  return jsonOf({
    version: 1,
    stages: decisions.map(stageJson),
    shared,
    unread: unread.map(({ message }) => message),
  });
}

export function stageJson({
  version,
  changed,
  steps: _,
  noted: __,
  ...one
}: Decision): StageReport {
  const time = changed === null ? null : new Date(changed).toISOString();
  return { ...one, alchemy: version, changed: time };
}

/** No store is no empty one: the stages can be in a store that only the program names. */
const NO_STORE = `there is no state here
help: name the store that deploys have with \`--state\` or \`--state-store\``;

export function stagesText(
  decisions: readonly Decision[],
  shared: readonly AtRoot[],
  unread: readonly Unread[],
  now: number,
  color: boolean,
  isFound: boolean,
): string {
  const colors = createColors(color);
  const rest = `${rootLines(shared)}${notes(unread, colors)}`;
  if (decisions.length === 0)
    return `${isFound ? "there is no stage in the state" : NO_STORE}\n${rest}`;
  const sized = decisions.some(({ size }) => size !== null);
  const sizes = sized ? ["size"] : [];
  const head = ["app", "stage", "pull request", "resources", ...sizes, "changed", "verdict", "why"];
  const rows = decisions.map((one) => [
    visible(one.app),
    visible(one.stage),
    pullOf(one),
    resourcesOf(one),
    ...sizes.map(() => (one.size === null ? "" : bytes(one.size))),
    one.changed === null ? "" : age(now - one.changed),
    paint(one.verdict, colors),
    visible(one.why),
  ]);
  const titles = head.map((title) => colors.bold(title));
  const lines = tableWith(head.indexOf("resources"), titles, rows);
  return `${lines}\n\n${sums(decisions)}\n${helps(decisions)}${rest}`;
}

const SHOWN = 3;

/** A line for each app: all its stages share what is at its root, and no stage takes it along. */
function rootLines(shared: readonly AtRoot[]): string {
  const apps = [...new Set(shared.map(({ app }) => app))];
  const lines = apps.map((app) => {
    const ids = shared.filter((one) => one.app === app).map(({ id }) => `\`${visible(id)}\``);
    const more = ids.length > SHOWN ? ` and ${ids.length - SHOWN} more` : "";
    const are = ids.length === 1 ? "is" : "are";
    return `${ids.slice(0, SHOWN).join(", ")}${more} ${are} at the root of the app \`${visible(app)}\`, which all its stages share\n`;
  });
  return lines.join("");
}

/** `#7 closed`; empty for a stage of no pull request. */
export function pullOf({ pull, pullState }: Pick<Decision, "pull" | "pullState">): string {
  if (pull === null) return "";
  return pullState === null ? `#${pull}` : `#${pull} ${pullState}`;
}

/** `2 databases, 1 Worker`. */
export function resourcesOf({ resources }: Pick<Decision, "resources">): string {
  const all = Object.entries(resources);
  if (all.length === 0) return "none";
  return all.map(([kind, number]) => visible(counted(number, kind))).join(", ");
}

export function paint(verdict: Decision["verdict"], colors: Colors): string {
  if (verdict === "sweep") return colors.red(verdict);
  return verdict === "keep" ? verdict : colors.yellow(verdict);
}

function sums(decisions: readonly Decision[]): string {
  const of = (verdict: string) => decisions.filter((one) => one.verdict === verdict).length;
  const words = ["keep", "mark", "sweep", "stop"].filter((verdict) => of(verdict) > 0);
  const parts = words.map((verdict) => `${of(verdict)} ${verdict}`);
  return `${count(decisions.length, "stage")}: ${parts.join(", ")}`;
}

/** What shows whether pull requests are open, where that is not known; once for all stages. */
export function helps(decisions: readonly Decision[]): string {
  const help = decisions.find(({ code }) => code === "pull-unknown")?.help;
  return help === undefined ? "" : `help: ${visible(help)}\n`;
}

/** What could not be read, a line each, and what to do about those that have one help. */
export function notes(unread: readonly Unread[], colors: Colors): string {
  const width = widthOfStream(process.stdout);
  const lines = unread.flatMap(({ message, help }, at) => [
    wrapped(`${colors.yellow("unknown:")} ${visible(message)}`, 2, width),
    ...(help === "" || unread[at + 1]?.help === help
      ? []
      : [wrapped(`  ${colors.cyan("help:")} ${visible(help)}`, 4, width)]),
  ]);
  return lines.map((line) => `${line}\n`).join("");
}

const UNITS = ["KB", "MB", "GB", "TB"] as const;

/** `12.3 MB`. */
function bytes(size: number): string {
  const power = Math.min(Math.floor(Math.log10(Math.max(size, 1)) / 3), UNITS.length);
  const unit = UNITS[power - 1];
  return unit === undefined ? `${size} B` : `${(size / 1000 ** power).toFixed(1)} ${unit}`;
}
