/** A line that says how far a long scan is: only on a terminal, and never in the output. */
import { stderr } from "node:process";
import { grouped } from "./render/text.ts";

/** A scan that takes no longer says nothing. */
const PATIENCE_MS = 400;
const INTERVAL_MS = 100;

export class Progress {
  #next = Date.now() + PATIENCE_MS;
  #shown = false;

  show(what: string, done: number, all: number): void {
    if (!stderr.isTTY || Date.now() < this.#next) return;
    this.#next = Date.now() + INTERVAL_MS;
    this.#shown = true;
    stderr.write(`\r\x1b[2K${what} ${grouped(done)} of ${grouped(all)} files`);
  }

  end(): void {
    if (this.#shown) stderr.write("\r\x1b[2K");
    this.#shown = false;
  }
}
