/** The rows of a store of Alchemy 2, through the program that has it. */
import type { Row2 } from "../../state/alchemy2.ts";
import type { StoredAt, StoredRows } from "../../state/stored.ts";
import type { ExportedRow } from "./answer.ts";
import { homeOf, installedFor } from "./installed.ts";
import { rowsOf } from "./run.ts";
import { Session } from "./session.ts";

/** How long it may take, in seconds: a remote store answers each row in a call of its own. */
const DEADLINE = 300;

/** @throws Problem if they cannot be read. */
export function exported(program: string): Promise<ExportedRow[]> {
  const asked = { program, folder: homeOf(program), deadline: DEADLINE };
  return rowsOf(asked, installedFor(program));
}

/** Single rows of the store. Its program runs from the first call on, until this program ends. */
export class RowsOfProgram implements StoredRows<Row2> {
  #session: Session | undefined;

  /** @param program Its path. */
  constructor(readonly program: string) {}

  async get({ chain: [stack = "", stage = ""], id: fqn }: StoredAt): Promise<Row2 | undefined> {
    const row = await this.#open().ask({ get: { stack, stage, fqn } });
    return row === null ? undefined : { ...(row as Row2), fqn };
  }

  async remove({ chain: [stack = "", stage = ""], id: fqn }: StoredAt): Promise<void> {
    await this.#open().ask({ remove: { stack, stage, fqn } });
  }

  #open(): Session {
    const { program } = this;
    this.#session ??= new Session(program, homeOf(program), installedFor(program), DEADLINE);
    return this.#session;
  }
}
