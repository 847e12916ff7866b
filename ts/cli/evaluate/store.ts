/** The rows of a store of Alchemy 2, through the program that has it. */
import type { ExportedRow } from "./answer.ts";
import { homeOf, installedFor } from "./installed.ts";
import { rowsOf } from "./run.ts";

/** How long it may take, in seconds: a remote store answers each row in a call of its own. */
const DEADLINE = 300;

/** @throws Problem if they cannot be read. */
export function exported(program: string): Promise<ExportedRow[]> {
  const asked = { program, folder: homeOf(program), deadline: DEADLINE };
  return rowsOf(asked, installedFor(program));
}
