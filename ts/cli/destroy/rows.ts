/** Removes the rows of what is gone. */
import { neededFor } from "../../state/armed.ts";
import type { Row } from "../../state/row.ts";
import type { StageRowAt } from "../stages/origins.ts";
import { hashOf } from "../stages/rows.ts";
import type { Journal } from "./journal.ts";
import { type Done, type Outcome, pathOf, type Task, useOf } from "./task.ts";

interface Plan {
  tasks: readonly Task[];
  stageRows: readonly StageRowAt[];
  journal: Journal;
}

type End = (task: Task, outcome: Outcome, reason?: string) => void;

/**
 * The deepest first: what is nested in a row that is gone would be out of Alchemy's sight. Parts go before what they
 * are a part of: without that row, nothing would show whose they are.
 *
 * @returns why a row of the stage itself stays although it is not needed.
 */
export async function dropRows(
  { tasks, stageRows, journal }: Plan,
  done: ReadonlyMap<Task, Done>,
  end: End,
): Promise<string | undefined> {
  const isGone = (task: Task) => {
    const { outcome } = done.get(task) ?? {};
    return task.step.action === "drop" || outcome === "deleted" || outcome === "gone";
  };
  const left = new Set(tasks.filter(({ step }) => step.action !== "workflow"));
  const isWhole = (task: Task) => Number(useOf(task) !== undefined);
  const byDepth = [...left].sort((a, b) => {
    return b.row.scope.length - a.row.scope.length || isWhole(a) - isWhole(b);
  });
  for (const task of byDepth) {
    if (!isGone(task) || hasWorkflowLeft(task, tasks, isGone) || holdsOthers(task, left)) continue;
    const failure = await dropRow(task);
    if (failure !== undefined) {
      end(task, "left", failure);
      continue;
    }
    left.delete(task);
    journal.note("dropped", task, { why: task.step.why });
    if (task.step.action === "drop") end(task, "dropped");
  }
  const kept = await Promise.all(stageRows.map((row) => dropStageRow(row, left)));
  return kept.find((reason) => reason !== undefined);
}

function hasWorkflowLeft(
  { row }: Task,
  tasks: readonly Task[],
  isGone: (task: Task) => boolean,
): boolean {
  return tasks.some((one) => one.row === row && !isGone(one));
}

/** Whether a row stays because it is retained, or because all that it still holds is. */
export function staysAsPlanned(task: Task, tasks: readonly Task[]): boolean {
  if (task.step.action !== "drop") return task.step.action === "keep";
  const inner = tasks.filter((one) => holdsOthers(task, new Set([one])));
  return inner.some(({ step }) => step.action === "keep");
}

/** Whether something that stays is nested in it, is a part of it, or has nothing else that tells of it. */
function holdsOthers(task: Task, left: ReadonlySet<Task>): boolean {
  const { row } = task;
  const use = useOf(task);
  const inner = JSON.stringify([...row.scope, row.id]).slice(0, -1);
  return [...left].some((one) => {
    const { row: other } = one;
    if (other === row) return false;
    if (use !== undefined && isPartOf(one, use)) return true;
    const scope = JSON.stringify(other.scope);
    return scope === `${inner}]` || scope.startsWith(`${inner},`);
  });
}

/** A retained part needs nothing to show whose it is. */
function isPartOf(task: Task, use: string): boolean {
  return useOf(task) === undefined && task.step.action !== "keep" && task.row.uses.includes(use);
}

/** @returns why it could not be removed. */
async function dropRow(task: Task): Promise<string | undefined> {
  const { row, origin } = task;
  // It goes with the row that tells of it.
  if (origin.carrier) return undefined;
  try {
    const now = await origin.stored.get(origin.at);
    if (now === undefined) return undefined;
    if (hashOf(now) !== row.hash) return `the row \`${pathOf(task)}\` was changed meanwhile`;
    await origin.stored.remove(origin.at);
    return undefined;
  } catch (error) {
    return `the row \`${pathOf(task)}\` cannot be removed: ${(error as Error).message}`;
  }
}

/**
 * Without its row, no deploy of another stage can take the stage for an orphan.
 *
 * @returns why it could not be removed.
 */
async function dropStageRow(
  { origin, stage, hash }: StageRowAt,
  left: ReadonlySet<Task>,
): Promise<string | undefined> {
  if (origin === undefined) return undefined;
  const hasPending = [...left].some(({ row }) => row.pending && row.scope.length === 0);
  if (hasPending) return undefined;
  try {
    const row = await origin.stored.get(origin.at);
    if (row === undefined) return undefined;
    if (hashOf(row) !== hash) {
      return `the row of the stage \`${stage}\` was changed meanwhile: a deploy may be running`;
    }
    const { pendingDeletions: _, ...data } = row.data ?? {};
    const others: Row = { ...row, data };
    if (left.size === 0 || neededFor(others).length === 0) await origin.stored.remove(origin.at);
    return undefined;
  } catch (error) {
    return `the row of the stage \`${stage}\` cannot be removed: ${(error as Error).message}`;
  }
}
