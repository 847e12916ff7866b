/** Keeps to how often Cloudflare may be called. */
import { setTimeout } from "node:timers/promises";

/** Cloudflare allows so many calls in so long, for one user and all tokens. */
const CALLS = 1200;
const WINDOW_MS = 300_000;

export interface Clock {
  now(): number;
  sleep(milliseconds: number): Promise<unknown>;
}

const CLOCK: Clock = { now: () => Date.now(), sleep: (milliseconds) => setTimeout(milliseconds) };

export class Pace {
  /** When the calls of the last window were made, the oldest first. */
  readonly #made: number[] = [];
  #turn: Promise<void> = Promise.resolve();

  /** @param wait Gets the time for which nothing will happen, in milliseconds. */
  constructor(
    readonly wait: (milliseconds: number) => void = () => {},
    readonly clock: Clock = CLOCK,
  ) {}

  /** Resolves when a call may be made, one after the other. */
  async next(): Promise<void> {
    const turn = this.#turn.then(() => this.#take());
    this.#turn = turn;
    return turn;
  }

  async #take(): Promise<void> {
    const [oldest] = this.#made;
    if (oldest !== undefined && this.#made.length >= CALLS) {
      const left = oldest + WINDOW_MS - this.clock.now();
      if (left > 0) {
        this.wait(left);
        await this.clock.sleep(left);
      }
      this.#made.shift();
    }
    this.#made.push(this.clock.now());
  }
}
