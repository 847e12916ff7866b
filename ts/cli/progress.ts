/** A line that says what takes so long: only on a terminal, and never in the output. */
import { stderr } from "node:process";
import { grouped } from "./render/text.ts";

/** A scan that takes no longer says nothing. */
const PATIENCE_MS = 400;
const INTERVAL_MS = 100;
/** A command that has run as long may name the step that begins now, however long that takes. */
const LONG_MS = 1000;

export class Progress implements Disposable {
  #next = Date.now() + PATIENCE_MS;
  #shown = false;
  #waiting: NodeJS.Timeout | undefined;

  show(what: string, done: number, all: number): void {
    if (!stderr.isTTY || Date.now() < this.#next) return;
    this.#next = Date.now() + INTERVAL_MS;
    this.#write(`${what} ${grouped(done)} of ${grouped(all)} files`);
  }

  /**
   * Names a step of which nobody knows how far it is. One that waits for something else is named once it
   * takes long; one that computes can only be named before.
   */
  step(what: string): void {
    if (!stderr.isTTY) return;
    if (performance.now() > LONG_MS) this.#write(what);
    else this.#waiting = setTimeout(() => this.#write(what), PATIENCE_MS).unref();
  }

  #write(text: string): void {
    this.#shown = true;
    stderr.write(`\r\x1b[2K${text.slice(0, (stderr.columns || 80) - 1)}`);
  }

  [Symbol.dispose](): void {
    this.end();
  }

  end(): void {
    clearTimeout(this.#waiting);
    if (this.#shown) stderr.write("\r\x1b[2K");
    this.#shown = false;
  }
}
