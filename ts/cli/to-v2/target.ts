/** The local store of Alchemy 2: `.alchemy/state/<stack>/<stage>/<id>.json`. */
import { readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { ALL_KINDS } from "../../kinds.ts";
import type { NewRow } from "../analyse/report.ts";
import { isMissing, Problem } from "../problem.ts";

/**
 * What the store has at the place of a row:
 *
 * - `missing`: nothing
 * - `same`: the row, as it would be written
 * - `taken`: a row of the same resource, which Alchemy 2 has written meanwhile
 * - `other`: a row of another resource
 */
export type Held = "missing" | "same" | "taken" | "other";

/** A row and its place. */
export interface Target {
  row: NewRow;
  /** Absolute. */
  path: string;
  text: string;
  held: Held;
}

/** Looks where each row would be. */
export async function targetsOf(
  rows: readonly NewRow[],
  rootOf: (store: string) => string,
): Promise<Target[]> {
  return Promise.all(
    rows.map(async (row) => {
      const path = pathOf(rootOf(row.store), row);
      const text = JSON.stringify(row.value, null, 2);
      return { row, path, text, held: await heldAt(path, row, text) };
    }),
  );
}

/** @throws Problem where the place is not in the folder of the stage. */
function pathOf(root: string, { stack, stage, fqn }: NewRow): string {
  const folder = join(root, ".alchemy", "state");
  const path = join(folder, stack, stage, `${fqn}.json`);
  // What comes out of the analyser is plain; that it is, is not taken for granted.
  if (relative(folder, path).split(sep).join("/") === `${stack}/${stage}/${fqn}.json`) return path;
  throw new Problem(`the row \`${fqn}\` of stage \`${stage}\` has no place of its own`);
}

async function heldAt(path: string, row: NewRow, text: string): Promise<Held> {
  let found: string;
  try {
    found = await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return "missing";
    throw error;
  }
  if (found === text) return "same";
  return identityIn(found, row) === identityOf(row.value, row) ? "taken" : "other";
}

function identityIn(text: string, row: NewRow): string | undefined {
  try {
    return identityOf(JSON.parse(text), row);
  } catch {
    return undefined;
  }
}

/** By what Cloudflare knows the resource of a row. */
function identityOf(value: unknown, { kind, value: own }: NewRow): string | undefined {
  const { resourceType, attr } = (value ?? {}) as State;
  const spec = ALL_KINDS.find((one) => one.kind === kind);
  const types = spec?.alchemy2.resources ?? [(own as State).resourceType];
  if (!types.includes(String(resourceType))) return undefined;
  // A queue has at most one consumer that is a Worker, whose own id may change.
  const id = attr?.[spec?.alchemy2.identity ?? "queueId"];
  return typeof id === "string" ? id : undefined;
}

interface State {
  resourceType?: string;
  attr?: Record<string, unknown>;
}
