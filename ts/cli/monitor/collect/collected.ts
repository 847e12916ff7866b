/** What a collector gives. */
import type { Claim, Source, Unknown } from "../report.ts";

export interface Collected {
  claims: Claim[];
  unknown: Unknown[];
}

export function nothing(): Collected {
  return { claims: [], unknown: [] };
}

/** What could not be read, told as such and never as empty. */
export function unknown(
  source: Source,
  kind: string | null,
  code: string,
  message: string,
  help: string,
): Unknown {
  return { source, kind, code, message, help };
}
