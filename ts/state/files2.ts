/**
 * Rows of Alchemy 2 among the files of a store: `state/<stack>/<stage>/<fqn>.json`, with `__` for each
 * slash in the fully qualified name.
 */
import { basename, relative, sep } from "node:path";
import { faultOf, isAction, type Row2 } from "./alchemy2.ts";
import { JSON_FILE, sameName } from "./ids.ts";
import type { Visitor } from "./location.ts";
import { WrittenByAlchemy2 } from "./row.ts";

/** The folder of the state, below `.alchemy`. */
const STATE = "state";
/** What a program returns. */
const OUTPUT = "__stack_output__.json";

/** Whether a file has what a program returned. */
export function isOutput(file: string): boolean {
  return basename(file) === OUTPUT;
}

/** The row in a file of this name. */
export function rowIn(name: string, value: object): Row2 {
  return { fqn: name.replaceAll("__", "/"), ...value } as Row2;
}

export class RowsOfAlchemy2 {
  /** @param folder The store: `.alchemy`, or the folder `state` in it. */
  constructor(
    readonly folder: string,
    readonly visitor: Visitor,
  ) {}

  /** Shows the row in a file, or says what is wrong with it. */
  add(file: string, value: object): void {
    const problem = this.#show(file, value);
    if (problem !== undefined) this.visitor.problem(file, problem);
  }

  #show(file: string, value: object): Error | undefined {
    const place = this.#placeOf(file);
    if (place === undefined) return new WrittenByAlchemy2();
    if (isAction(value)) return undefined;
    const fault = faultOf(value);
    if (fault !== undefined) return new Error(fault);
    const { stack, stage, name } = place;
    const row = rowIn(name, value);
    if (!sameName(String(row.fqn).replaceAll("/", "__"), name)) {
      return new Error(`it is not the file of the id \`${row.fqn}\`, which is in it`);
    }
    this.visitor.row2({ stack, stage, row, file });
    return undefined;
  }

  isOutput(file: string): boolean {
    return isOutput(file) && this.#placeOf(file) !== undefined;
  }

  /** Nothing if Alchemy 2 has no rows there. A stack may have slashes in its name, and a stage none. */
  #placeOf(file: string): { stack: string; stage: string; name: string } | undefined {
    const parts = relative(this.folder, file).split(sep);
    if (basename(this.folder) !== STATE && parts.shift() !== STATE) return undefined;
    const name = parts.pop()?.slice(0, -JSON_FILE.length);
    const stage = parts.pop();
    if (stage === undefined || name === undefined || parts.length === 0) return undefined;
    return { stack: parts.join("/"), stage, name };
  }
}
