/** What Alchemy's state says is deployed, in all stores together. */
import { KINDS, resourceOf, WORKER } from "../../kinds.ts";
import { claimsIn } from "../../state/alchemy2.ts";
import { type ArmedStage, armedStages } from "../../state/armed.ts";
import { type Binding, ownBindings } from "../../state/bindings.ts";
import { claimsOf, classIn, type RowClaim, type RowClaims } from "../../state/claims.ts";
import type { RowLocation, RowLocation2 } from "../../state/location.ts";
import { deployedHost } from "../../state/row.ts";
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
  const resources = stores.flatMap(({ store, rows, rows2 }) => [
    ...rows.flatMap((row) => rowsOf(row, store)),
    ...rows2.flatMap((row) => rowsOf2(row, store)),
  ]);
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

function stagesOf({ store, apart, rows, rows2 }: StoreRows): StoredStage[] {
  const stages = new Map<string, StoredStage>();
  for (const { app, stage, scope, row } of rows) {
    const key = JSON.stringify([app, stage]);
    const known = stages.get(key) ?? { app, stage, ids: [], store, apart };
    stages.set(key, known);
    if (scope.length === 0) known.ids.push(row.id);
  }
  const newer = new Map(
    rows2.map(({ stack: app, stage }) => {
      // Its stages have no slashes, so that none is in the folder of another.
      return [JSON.stringify([app, stage]), { app, stage, ids: [], store, apart: true }];
    }),
  );
  return [...stages.values(), ...newer.values()];
}

/** The row itself, those of domains and routes too, and the workflows of a Worker, which have no rows of their own. */
function rowsOf({ row, reachable, app, stage, scope }: RowLocation, store: string): StateRow[] {
  const at = { app, stage, scope: [...scope], store };
  const host = deployedHost(row);
  if (host !== undefined) return [{ ...at, id: row.id, type: row.kind, name: host }];
  const claims = claimsOf(row);
  if (claims === undefined) return [];
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

/** What a row of Alchemy 2 has deployed, without what it is about to delete. */
function rowsOf2({ stack: app, stage, row }: RowLocation2, store: string): StateRow[] {
  const type = row.resourceType;
  const claims = claimsIn(row);
  const live = claims.filter(({ deleting }) => !deleting);
  const replaced = claims.filter(({ deleting }) => deleting).map(({ own }) => own.name);
  return live.map(({ own, classes, retained }: RowClaims): StateRow => {
    const path = own.id.split("/");
    const { name, jurisdiction } = own;
    const id = path.pop() ?? own.id;
    const at = { app, stage, scope: path, store };
    const named = { ...at, id, type, name, jurisdiction, retained };
    return { ...named, ...ofWorker(classes), instance: row.instanceId ?? "", replaced };
  });
}

/** The classes of a Worker. Alchemy 2 knows each by the key of its binding. */
function ofWorker(classes: readonly RowClaim[]): Pick<StateRow, "classes" | "bindings"> {
  const bindings = classes.map((claim): StoredBinding => {
    const { binding: type } = KINDS["durable-object"];
    return { type, id: claim.id, className: classIn(claim), workflowName: "" };
  });
  return { classes: classes.map(classIn).sort(), bindings };
}

function storedBinding({ type, id, className, workflowName }: Binding): StoredBinding {
  return { type, id, className, workflowName };
}
