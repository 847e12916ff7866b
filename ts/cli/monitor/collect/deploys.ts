/** Tells the deploys of a stage apart: by a hash of all its rows. */
import { createHash } from "node:crypto";
import type { ScopeLocation } from "../../../state/location.ts";

export class Deploys {
  readonly #rows = new Map<string, string[]>();

  /** Notes a row; `text` is what it holds. */
  note({ app, stage, scope }: ScopeLocation, id: string, text: string): void {
    const key = `${app}/${stage}`;
    const row = hashOf([...scope, id, text].join("\0"));
    const rows = this.#rows.get(key);
    if (rows) rows.push(row);
    else this.#rows.set(key, [row]);
  }

  /** By `app/stage`; the same as long as no deploy has changed a row. */
  hashes(): Map<string, string> {
    const hashed = [...this.#rows].map(([key, rows]) => [key, hashOf(rows.sort().join())] as const);
    return new Map(hashed);
  }
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
