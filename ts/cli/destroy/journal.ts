/**
 * The journal of a tear-down: what was found and deleted, with ids. Each line is one event as JSON, on the disk
 * before the call it is about. A later run reads from it which rows an earlier one has found in the account.
 */
import { appendFileSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isMissing, Problem, reasonOf } from "../problem.ts";
import type { Task } from "./task.ts";

export type Event = "found" | "delete" | "deleted" | "left" | "dropped" | "end";

interface Line {
  event: Event;
  account: string;
  hash?: string;
}

export class Journal {
  constructor(
    readonly path: string,
    readonly account: string,
  ) {}

  /** The journal of a stage in a folder. Both names come from strangers. */
  static of(folder: string, app: string, stage: string, account: string): Journal {
    const name = [app, stage].map(fileName).join("@");
    return new Journal(join(folder, `${name}.jsonl`), account);
  }

  /** @throws Problem if it cannot be written: nothing may be deleted without it. */
  note(event: Event, task?: Task, more: Readonly<Record<string, unknown>> = {}): void {
    const line = {
      event,
      at: new Date().toISOString(),
      account: this.account,
      ...(task === undefined ? {} : about(task)),
      ...more,
    };
    try {
      mkdirSync(dirname(this.path), { recursive: true });
      appendFileSync(this.path, `${JSON.stringify(line)}\n`);
    } catch (error) {
      const message = `the journal \`${this.path}\` cannot be written: ${reasonOf(error)}`;
      throw new Problem(message, "give another folder with `--journal`", "journal-unwritable");
    }
  }

  /** The hashes of rows whose resources earlier runs have found in this account. */
  proven(): string[] {
    return this.#lines()
      .filter(({ event, account }) => event === "found" && account === this.account)
      .flatMap(({ hash }) => hash ?? []);
  }

  #lines(): Line[] {
    let text: string;
    try {
      text = readFileSync(this.path, "utf8");
    } catch (error) {
      if (isMissing(error)) return [];
      throw new Problem(`the journal \`${this.path}\` cannot be read: ${reasonOf(error)}`);
    }
    return text.split("\n").flatMap((line) => {
      try {
        const value = JSON.parse(line) as Line | null;
        return typeof value === "object" && value !== null ? [value] : [];
      } catch {
        // The last line of a run that was killed.
        return [];
      }
    });
  }
}

function about({ step, row }: Task): object {
  const { app, stage, scope, id, identity, hash, place } = row;
  const resource = step.action === "workflow" ? "workflow" : row.resource;
  const name = step.name;
  return { app, stage, scope, id, resource, name, identity, ...(place ? { place } : {}), hash };
}

/** A name of a file that no other text has, on file systems that ignore case, too. */
function fileName(text: string): string {
  return text.replaceAll(/[^a-z0-9-]/g, (one) => `_${one.codePointAt(0)?.toString(16)}_`);
}
