/** What other stacks and stages of the same store hold. */
import type { StateService, StateStoreError } from "alchemy/State";
import * as Effect from "effect/Effect";
import { currentAccount } from "./account.ts";
import type { Program, Resource } from "./facts.ts";
import { foreignIn, resourceIn } from "./rows.ts";

/** How many rows are read at once: a remote store answers each in a call of its own. */
const AT_ONCE = 16;

/**
 * Whether anything in the program could be somebody else's. The names that Alchemy makes up are
 * nobody else's, and what a stage has deployed under a name is its own: a redeploy reads no other
 * stage.
 */
export function needsOthers({ declared, rows, destroys }: Program, explicit: ReadonlySet<string>) {
  if (destroys) return rows.some(({ id, name }) => name !== undefined && explicit.has(id));
  const deployed = new Map(rows.map(({ id, name }) => [id, name]));
  return declared.some(({ id, name, local }) => {
    return !local && name !== undefined && deployed.get(id) !== name;
  });
}

/** Every row of other stages that holds a name. */
export const readOthers = Effect.fnUntraced(function* (
  store: StateService,
  { stack: own, stage: ownStage }: Program,
): Effect.fn.Return<Resource[], StateStoreError> {
  const found: Resource[] = [];
  const account = yield* currentAccount;
  for (const stack of yield* store.listStacks()) {
    for (const stage of yield* store.listStages(stack)) {
      if (stack === own && stage === ownStage) continue;
      const fqns = yield* store.list({ stack, stage });
      const read = (fqn: string) => store.get({ stack, stage, fqn });
      const rows = yield* Effect.forEach(fqns, read, { concurrency: AT_ONCE });
      rows.map(resourceIn).forEach((row, at) => {
        const place = { stack, stage, id: fqns[at] as string };
        const foreign = row && foreignIn(place, row, account);
        if (foreign) found.push(foreign);
      });
    }
  }
  return found;
});
