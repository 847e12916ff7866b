/** What Alchemy's state says is deployed, in all stores together. */
import { resourceOf, WORKER } from "../../kinds.ts";
import { type ArmedStage, armedStages } from "../../state/armed.ts";
import { type Binding, ownBindings } from "../../state/bindings.ts";
import { claimsOf, classIn } from "../../state/claims.ts";
import type { RowLocation } from "../../state/location.ts";
import type { StateRow, StoredBinding, StoredStage } from "../analyse/report.ts";
import { Problem } from "../problem.ts";
import { foldersBeside, type Place } from "./places.ts";
import { readPlaces, readStores, type StatePlaces, type StoreRows } from "./stores.ts";

export type { StatePlaces } from "./stores.ts";

export interface StoredState {
  /** All named resources. */
  resources: StateRow[];
  /** All stages, also those without a named resource. */
  stages: StoredStage[];
  armed: (ArmedStage & { store: string })[];
}

/**
 * Reads every store that the places stand for.
 *
 * @param apps Apps to look for in stores that cannot tell which they have, as S3 cannot.
 * @throws Problem if a place is missing or cannot be read: what is not known may not be taken for
 *   absent.
 */
export async function readStates(
  places: StatePlaces,
  folder: string,
  apps: readonly string[] = [],
): Promise<StoredState> {
  return merged(await readStores(places, folder, apps));
}

/**
 * The state in the folders `.alchemy` beside the files of a program, and above them up to `top`.
 *
 * @throws Problem as {@link readStates}.
 */
export async function readStatesBeside(
  files: readonly string[],
  top: string,
): Promise<StoredState> {
  const places = foldersBeside(files, top).map((path): Place => ({ path, isFolder: true }));
  return merged(await readPlaces(places, top));
}

function merged(stores: readonly StoreRows[]): StoredState {
  const [problem] = stores.flatMap(({ problems }) => problems);
  if (problem) throw new Problem(problem.message, problem.help);
  const resources = stores.flatMap(({ store, rows }) => rows.flatMap((row) => rowsOf(row, store)));
  return {
    resources: eachOnce(resources),
    stages: stores.flatMap(stagesOf),
    armed: stores.flatMap(({ store, rows, stageRows }) =>
      armedStages(stageRows, rows).map((armed) => ({ ...armed, store })),
    ),
  };
}

/** Two places can hold copies of one state. */
function eachOnce(rows: readonly StateRow[]): StateRow[] {
  const key = ({ store: _, ...row }: StateRow) => JSON.stringify(row);
  const known = new Map<string, StateRow>();
  for (const row of rows) if (!known.has(key(row))) known.set(key(row), row);
  return [...known.values()];
}

function stagesOf({ store, apart, rows }: StoreRows): StoredStage[] {
  const stages = new Map<string, StoredStage>();
  for (const { app, stage, scope, row } of rows) {
    const key = JSON.stringify([app, stage]);
    const known = stages.get(key) ?? { app, stage, ids: [], store, apart };
    stages.set(key, known);
    if (scope.length === 0) known.ids.push(row.id);
  }
  return [...stages.values()];
}

/** The row itself, and the workflows of a Worker, which have no rows of their own. */
function rowsOf({ row, reachable, app, stage, scope }: RowLocation, store: string): StateRow[] {
  const claims = claimsOf(row);
  if (claims === undefined) return [];
  const at = { app, stage, scope: [...scope], store };
  const { own, classes, workflows } = claims;
  const { id, name, jurisdiction } = own;
  const retained = claims.retained || !reachable;
  const type = resourceOf("workflow");
  const bindings = row.kind === WORKER ? ownBindings(row).map(storedBinding) : [];
  const ofWorker = { classes: classes.map(classIn).sort(), bindings };
  return [
    { ...at, id, type: row.kind, name, jurisdiction, ...ofWorker, retained },
    ...workflows.map((workflow) => ({ ...at, id: workflow.id, type, name: workflow.name })),
  ];
}

function storedBinding({ type, id, className, workflowName }: Binding): StoredBinding {
  return { type, id, className, workflowName };
}
