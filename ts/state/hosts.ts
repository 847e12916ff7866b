/** What rows hold of hostnames, so that two rows that hold the same are found. */
import { DOMAIN, ROUTE } from "../kinds.ts";
import type { Row } from "./row.ts";

export const ZONE = "cloudflare::Zone";
export const RECORDS = "cloudflare::DnsRecords";

/** A DNS record, as Alchemy stores it. */
export interface StoredRecord {
  id: string;
  name: string;
  type: string;
  content: string;
}

/** The DNS records that a row holds. */
export function recordsOf({ output }: Row): StoredRecord[] {
  return Array.isArray(output?.records) ? output.records : [];
}

/** The key of a DNS record. */
export function recordKey({ id }: Pick<StoredRecord, "id">): string {
  return JSON.stringify([RECORDS, id]);
}

/** Keys of what a row holds in the account, whichever script it leads to. */
export function hostIdsOf(row: Row): string[] {
  const { kind, output = {} } = row;
  if (kind === RECORDS) return recordsOf(row).map(recordKey);
  // Local mode makes none, and gives all the same id.
  const isMade = typeof output.id === "string" && !output.id.startsWith("noop");
  return isMade && [DOMAIN, ROUTE, ZONE].includes(kind) ? [JSON.stringify([kind, output.id])] : [];
}

/** The same with the script: a row of a stage that has lost a hostname to another one is not meant. */
export function hostKeysOf(row: Row): string[] {
  const ids = hostIdsOf(row);
  return row.kind === RECORDS ? ids : ids.map((id) => JSON.stringify([id, scriptOf(row) ?? ""]));
}

/** The script that a domain or a route was made for. */
export function scriptOf({ kind, output }: Row): string | undefined {
  const script = kind === DOMAIN ? output?.workerName : output?.script;
  return typeof script === "string" ? script : undefined;
}
