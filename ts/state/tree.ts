/**
 * Tells stages, scopes and parts of names apart in the folders of Alchemy's file store:
 * `<app>/<stage>/<scopes…>/<id>.json`.
 *
 * Alchemy writes a slash in an id or a scope's name as `:` in the name of the file, and as a folder
 * in the path of the scope. A folder alone does not say whether it is a scope or a part of a name:
 *
 * | in the folder of | a row leads to it | it is |
 * | --- | --- | --- |
 * | an app | the row of a stage | that stage |
 * | an app | the row of a resource, which all stages share | the scope of that resource |
 * | a stage or a scope | a row of any type: resources have scopes of their own, too | that scope |
 * | a nested scope | no row | a scope that has lost its row |
 * | a stage | no row, and a row in it says that it is of this stage | a scope that has lost its row |
 * | an app, or a stage | no row | a part of a stage with a slash in its name, such as `feature/login` |
 */
import {
  asGiven,
  belowRoot,
  isAtRoot,
  type ScopeLocation,
  showInApp,
  stageOf,
  type Visitor,
} from "./location.ts";
import type { Row } from "./row.ts";

/** A row and its file. */
export interface FileRow {
  /** Nothing if it cannot be read, which is a problem of its own. */
  row: Row | undefined;
  file: string;
  /** Whether Alchemy lists it, as it does not if the id has a backslash. */
  listed: boolean;
}

export interface Folder {
  /** By id. */
  rows: Map<string, FileRow>;
  /** By name, sorted. */
  folders: Map<string, Folder>;
}

/** Shows every row in the folder of an app. */
export function visitApp(app: string, folder: Folder, visitor: Visitor): void {
  for (const { row, file } of folder.rows.values()) {
    if (row) showInApp(visitor, { app, row, file });
  }
  const stages = new Set(folder.rows.keys());
  for (const [name, inner] of folder.folders) {
    const shows = isAtRoot(folder.rows.get(name)?.row) ? belowRoot(visitor) : visitor;
    visitStage(inner, { app, stage: name, scope: [] }, stages, shows);
  }
}

/** A folder of a stage; there may be other stages in it, whose names begin with that of this one. */
function visitStage(
  folder: Folder,
  location: ScopeLocation,
  stages: ReadonlySet<string>,
  visitor: Visitor,
): void {
  show(folder, { ...location, reachable: true }, visitor);
  const ids = new Set(folder.rows.keys());
  for (const [name, inner] of folder.folders) {
    const stage = `${location.stage}/${name}`;
    const isStage =
      leadsTo(stages, stage) || (!leadsTo(ids, name) && !isScopeOf(inner, location, [name]));
    if (isStage) visitStage(inner, { ...location, stage }, stages, visitor);
    else visitNested(inner, name, { ...location, ids, reachable: true }, visitor);
  }
}

/** Whether a row in a folder says that it is of the stage in which the folder is. */
function isScopeOf(folder: Folder, at: ScopeLocation, below: readonly string[]): boolean {
  const path = [at.stage, ...below];
  const rows = [...folder.rows.values()];
  const says = rows.some(({ row }) => row && stageOf(row, at.app, path) === at.stage);
  if (says) return true;
  return [...folder.folders].some(([name, inner]) => isScopeOf(inner, at, [...below, name]));
}

/** The scope in which a folder is, and the ids of the rows in that scope. */
interface Parent extends ScopeLocation {
  ids: ReadonlySet<string>;
  reachable: boolean;
}

/** A folder below a scope. `name` is all that the path adds to the path of the scope. */
function visitNested(folder: Folder, name: string, parent: Parent, visitor: Visitor): void {
  const { app, stage, ids } = parent;
  const isPart = !ids.has(name) && leadsTo(ids, name);
  const here = {
    app,
    stage,
    scope: [...parent.scope, name],
    reachable: parent.reachable && ids.has(name),
  };
  show(folder, here, visitor);
  for (const [next, inner] of folder.folders) {
    const whole = `${name}/${next}`;
    if (isPart || leadsTo(ids, whole)) visitNested(inner, whole, parent, visitor);
    else visitNested(inner, next, { ...here, ids: new Set(folder.rows.keys()) }, visitor);
  }
}

/** Whether a row has this id, or one that goes on below it. */
function leadsTo(ids: ReadonlySet<string>, path: string): boolean {
  return ids.has(path) || [...ids].some((id) => id.startsWith(`${path}/`));
}

function show(folder: Folder, at: ScopeLocation & { reachable: boolean }, visitor: Visitor): void {
  for (const { row, listed, file } of folder.rows.values()) {
    if (row) visitor.row({ ...asGiven(at, row), reachable: at.reachable && listed, row, file });
  }
}
