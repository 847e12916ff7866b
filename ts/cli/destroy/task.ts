/** What a tear-down does with each row, and how each ended. */
import { specIn } from "../../kinds.ts";
import { nounFor } from "../render/nouns.ts";
import type { Decision, StageRow, Step } from "../stages/decide.ts";
import type { Origin, Rows } from "../stages/origins.ts";

/** A step with its row and where that is stored. */
export interface Task {
  step: Step;
  row: StageRow;
  origin: Origin;
}

/**
 * How a task ended: `planned` if nothing was done, `deleted` and `gone` by what the account lists afterwards, `dropped` where only a row went,
 * `kept` as planned, `left` if it is still there, `unknown` if the account could not be asked, `skipped` if it
 * was not tried.
 */
export type Outcome =
  | "planned"
  | "deleted"
  | "gone"
  | "dropped"
  | "kept"
  | "left"
  | "unknown"
  | "skipped";

export interface Done {
  task: Task;
  outcome: Outcome;
  /** Why it is still there, or was not tried. */
  reason: string;
  /** In milliseconds. */
  took: number;
}

/** The tasks of a stage, in their order. */
export function tasksOf({ steps }: Decision, { rows, origins }: Rows): Task[] {
  return steps.flatMap((step) => {
    const [row, origin] = [rows[step.row], origins[step.row]];
    return row && origin ? [{ step, row, origin }] : [];
  });
}

/** Whether it deletes something in the account. */
export function isDeletion({ step }: Task): boolean {
  return step.action === "delete" || step.action === "workflow";
}

/** How other rows write that they use this one; nothing for what is only a part, as a workflow is of its Worker. */
export function useOf({ row }: Task): string | undefined {
  const kind = specIn(row.resource)?.kind;
  return kind === undefined || kind === "workflow" ? undefined : `${kind}:${row.identity}`;
}

/** Alchemy's path of a row within its stage. */
export function pathOf({ row }: Pick<Task, "row">): string {
  return [...row.scope, row.id].join("/");
}

/** The kind of a task, in words. */
export function nounOf({ step, row }: Task): string {
  if (step.action === "workflow") return "workflow";
  return nounFor(row.resource);
}
