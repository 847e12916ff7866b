/** Questions to whoever sits at the terminal. */
import { createInterface, type Interface } from "node:readline/promises";
import { Problem } from "./problem.ts";
import { visible } from "./render/text.ts";

export class Terminal implements AsyncDisposable {
  readonly isThere = process.stdin.isTTY === true && process.stderr.isTTY === true;
  #open: Interface | undefined;
  #ended: Promise<never> | undefined;

  /**
   * Asks a question that ends with `[y/N]` or `[Y/n]`.
   *
   * @throws Problem on Ctrl-C and Ctrl-D.
   */
  async confirm(question: string, byDefault: boolean): Promise<boolean> {
    const answer = await this.ask(question);
    if (/^\s*$/.test(answer)) return byDefault;
    return /^\s*y(es)?\s*$/i.test(answer);
  }

  /** @throws Problem as {@link confirm}. */
  async ask(question: string): Promise<string> {
    const [terminal, ended] = this.#opened();
    return await Promise.race([terminal.question(visible(question)), ended]);
  }

  #opened(): [Interface, Promise<never>] {
    // Asked on the standard error: the output may go to a file.
    this.#open ??= createInterface({ input: process.stdin, output: process.stderr });
    const terminal = this.#open;
    this.#ended ??= new Promise<never>((_, reject) => {
      terminal.once("close", () => reject(new Problem("stopped", "nothing was changed")));
    });
    return [terminal, this.#ended];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended?.catch(() => undefined);
    this.#open?.close();
  }
}
