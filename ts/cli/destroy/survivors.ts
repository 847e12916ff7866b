/** What is still in the account after a tear-down. */
import { specIn } from "../../kinds.ts";
import type { Account } from "../stages/collect.ts";
import { type Api, isThere, reasonFor } from "./resource.ts";
import type { Task } from "./task.ts";

/**
 * Of each task that is not done: `there`, or why nobody knows.
 *
 * @param after The account as it is now. If it could not be read as a whole, nothing counts as gone.
 */
export async function survivors(
  api: Api,
  tasks: readonly Task[],
  after: Account,
): Promise<Map<Task, string>> {
  const left = new Map<Task, string>();
  const [unread] = after.unread;
  const known = keysOf(after);
  for (const task of tasks) {
    if (unread !== undefined || after.listed === undefined) {
      left.set(task, unread?.message ?? "the account was not listed");
    } else if (isListed(task)) {
      if (known.has(keyOf(task))) left.set(task, "there");
    } else {
      const state = await stateOf(api, task);
      if (state !== undefined) left.set(task, state);
    }
  }
  return left;
}

async function stateOf(api: Api, task: Task): Promise<string | undefined> {
  try {
    return (await isThere(api, task)) ? "there" : undefined;
  } catch (error) {
    return reasonFor(error);
  }
}

function isListed({ step, row }: Task): boolean {
  return step.action === "workflow" || specIn(row.resource) !== undefined;
}

/** A workflow is the stage's as long as it has the stage's script. */
function keysOf({ listed = [] }: Account): Set<string> {
  return new Set(
    listed.map(({ kind, place, id, name, script = "" }) => {
      return JSON.stringify(kind === "workflow" ? [kind, script, name] : [kind, place, id]);
    }),
  );
}

function keyOf({ step, row, origin }: Task): string {
  if (step.action === "workflow") return JSON.stringify(["workflow", row.name, step.name]);
  const kind = specIn(row.resource)?.kind;
  if (kind === "workflow") return JSON.stringify([kind, origin.ids.scriptName, row.name]);
  return JSON.stringify([kind, row.place, row.identity]);
}
