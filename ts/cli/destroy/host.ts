/** Looks who has a domain or a route just before it is deleted: somebody may have deployed since the plan. */
import { DOMAIN, ROUTE } from "../../kinds.ts";
import { type Api, shown } from "./resource.ts";
import { pathOf, type Task, useOf } from "./task.ts";

/** Another Worker has it by now. */
export class Taken extends Error {
  constructor(task: Task, script: string | undefined) {
    const who = script === undefined ? "no Worker" : `the Worker \`${script}\``;
    super(`\`${task.step.name || pathOf(task)}\` leads to ${who} by now: run this again`);
  }
}

/**
 * Deletes nothing.
 *
 * @param tasks All tasks of the stage, with those of its Workers.
 * @throws Taken, or whatever the client throws but for 404.
 */
export async function stillOwned(api: Api, task: Task, tasks: readonly Task[]): Promise<void> {
  const { resource, uses } = task.row;
  if (resource !== DOMAIN && resource !== ROUTE) return;
  const answer = await shown(api, task);
  if (answer === undefined) return;
  const script = resource === DOMAIN ? answer.service : answer.script;
  const own = new Set([...uses, ...tasks.map(useOf)]);
  if (typeof script === "string" && own.has(`worker:${script}`)) return;
  throw new Taken(task, typeof script === "string" ? script : undefined);
}
