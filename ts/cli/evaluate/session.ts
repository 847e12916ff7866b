/** A program of Alchemy 2 that runs, and does with single rows of its store what it is asked. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { ANSWER, type Question, type RowAnswer, type RowQuestion, readAnswer } from "./answer.ts";
import type { Installed } from "./installed.ts";
import { end, IS_GROUP, TAIL } from "./process.ts";

export class Session {
  readonly #child: ChildProcess;
  /** A folder that is gone afterwards. */
  readonly #scratch = mkdtempSync(join(tmpdir(), "alch-blocks-store-"));
  /** What its answers begin with: the program may print, too. */
  readonly #mark = randomUUID();
  #said = "";
  /** Takes the answer that is waited for. */
  #take: (answer: RowAnswer) => void = () => {};
  #ended: string | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /**
   * @param folder Where people run the program.
   * @param deadline How long one answer may take, in seconds.
   */
  constructor(
    program: string,
    folder: string,
    { runtime, modules }: Installed,
    readonly deadline: number,
  ) {
    const inside = fileURLToPath(new URL("./inside.js", import.meta.url));
    const scratch = this.#scratch;
    const question: Question = { modules, entrypoint: program, stage: null, scratch };
    const told = JSON.stringify({ ...question, serve: this.#mark });
    const child = spawn(runtime, [inside, told], {
      cwd: folder,
      stdio: ["pipe", "pipe", "pipe"],
      detached: IS_GROUP,
    });
    this.#child = child;
    // It has a group of its own: whoever interrupts this program may still need the rows.
    process.once("exit", () => this.#stop());
    child.on("error", (error) => this.#over(error.message));
    child.on("exit", (code, signal) => this.#over(`its process ended with ${code ?? signal}`));
    child.stdin.on("error", () => {});
    child.stderr.on("data", (chunk: Buffer) => {
      this.#said = `${this.#said}${chunk}`.slice(-TAIL);
    });
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line.startsWith(this.#mark)) this.#take(JSON.parse(line.slice(this.#mark.length)));
    });
    this.#keepsOpen(false);
  }

  /**
   * One question after the other.
   *
   * @throws if there is no answer, or if the store has failed.
   */
  ask(question: RowQuestion): Promise<unknown> {
    const answer = this.#last.then(() => this.#askNow(question));
    this.#last = answer.catch(() => {});
    return answer;
  }

  async #askNow(question: RowQuestion): Promise<unknown> {
    if (this.#ended !== undefined) throw new Error(this.#ended);
    this.#keepsOpen(true);
    let timer: NodeJS.Timeout | undefined;
    const answer = await new Promise<RowAnswer>((resolve) => {
      this.#take = resolve;
      timer = setTimeout(() => {
        this.#over(`it took more than ${this.deadline} s`);
        this.#stop();
      }, this.deadline * 1000);
      this.#child.stdin?.write(`${JSON.stringify(question)}\n`);
    });
    clearTimeout(timer);
    this.#keepsOpen(false);
    if ("error" in answer) throw new Error(answer.error);
    return answer.value;
  }

  /** No later question is answered either. */
  #over(reason: string): void {
    const answer = readAnswer(join(this.#scratch, ANSWER));
    const said = this.#said === "" ? "" : `: ${this.#said.trim()}`;
    this.#ended ??= answer && "error" in answer ? answer.error : `${reason}${said}`;
    this.#take({ error: this.#ended });
  }

  #stop(): void {
    end(this.#child);
    rmSync(this.#scratch, { recursive: true, force: true });
  }

  /** Whether this program waits for the other one before it ends. */
  #keepsOpen(waits: boolean): void {
    const { stdin, stdout, stderr } = this.#child;
    const all = [this.#child, stdin, stdout, stderr] as (Partial<NodeJS.Timeout> | null)[];
    for (const one of all) if (waits) one?.ref?.();
    for (const one of all) if (!waits) one?.unref?.();
  }
}
