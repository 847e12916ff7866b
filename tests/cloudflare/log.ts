import type { PlainKind } from "./plain/index.ts";

/** What a log entry or a piece of account state is about; the names Alchemy uses. */
export type Kind =
  | PlainKind
  | "D1Database"
  | "R2Bucket"
  | "KVNamespace"
  | "Queue"
  | "QueueConsumer"
  | "Worker"
  | "DurableObjectNamespace"
  | "Workflow"
  | "AnalyticsEngineDataset"
  | "SecretsStore"
  | "Secret"
  | "Zone"
  | "DnsRecord"
  | "Route"
  | "CustomDomain";

/** What a call did. `call` is a call that changed no resource (a query, a subdomain, a refusal). */
export type Action = "create" | "update" | "rename" | "delete" | "takeover" | "call";

/** How much data went with a deletion. */
export interface DataLost {
  /** What is counted: rows, objects, values, messages, keys or instances. */
  of: string;
  count: number;
}

/** A change of one resource. */
export interface Change {
  kind: Kind;
  action: Exclude<Action, "call">;
  name: string;
  id?: string;
  /** The name before a rename, or the script that was led to before a takeover or a deletion. */
  from?: string;
  /** The name after a rename, or the script that is led to after a takeover or a creation. */
  to?: string;
  dataLost?: DataLost;
}

/** One line of the log. A call that changes several resources has several lines. */
export interface LogEntry extends Partial<Omit<Change, "action">> {
  seq: number;
  /** Which call it belongs to, from 1. */
  call: number;
  time: number;
  account: string;
  /** The HTTP method, or `TEST` when a test changed the account directly. */
  method: string;
  path: string;
  /** The status answered, 0 when there was no answer. */
  status: number;
  action: Action;
  /** The fault injected into this call. */
  fault?: string;
  /** The error code and message of a refused call. */
  error?: string;
}

/** A deleted resource, with what was in it. */
export interface Deletion {
  seq: number;
  account: string;
  kind: Kind;
  name: string;
  id?: string;
  dataLost: DataLost;
}

/** A Workflow, route or domain that passed from one script to another. */
export interface Takeover {
  seq: number;
  account: string;
  name: string;
  from: string;
  to: string;
}

/** The call in progress, as far as the log needs it. */
export type CallFacts = Pick<
  LogEntry,
  "account" | "method" | "path" | "status" | "fault" | "error"
>;

/** The append-only record of everything the stand-in was asked and did. */
export class Log {
  readonly entries: LogEntry[] = [];
  #calls = 0;

  /** Records a call, together with the changes it made. */
  call(facts: CallFacts, changes: readonly Change[]): void {
    this.#calls += 1;
    if (changes.length === 0) this.#add(facts, { action: "call" });
    for (const change of changes) this.#add(facts, change);
  }

  /** Every deletion so far. */
  deletions(): Deletion[] {
    return this.entries.flatMap((entry) =>
      entry.action === "delete" && entry.kind !== undefined
        ? [
            {
              seq: entry.seq,
              account: entry.account,
              kind: entry.kind,
              name: entry.name ?? "",
              ...(entry.id === undefined ? {} : { id: entry.id }),
              dataLost: entry.dataLost ?? { of: "nothing", count: 0 },
            },
          ]
        : [],
    );
  }

  /** Every Workflow that changed its script so far. */
  takeovers(): Takeover[] {
    return this.entries
      .filter((entry) => entry.action === "takeover")
      .map(({ seq, account, name = "", from = "", to = "" }) => ({ seq, account, name, from, to }));
  }

  #add(facts: CallFacts, what: Change | { action: "call" }): void {
    const which = { seq: this.entries.length + 1, call: this.#calls, time: Date.now() };
    this.entries.push({ ...which, ...facts, ...what });
  }
}

/** Collects the changes of the call in progress; outside a call they are logged at once. */
export class Journal {
  readonly #log: Log;
  readonly #account: string;
  #open: Change[] | undefined;

  constructor(log: Log, account: string) {
    this.#log = log;
    this.#account = account;
  }

  /** Notes one change. */
  note(change: Change): void {
    if (this.#open) this.#open.push(change);
    else {
      const facts = { account: this.#account, method: "TEST", path: "", status: 0 };
      this.#log.call(facts, [change]);
    }
  }

  /** Runs a piece of synchronous work and returns the changes it noted, even when it throws. */
  during<T>(changes: Change[], work: () => T): T {
    this.#open = changes;
    try {
      return work();
    } finally {
      this.#open = undefined;
    }
  }
}
