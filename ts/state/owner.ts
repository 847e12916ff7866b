/** Who made a row, as the guard notes it in the row's `data`, which Alchemy carries along. */
import type { Row } from "./row.ts";

const OWNER = "@alch/blocks:owner";

export interface Owner {
  app: string;
  stage: string;
  /** The name of the program's package, and its path there. */
  program?: string | undefined;
  /** The id of the Cloudflare account. */
  account?: string | undefined;
  /** Whether a block declares it, which has its own protected stages. */
  block?: boolean | undefined;
  /** Whether it was there before, made by nobody knows whom. */
  adopted?: boolean | undefined;
  /** Whether the row was there before the guard, so that nobody knows whether its stage has made it. */
  older?: boolean | undefined;
  /** Whether the resource stays in the account when its row goes, whatever the options say. */
  retained?: boolean | undefined;
}

/** Who made the row, if that was noted. */
export function ownerOf(row: Pick<Row, "data"> | undefined): Owner | undefined {
  const owner = row?.data?.[OWNER] as Owner | undefined;
  return typeof owner?.stage === "string" ? owner : undefined;
}

export function noteOwner(row: Row, owner: Owner): void {
  row.data ??= {};
  row.data[OWNER] = owner;
}
