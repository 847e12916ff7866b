/** Parses files in threads where there are many, and here where there are few. */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { type Parsed, parseAll, type Task } from "./parse.ts";

/** How much text one thread should have at least: starting it takes as long as parsing this. */
const WORTH = 1_000_000;
/** How much text is sent at once, so that all threads end at about the same time. */
const PORTION = 250_000;

/** What is in each of `tasks`, in their order. */
export async function parseMany(tasks: readonly Task[]): Promise<Parsed[]> {
  const size = tasks.reduce((sum, { text }) => sum + text.length, 0);
  const threads = Math.min(availableParallelism(), Math.floor(size / WORTH));
  if (threads < 2) return parseAll(tasks);
  const portions = inPortions(tasks);
  const results: Parsed[][] = [];
  let next = 0;
  const one = async () => {
    const thread = new Thread();
    try {
      for (let at = next++; at < portions.length; at = next++) {
        results[at] = await thread.parse(portions[at] ?? []);
      }
    } finally {
      await thread.end();
    }
  };
  await Promise.all(Array.from({ length: Math.min(threads, portions.length) }, one));
  return results.flat();
}

function inPortions(tasks: readonly Task[]): Task[][] {
  const portions: Task[][] = [];
  let size = PORTION;
  for (const task of tasks) {
    if (size >= PORTION) {
      portions.push([]);
      size = 0;
    }
    portions.at(-1)?.push(task);
    size += task.text.length;
  }
  return portions;
}

class Thread {
  readonly #worker = new Worker(new URL("./worker.js", import.meta.url));
  #dead = false;
  #answer: (parsed: Parsed[] | undefined) => void = () => {};

  constructor() {
    this.#worker.on("message", (parsed: Parsed[]) => this.#answer(parsed));
    for (const end of ["error", "exit"]) this.#worker.on(end, () => this.#die());
  }

  #die(): void {
    this.#dead = true;
    this.#answer(undefined);
  }

  /** A thread that dies, for want of memory, leaves the work to this one. */
  async parse(tasks: readonly Task[]): Promise<Parsed[]> {
    const parsed = await new Promise<Parsed[] | undefined>((resolve) => {
      this.#answer = resolve;
      if (this.#dead) resolve(undefined);
      else this.#worker.postMessage(tasks);
    });
    return parsed ?? parseAll(tasks);
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}
