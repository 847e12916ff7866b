/** Claims from Alchemy's file store. */
import { join, relative } from "node:path";
import { visitFiles } from "../../../state/files.ts";
import { reasonOf } from "../../problem.ts";
import { noState, type State, unknown } from "./collected.ts";
import { noteRow, noteStageRow } from "./rows.ts";

const HELP = "repair or restore the file: until then nothing is concluded from what is not in it";

/**
 * All that the state in `folder` holds.
 *
 * @returns `undefined` if there is no such folder.
 */
export async function readFiles(folder: string): Promise<State | undefined> {
  const state = noState();
  const isThere = await visitFiles(folder, {
    row: ({ row, ...at }) => noteRow(state, row, at),
    stageRow: ({ row, ...at }) => noteStageRow(state, row, at),
    problem(path, error) {
      const place = relative(join(folder, ".."), path);
      const message = `the state in \`${place}\` cannot be read: ${reasonOf(error)}`;
      state.unknown.push(unknown("state", null, "state-unreadable", message, HELP));
    },
  });
  return isThere ? state : undefined;
}
