/** Reads what Alchemy's file store says is deployed. */
import { dirname, join, resolve } from "node:path";
import { resourceOf } from "../../kinds.ts";
import { type ArmedStage, armedStages } from "../../state/armed.ts";
import { claimsOf, classIn } from "../../state/claims.ts";
import { type RowLocation, type StageRowLocation, visitFiles } from "../../state/files.ts";
import type { StateRow, StoredStage } from "../analyse/report.ts";
import type { ParsedArgs } from "../args.ts";
import { Problem, reasonOf } from "../problem.ts";

const HELP = "a deploy may be writing it: try again, or give another folder with `--state`";

/** What the file store in a folder holds. */
export interface FileState {
  /** All named resources. */
  resources: StateRow[];
  /** All stages, also those without a named resource. */
  stages: StoredStage[];
  armed: ArmedStage[];
}

/**
 * Reads the file store in `folder`.
 *
 * @returns `undefined` if there is no such folder.
 * @throws Problem if it cannot be read: what is not known may not be taken for absent.
 */
export async function readFileState(folder: string): Promise<FileState | undefined> {
  const rows: RowLocation[] = [];
  const stageRows: StageRowLocation[] = [];
  const isThere = await visitFiles(folder, {
    row: (location) => rows.push(location),
    stageRow: (location) => stageRows.push(location),
    problem(path, error) {
      throw new Problem(`the state in \`${path}\` cannot be read: ${reasonOf(error)}`, HELP);
    },
  });
  if (!isThere) return undefined;
  return {
    resources: rows.flatMap(rowsOf),
    stages: stagesOf(rows),
    armed: armedStages(stageRows, rows),
  };
}

/** All named resources of the file store in `folder`; see {@link readFileState}. */
export async function readState(folder: string): Promise<StateRow[] | undefined> {
  return (await readFileState(folder))?.resources;
}

/** The state in the folder that the option `--state` names, if it is given. */
export async function namedState(
  { values }: Pick<ParsedArgs, "values">,
  top: string,
): Promise<FileState | undefined> {
  const [named] = values.state ?? [];
  if (named === undefined) return undefined;
  const state = await readFileState(resolve(top, named));
  if (!state) throw new Problem(`there is no folder \`${named}\``, "see `--state`");
  return state;
}

function stagesOf(rows: readonly RowLocation[]): StoredStage[] {
  const stages = new Map<string, StoredStage>();
  for (const { app, stage, scope, row } of rows) {
    const key = JSON.stringify([app, stage]);
    const known = stages.get(key) ?? { app, stage, ids: [] };
    stages.set(key, known);
    if (scope.length === 0) known.ids.push(row.id);
  }
  return [...stages.values()];
}

/** The row itself, and the workflows of a Worker, which have no rows of their own. */
function rowsOf({ row, reachable, app, stage, scope }: RowLocation): StateRow[] {
  const claims = claimsOf(row);
  if (claims === undefined) return [];
  const at = { app, stage, scope: [...scope] };
  const { own, classes, workflows } = claims;
  const { id, name } = own;
  const retained = claims.retained || !reachable;
  const type = resourceOf("workflow");
  return [
    { ...at, id, type: row.kind, name, classes: classes.map(classIn).sort(), retained },
    ...workflows.map((workflow) => ({ ...at, id: workflow.id, type, name: workflow.name })),
  ];
}

/** The folders that may hold a store: those of the programs, and all above up to `top`. */
export function stateFolders(files: readonly string[], top: string): string[] {
  const folders = new Set([top]);
  for (const file of files) {
    for (let at = dirname(file); !folders.has(at) && at.startsWith(top); at = dirname(at)) {
      folders.add(at);
    }
    folders.add(dirname(file));
  }
  return [...folders].sort().map((folder) => join(folder, ".alchemy"));
}
