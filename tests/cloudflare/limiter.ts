/** Counts calls as Cloudflare does, which allows so many in so long. */
export class Limiter {
  /** When the calls of the last window came, the oldest first. */
  readonly #came: number[] = [];

  constructor(
    readonly calls: number,
    readonly windowMs: number,
  ) {}

  /** For how many seconds the caller has to wait; nothing if the call is taken. */
  refuse(now = Date.now()): number | undefined {
    while ((this.#came[0] ?? now) <= now - this.windowMs) this.#came.shift();
    if (this.#came.length >= this.calls) return Math.ceil(this.windowMs / 1000);
    this.#came.push(now);
    return undefined;
  }
}
