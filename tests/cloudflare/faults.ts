/** What can go wrong with a call. */
export type FaultKind =
  /** Refused as too many calls, with `Retry-After`; nothing changes. */
  | "429"
  /** Refused since the token is not accepted; nothing changes. */
  | "401"
  /** Refused for want of a permission; nothing changes. */
  | "403"
  /** An error of the API; nothing changes. */
  | "500"
  /** An error of the edge, as HTML; nothing changes. */
  | "502"
  /** Never answered; nothing changes. */
  | "hang"
  /** The connection breaks before anything changes. */
  | "cut-before"
  /** The change is made, then the connection breaks. */
  | "cut-after"
  /** The change is made, then an error is answered. */
  | "status500-after"
  /** The change is made, then a body that is not JSON is answered. */
  | "malformed"
  /** The change is made, and the answer is JSON without what was asked for. */
  | "odd"
  /** Answered late, by `delayMs`. */
  | "slow"
  /** The change is made; the answer waits until `release()`. */
  | "pause";

/** Which calls a fault hits, and how. */
export interface FaultSpec {
  kind: FaultKind;
  /** Matched anywhere in the path and query. */
  path?: RegExp | string;
  method?: string;
  /** The first matching call to hit, from 1; 1 unless given. */
  nth?: number;
  /** How many matching calls to hit; 1 unless given. */
  count?: number;
  /** For `slow`. */
  delayMs?: number;
  /** For `429`, in seconds. */
  retryAfter?: number;
}

/** A fault that was added. */
export interface Fault {
  readonly spec: FaultSpec;
  /** How many calls it has hit. */
  readonly hits: number;
  /** Resolves when it hits the first time; after the change, for the kinds that make one. */
  readonly reached: Promise<void>;
  /** Lets paused calls be answered, now and from now on. */
  release(): void;
}

/** A fault as the server uses it. */
export class ActiveFault implements Fault {
  readonly spec: FaultSpec;
  readonly #path: RegExp;
  readonly #reached = Promise.withResolvers<void>();
  readonly #released = Promise.withResolvers<void>();
  #seen = 0;
  hits = 0;

  constructor(spec: FaultSpec) {
    this.spec = spec;
    // A pattern with a `g` flag would remember its last match between calls.
    this.#path = new RegExp(spec.path ?? "");
  }

  get reached(): Promise<void> {
    return this.#reached.promise;
  }

  /** Resolves when paused calls may be answered. */
  get released(): Promise<void> {
    return this.#released.promise;
  }

  /** Whether this call is one to hit; counts it as seen. */
  due(method: string, path: string): boolean {
    const { nth = 1, count = 1 } = this.spec;
    if (this.spec.method !== undefined && this.spec.method !== method) return false;
    if (path.search(this.#path) < 0) return false;
    this.#seen += 1;
    return this.#seen >= nth && this.#seen < nth + count;
  }

  /** Tells whoever waits that the fault has hit. */
  reach(): void {
    this.#reached.resolve();
  }

  release(): void {
    this.#released.resolve();
  }
}

/** The faults of a server. */
export class Faults {
  readonly #faults: ActiveFault[] = [];

  /** Adds a fault; the first added that matches a call hits it. */
  add(spec: FaultSpec): Fault {
    const fault = new ActiveFault(spec);
    this.#faults.push(fault);
    return fault;
  }

  /** Takes every fault away and releases what is paused. */
  clear(): void {
    for (const fault of this.#faults.splice(0)) fault.release();
  }

  /** The fault that hits this call. Every matching fault counts the call. */
  take(method: string, path: string): ActiveFault | undefined {
    const fault = this.#faults.filter((one) => one.due(method, path))[0];
    if (fault) fault.hits += 1;
    return fault;
  }
}
