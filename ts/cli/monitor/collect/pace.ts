/** Keeps to how often Cloudflare may be called. */
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { isMissing } from "../../problem.ts";

/** How many calls may be made in how long. */
export interface Limit {
  calls: number;
  /** In milliseconds. */
  window: number;
  /** The file in which processes that run one after the other note their calls for each other. */
  file?: string | undefined;
}

/** Cloudflare allows so many calls in so long, for one user and all tokens. */
export const CLOUDFLARE: Limit = { calls: 1200, window: 300_000 };

/** A call arrives later than it is made, so the oldest one counts a little longer. */
const MARGIN_MS = 500;

export interface Clock {
  now(): number;
  sleep(milliseconds: number): Promise<unknown>;
}

const CLOCK: Clock = { now: () => Date.now(), sleep: (milliseconds) => setTimeout(milliseconds) };

export class Pace {
  /** When the calls of the last window were made, the oldest first. */
  readonly #made: number[];
  #turn: Promise<void> = Promise.resolve();
  #waited = 0;
  #waitsSince: number | undefined;

  /** @param wait Gets the time for which nothing will happen, in milliseconds. */
  constructor(
    readonly wait: (milliseconds: number) => void = () => {},
    readonly clock: Clock = CLOCK,
    readonly limit: Limit = CLOUDFLARE,
  ) {
    this.#made = limit.file === undefined ? [] : this.#noted(limit.file);
  }

  /** Resolves when a call may be made, one after the other. */
  async next(): Promise<void> {
    const turn = this.#turn.then(() => this.#take());
    this.#turn = turn;
    return turn;
  }

  /** For how long calls had to wait until now, in milliseconds. */
  waited(): number {
    const since = this.#waitsSince;
    return this.#waited + (since === undefined ? 0 : this.clock.now() - since);
  }

  async #take(): Promise<void> {
    while (this.#recent() >= this.limit.calls) {
      const left = (this.#made[0] ?? 0) + this.#window - this.clock.now();
      this.wait(left);
      this.#waitsSince = this.clock.now();
      await this.clock.sleep(left);
      this.#waited = this.waited();
      this.#waitsSince = undefined;
    }
    const now = this.clock.now();
    this.#made.push(now);
    if (this.limit.file !== undefined) appendFileSync(this.limit.file, `${now}\n`);
  }

  get #window(): number {
    return this.limit.window + MARGIN_MS;
  }

  /** How many calls the window has that ends now. */
  #recent(): number {
    const from = this.clock.now() - this.#window;
    while ((this.#made[0] ?? Number.POSITIVE_INFINITY) <= from) this.#made.shift();
    return this.#made.length;
  }

  /** What others have noted, and nothing older than a window. A clock may have been set back since. */
  #noted(file: string): number[] {
    const now = this.clock.now();
    const times = textOf(file)
      .split("\n")
      .flatMap((line) => (/^\d+$/.test(line) ? [Math.min(Number(line), now)] : []))
      .filter((time) => time > now - this.#window)
      .sort((one, other) => one - other);
    writeFileSync(file, times.map((time) => `${time}\n`).join(""));
    return times;
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (isMissing(error)) return "";
    throw error;
  }
}
