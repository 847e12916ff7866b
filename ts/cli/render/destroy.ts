/** What a tear-down would do, and what it did. */

import { SCOPE } from "../../state/row.ts";
import { type Done, nounOf, type Task } from "../destroy/task.ts";
import type { Decision, Unread } from "../stages/decide.ts";
import { notes } from "./stages.ts";
import { table } from "./table.ts";
import { type Colors, count, createColors, jsonOf, visible } from "./text.ts";

export interface Destroyed {
  decision: Decision;
  account: string;
  journal: string;
  done: readonly Done[];
  unread: readonly Unread[];
  stopped: string | undefined;
  result: "destroyed" | "planned" | "incomplete" | "unknown" | "refused";
  /** In milliseconds. */
  took: number;
}

/** As schemas/destroy.json says. */
export function destroyJson(one: Destroyed): string {
  const { decision, done, took, stopped, unread, ...more } = one;
  const { app, stage, verdict, code, why, help } = decision;
  return jsonOf({
    version: 1,
    app,
    stage,
    ...more,
    decision: { verdict, code, why, help },
    unread: unread.map(({ message }) => message),
    stopped: stopped ?? null,
    seconds: took / 1000,
    resources: done.map(({ task, outcome, reason }) => {
      const { step, row } = task;
      const { scope, id, identity } = row;
      const isWorkflow = step.action === "workflow";
      const [type, action] = isWorkflow ? ["workflow", "delete"] : [row.resource, step.action];
      const common = { type, name: step.name, scope, id, identity, action };
      return { ...common, outcome, reason: reason || step.why };
    }),
  });
}

/** The plan, before anything is done. */
export function planText(
  { app, stage }: Decision,
  account: string,
  tasks: readonly Task[],
  color: boolean,
): string {
  const colors = createColors(color);
  const rows = tasks.map((task) => [
    actionOf(task, colors),
    nounOf(task),
    visible(task.step.name || task.row.id),
    visible(task.step.why),
  ]);
  const what = `stage ${colors.bold(visible(stage))} of ${visible(app)} in account ${visible(account)}`;
  return `${what}\n\n${table(rows)}\n`;
}

function actionOf({ step, row }: Task, colors: Colors): string {
  if (step.action === "keep") return colors.green("keep");
  if (step.action === "drop") return row.resource === SCOPE ? "row" : "row only";
  return colors.red("delete");
}

/** Why nothing is done. */
export function refusedText({ app, stage, why, help }: Decision, color: boolean): string {
  const colors = createColors(color);
  const line = `stage \`${visible(stage)}\` of \`${visible(app)}\` stays: ${visible(why)}`;
  return `${colors.red("✗")} ${line}\n${help ? `${colors.cyan("help:")} ${visible(help)}\n` : ""}`;
}

/** What was done. */
export function destroyedText(one: Destroyed, color: boolean): string {
  const colors = createColors(color);
  const { decision, done, took, result, journal, unread, stopped } = one;
  const of = (...outcomes: string[]) => done.filter((each) => outcomes.includes(each.outcome));
  const open = of("left", "unknown", "skipped");
  const lines = open.map(({ task, outcome, reason }) => [
    colors.red(outcome === "left" ? "still there" : outcome),
    nounOf(task),
    visible(task.step.name || task.row.id),
    visible(reason),
  ]);
  const kept = of("kept").length;
  const counts = [
    `${count(of("deleted", "gone").length, "resource")} deleted`,
    ...(kept > 0 ? [`${kept} retained`] : []),
    ...(open.length > 0 ? [`${open.length} left`] : []),
  ].join(", ");
  const place = `stage \`${visible(decision.stage)}\` of \`${visible(decision.app)}\``;
  const ended = result === "destroyed" ? `${place} is destroyed` : `${place} is not destroyed`;
  const mark = result === "destroyed" ? colors.green("✓") : colors.red("✗");
  return [
    ...(lines.length > 0 ? [table(lines), ""] : []),
    ...(stopped === undefined ? [] : [`${colors.yellow("stopped:")} ${visible(stopped)}`]),
    ...(unread.length > 0 ? [notes(unread, colors).trimEnd()] : []),
    `${mark} ${ended}: ${counts}, in ${(took / 1000).toFixed(1)} s`,
    ...undelete(one),
    `The journal with all ids: ${visible(journal)}`,
    "",
  ].join("\n");
}

/** D1 keeps deleted databases for a while. */
function undelete({ done, account }: Destroyed): string[] {
  const deleted = done.filter(({ task, outcome }) => {
    return outcome === "deleted" && nounOf(task) === "database";
  });
  return deleted.map(({ task: { row } }) => {
    const path = `/accounts/${visible(account)}/d1/database/${visible(row.identity)}/undelete`;
    return `D1 can be undeleted: \`POST ${path}\` brings \`${visible(row.name)}\` back`;
  });
}
