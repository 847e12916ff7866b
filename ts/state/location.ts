/** Where rows are: the app, the stage, and the scopes nested in the stage. */
import type { Row2 } from "./alchemy2.ts";
import { ownerOf } from "./owner.ts";
import { deployedName, type Row, SCOPE } from "./row.ts";

/** A scope of Alchemy: of a stage, or nested in one. */
export interface ScopeLocation {
  app: string;
  stage: string;
  scope: readonly string[];
}

export interface RowLocation extends ScopeLocation {
  row: Row;
  /**
   * Whether Alchemy finds the row when it deletes what is no longer declared. It does not look into
   * a scope that has lost its row, unless the program opens that scope again.
   */
  reachable: boolean;
  /** Nothing where the store is not made of files. */
  file?: string;
}

/** The row of a stage itself. */
export type StageRowLocation = RowLocation;

/**
 * A row of a resource in the scope of an app, or in a scope of such a resource. It is of no stage: all
 * stages share it.
 */
export interface RootRowLocation {
  app: string;
  scope: readonly string[];
  row: Row;
  /** Nothing where the store is not made of files. */
  file?: string;
}

/** A row of Alchemy 2, which has stacks for apps and keeps the namespaces in the id. */
export interface RowLocation2 {
  stack: string;
  stage: string;
  row: Row2;
  /** Nothing where the store is not made of files. */
  file?: string;
}

export interface Visitor {
  /** A row of a stage or of a scope nested in it. */
  row(location: RowLocation): void;
  /** The row of a stage itself, which has what replacements have left; there need not be one. */
  stageRow(location: StageRowLocation): void;
  /** A row that no stage has. */
  rootRow(location: RootRowLocation): void;
  /** A row of Alchemy 2. */
  row2(location: RowLocation2): void;
  /** What cannot be read. It must not be taken for absent. */
  problem(path: string, error: unknown): void;
}

/** Whether a row in the scope of an app is a resource's, and not that of a stage. */
export function isAtRoot(row: Row | undefined): boolean {
  return row !== undefined && row.kind !== SCOPE;
}

/** Shows a row in the scope of an app. */
export function showInApp(visitor: Visitor, { app, row, file }: Omit<RootRowLocation, "scope">) {
  const place = file === undefined ? { app, row } : { app, row, file };
  if (isAtRoot(row)) visitor.rootRow({ ...place, scope: [] });
  else visitor.stageRow({ ...place, stage: row.id, scope: [], reachable: true });
}

/** Shows what seems to be of a stage, and is in the scope of a resource of that name. */
export function belowRoot(visitor: Visitor): Visitor {
  return {
    ...visitor,
    row: ({ stage, scope, reachable: _, ...at }) => {
      visitor.rootRow({ ...at, scope: [stage, ...scope] });
    },
  };
}

/**
 * The stage that a row is from, if its path begins with that stage: what looks like a longer stage
 * is a scope nested in it then.
 *
 * Two things say it: the guard's note, and the name that Alchemy itself makes, which ends with the
 * stage.
 *
 * @param path The stage and all that may be a part of its name.
 */
export function stageOf(row: Row, app: string, path: readonly string[]): string | undefined {
  const stages = path.map((_, at) => path.slice(0, at + 1).join("/"));
  const noted = ownerOf(row);
  if (noted !== undefined) {
    return noted.app === app ? stages.find((stage) => stage === noted.stage) : undefined;
  }
  const name = deployedName(row);
  return stages.find((stage, at) => name === nameBy(row, app, path.slice(at + 1), stage));
}

/** As Alchemy 0.94 names what has no name of its own. */
function nameBy(row: Row, app: string, scope: readonly string[], stage: string): string {
  const parts = [app, ...scope, row.id, stage];
  return parts.map((part) => part.replaceAll(/[^a-z0-9_-]/gi, "-")).join("-");
}

/**
 * The location as Alchemy was given it: in paths of files, a backslash in the name of a stage or a
 * scope is a slash.
 */
export function asGiven<T extends ScopeLocation>(location: T, { id, fqn = "" }: Row): T {
  const { app, stage, scope } = location;
  const path = [app, stage, ...scope].join("/");
  const given = fqn.endsWith(`/${id}`) ? fqn.slice(0, -id.length - 1) : path;
  if (!given.includes("\\") || given.replaceAll("\\", "/") !== path) return location;
  let at = app.length + 1;
  const part = ({ length }: string) => {
    const start = at;
    at += length + 1;
    return given.slice(start, at - 1);
  };
  return { ...location, stage: part(stage), scope: scope.map(part) };
}
