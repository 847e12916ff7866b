/**
 * The rows of one scope, read as seldom as possible: a remote store answers each read with a call.
 */

import { readRow, readRows, readTogether } from "../../state/read.ts";
import { deployedName, jurisdictionOf, type Row } from "../../state/row.ts";
import { knownScope } from "../scope.ts";
import type { AlchemyScope, StateStore } from "../types.ts";
import { hasPassed } from "./passed.ts";

export class Rows {
  readonly #scope: AlchemyScope;
  readonly #store: StateStore;
  /** All rows that Alchemy has not asked for yet, read at once. */
  #ahead: Promise<Map<string, Row>> | undefined;
  /**
   * The last row that this run has written under each id; nothing if Alchemy deleted it, or had it
   * before the guard came. A row here may have been on its way to the store while rows were read
   * ahead, so the store is asked again.
   */
  readonly #written = new Map<string, Row | undefined>();
  /** The ids whose rows said, when they were read, that their last change was done. */
  readonly #stable = new Set<string>();
  /** The rows of what blocks are making or changing now, as they were written. */
  readonly #inProgress = new Map<string, Row>();

  constructor(scope: AlchemyScope, store: StateStore) {
    this.#scope = scope;
    this.#store = store;
    for (const id of scope.resources.keys()) this.#written.set(id, undefined);
  }

  /**
   * The row of what a block is making or changing now. Alchemy reads it again when it is done, for
   * what the resource has kept in it, and none of these kinds keeps anything.
   */
  inProgress(id: string): Row | undefined {
    const row = this.#inProgress.get(id);
    return row && { ...row, data: { ...row.data } };
  }

  async read(id: string): Promise<Row | undefined> {
    if (knownScope(this.#scope)?.needsRows) return this.#readNoted(id);
    if (!hasPassed(this.#scope)) return readRow(this.#store, id);
    this.#ahead ??= readTogether(this.#store).catch(() => new Map());
    return this.#take(await this.#ahead, id);
  }

  noteStatus(id: string, { status }: Row): void {
    if (status === "created" || status === "updated") this.#stable.add(id);
  }

  /** Whether the last change of a row was done when this run read it. */
  wasStable(id: string): boolean {
    return this.#stable.has(id);
  }

  /** Writes a row. `inProgress` says that a block is about to make or change what it stands for. */
  async write(id: string, row: Row, given: Row, inProgress: boolean): Promise<void> {
    await this.#store.set(id, row);
    // A store may answer late. Alchemy can have written the outcome by then, and what is older must
    // not be given out in its place.
    if (!inProgress || this.#written.get(id) !== given) return;
    this.#inProgress.set(id, { ...row, data: { ...row.data } });
  }

  /** Notes that Alchemy writes a row, or deletes it. */
  noteWrite(id: string, row: Row | undefined): void {
    this.#written.set(id, row);
    this.#inProgress.delete(id);
  }

  /** Reads a row of a scope in which rows of the state can make a name ambiguous. */
  async #readNoted(id: string): Promise<Row | undefined> {
    // A read that fails is tried again for the next resource.
    this.#ahead ??= this.#readAndNote().catch((error: unknown) => {
      this.#ahead = undefined;
      throw error;
    });
    const rows = await this.#ahead;
    // What was declared before the rows were noted was not compared with them.
    knownScope(this.#scope)?.recheck(id);
    return this.#take(rows, id);
  }

  async #readAndNote(): Promise<Map<string, Row>> {
    const rows = await readRows(this.#store);
    const known = knownScope(this.#scope);
    for (const [id, row] of rows) {
      const name = deployedName(row);
      if (name) known?.noteRow(id, row.kind, name, jurisdictionOf(row));
    }
    return rows;
  }

  /** A row that was read ahead, once: another process may have written it since. */
  async #take(rows: Map<string, Row>, id: string): Promise<Row | undefined> {
    const row = this.#written.has(id) ? undefined : rows.get(id);
    rows.delete(id);
    return row ?? readRow(this.#store, id);
  }
}
