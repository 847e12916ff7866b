/** Reads what Alchemy's file store says is deployed. */
import { dirname, join, resolve } from "node:path";
import { resourceOf } from "../../kinds.ts";
import { claimsOf, classIn } from "../../state/claims.ts";
import { type RowLocation, visitFiles } from "../../state/files.ts";
import type { StateRow } from "../analyse/report.ts";
import type { ParsedArgs } from "../args.ts";
import { Problem, reasonOf } from "../problem.ts";

const HELP = "a deploy may be writing it: try again, or give another folder with `--state`";

/**
 * All named resources that the state in `folder` holds.
 *
 * @returns `undefined` if there is no such folder.
 * @throws Problem if it cannot be read: what is not known may not be taken for absent.
 */
export async function readState(folder: string): Promise<StateRow[] | undefined> {
  const rows: StateRow[] = [];
  const isThere = await visitFiles(folder, {
    row: (location) => rows.push(...rowsOf(location)),
    stageRow: () => {},
    problem(path, error) {
      throw new Problem(`the state in \`${path}\` cannot be read: ${reasonOf(error)}`, HELP);
    },
  });
  return isThere ? rows : undefined;
}

/** The state in the folder that the option `--state` names, if it is given. */
export async function namedState(
  { values }: Pick<ParsedArgs, "values">,
  top: string,
): Promise<StateRow[] | undefined> {
  const [named] = values.state ?? [];
  if (named === undefined) return undefined;
  const rows = await readState(resolve(top, named));
  if (!rows) throw new Problem(`there is no folder \`${named}\``, "see `--state`");
  return rows;
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
