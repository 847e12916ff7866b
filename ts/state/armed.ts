/**
 * Stages that the deploy of another stage would delete.
 *
 * Alchemy 0.94 writes a row for a stage itself into the scope of the app when the stage replaces a
 * resource. The root scope of every other stage takes that row for an orphan, and destroys the stage.
 */
import { holdsData } from "../kinds.ts";
import { claimsOf } from "./claims.ts";
import type { RowLocation, StageRowLocation } from "./location.ts";
import { deployedName, pendingRows, type Row, SCOPE } from "./row.ts";

export interface ArmedStage {
  app: string;
  stage: string;
  /** The file of the row; nothing where the store is not made of files. */
  file?: string | undefined;
  /** How many resources Alchemy would destroy with the stage. */
  resources: number;
  /** How many of them hold data that is lost then. */
  data: number;
  /** How many of them hold data and stay in the account, without a row. */
  retained: number;
  /** What an unfinished deploy of the stage still has to delete. */
  pending: string[];
  /** What a program has stored with `scope.set`. */
  keys: string[];
}

const PENDING = "pendingDeletions";
/** What the keys of the guard's notes begin with. */
const NOTES = "@alch/blocks:";

/** What Alchemy still needs the row of a stage for; nothing if it can go. */
export function neededFor(row: Row): string[] {
  return [...pendingNames(row), ...storedKeys(row)];
}

/** The armed stages of a store, by its rows. */
export function armedStages(
  stageRows: readonly StageRowLocation[],
  rows: readonly RowLocation[],
): ArmedStage[] {
  const contents = new Map<string, Row[]>();
  for (const { app, stage, row, reachable } of rows) {
    // Alchemy does not find what is in a scope without a row.
    if (row.kind === SCOPE || !reachable) continue;
    const key = keyOf(app, stage);
    contents.set(key, [...(contents.get(key) ?? []), row]);
  }
  const armed = stageRows.filter(({ row }) => row.kind === SCOPE);
  return armed
    .map((at) => armedStage(at, contents.get(keyOf(at.app, at.stage)) ?? []))
    .filter(({ resources, pending }) => resources + pending.length > 0);
}

function keyOf(app: string, stage: string): string {
  return JSON.stringify([app, stage]);
}

function armedStage({ app, stage, file, row }: StageRowLocation, rows: readonly Row[]): ArmedStage {
  const withData = rows.filter(isWithData);
  const retained = withData.filter((one) => claimsOf(one)?.retained).length;
  return {
    app,
    stage,
    file,
    resources: rows.length,
    data: withData.length - retained,
    retained,
    pending: pendingNames(row),
    keys: storedKeys(row),
  };
}

/** A deployed resource with data, or a Worker with classes or workflows. */
function isWithData(row: Row): boolean {
  const claims = claimsOf(row);
  if (claims === undefined) return false;
  return holdsData(row.kind) || claims.classes.length + claims.workflows.length > 0;
}

/** The guard's own notes are made again by the next deploy. */
function storedKeys({ data }: Row): string[] {
  return Object.keys(data ?? {}).filter((key) => key !== PENDING && !key.startsWith(NOTES));
}

/** A resource of a kind without a name goes by its id. */
function pendingNames(row: Row): string[] {
  const list = row.data?.[PENDING];
  const known = pendingRows(row).map((one) => deployedName(one) ?? one.id);
  const unknown = (Array.isArray(list) ? list.length : 0) - known.length;
  return [...known, ...Array<string>(unknown).fill("unknown")];
}
