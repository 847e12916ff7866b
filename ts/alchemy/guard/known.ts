/** Names that a program may mean and blocks do not know: other stages, and queues without a block. */
import { KINDS } from "../../kinds.ts";
import { readRow } from "../../state/read.ts";
import { deployedName } from "../../state/row.ts";
import { plainStore } from "../store.ts";
import { type AlchemyScope, RESOURCE_KIND } from "../types.ts";
import { configuredStages } from "./config.ts";
import { consentingRun } from "./settings.ts";

const QUEUE = KINDS.queue.alchemy.resource;

/** Warns of the stages that the program has named up to now, and that nobody knows. */
export async function tellStages(scope: AlchemyScope): Promise<void> {
  const run = consentingRun(scope);
  if (!run.namesStages) return;
  const known = [...(await stagesInState(scope)), ...configuredStages()];
  run.warnStages(scope.stage, known);
}

/** The stages that the state of the app has; none where the store does not tell. */
async function stagesInState({ root }: AlchemyScope): Promise<string[]> {
  const store = plainStore(root);
  try {
    if (store.listScopes) return await store.listScopes();
    // What joins paths, as S3 does, lists all that is below.
    const below = (await store.list()).filter((key) => key.includes("/"));
    return below.map((key) => key.slice(0, key.indexOf("/")));
  } catch {
    // It is only for a warning.
    return [];
  }
}

/** Warns of what the settings and the queues of an app name in vain, when its deploy has ended. */
export async function tellAtEnd(scope: AlchemyScope): Promise<void> {
  await tellStages(scope);
  const run = consentingRun(scope);
  run.warnAtEnd(run.deadLetters.length === 0 ? [] : await queuesIn(scope));
}

/** The names of all queues that the program has declared in a scope and in those below. */
async function queuesIn(scope: AlchemyScope): Promise<string[]> {
  const store = plainStore(scope);
  const ids = [...scope.resources].filter(([, resource]) => resource[RESOURCE_KIND] === QUEUE);
  const rows = await Promise.all(ids.map(([id]) => readRow(store, id)));
  const below = await Promise.all([...scope.children.values()].map(queuesIn));
  return [...rows.flatMap((row) => deployedName(row) ?? []), ...below.flat()];
}
