/** A line that says how far the account is: only on a terminal, and never in the output. */
import { stderr } from "node:process";
import type { AccountProgress } from "./collect/account.ts";

const PATIENCE_MS = 400;
const INTERVAL_MS = 100;
const LONG_MS = 5000;

export class Line implements AccountProgress {
  readonly #done = new Map<string, number>();
  #next = Date.now() + PATIENCE_MS;
  #shown = false;

  listed(noun: string, done: number): void {
    this.#done.set(noun, done);
    if (Date.now() < this.#next) return;
    this.#next = Date.now() + INTERVAL_MS;
    const all = [...this.#done].map(
      ([kind, number]) => `${number.toLocaleString("en-US")} ${kind}`,
    );
    this.#show(`listed ${all.join(", ")}`);
  }

  waits(milliseconds: number): void {
    const text = `waiting ${Math.ceil(milliseconds / 1000)} s: Cloudflare allows no more calls until then`;
    // A log that says nothing for minutes looks as if the run hangs.
    if (!stderr.isTTY && milliseconds >= LONG_MS) stderr.write(`${text}\n`);
    this.#show(text);
  }

  end(): void {
    if (this.#shown) stderr.write("\r\x1b[2K");
    this.#shown = false;
  }

  #show(text: string): void {
    if (!stderr.isTTY) return;
    this.#shown = true;
    stderr.write(`\r\x1b[2K${text.slice(0, (stderr.columns || 80) - 1)}`);
  }
}
