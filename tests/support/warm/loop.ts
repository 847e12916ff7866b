/**
 * Runs programs one after the other, each as if it had a process of its own: with its own arguments,
 * environment, working directory and globals. To load Alchemy costs more than most deploys. The parent
 * says what to run; after each, a line on both streams ends what it printed.
 */
import { join } from "node:path";
import type { Job, Order } from "./runners.ts";

/** A program that runs, to tell what it does from what an earlier one has left undone. */
export interface Run {
  mark: string;
  end: (code: number) => void;
}

/** How programs run. */
interface How {
  /** Makes ready what a process of its own would have. */
  prepare(job: Job): void;
  /** Runs a file to its end, or until it calls `process.exit`. */
  start(path: string): Promise<unknown>;
  /** Forgets what the program has left behind. */
  forget(job: Job): void;
  /** Waits for what a program that has ended is just doing. */
  settle(): Promise<unknown>;
  /** Whether it is an earlier program that asks. */
  isOver(): boolean;
}

/** What `process.exit` throws, to end the program that calls it. */
class Exit extends Error {}

let running: Run | undefined;
let count = 0;

/** The program that runs. */
export const current = (): Run | undefined => running;

/** The address of a module that is to be loaded anew: one that has failed once is not loaded again. */
export const anew = (path: string): string => `${path}?${count}`;

/** Runs what the parent orders, until it is gone. */
export function serve(how: How): void {
  process.exit = (code) => {
    if (!how.isOver()) running?.end(Number(code ?? process.exitCode ?? 0));
    throw new Exit();
  };
  const failed = (error: unknown) => {
    if (error instanceof Exit) return;
    console.error(error);
    running?.end(1);
  };
  process.on("uncaughtException", failed);
  process.on("unhandledRejection", failed);
  const globals = new Set(Reflect.ownKeys(globalThis));

  async function run(job: Job): Promise<number> {
    enter(job);
    how.prepare(job);
    const { promise, resolve } = Promise.withResolvers<number>();
    running = { mark: job.mark, end: resolve };
    how
      .start(join(job.folder, job.file))
      .then(() => resolve(Number(process.exitCode ?? 0)), failed);
    const code = await promise;
    running = undefined;
    await how.settle();
    process.exitCode = 0;
    for (const name of Reflect.ownKeys(globalThis)) {
      if (!globals.has(name)) Reflect.deleteProperty(globalThis, name);
    }
    how.forget(job);
    return code;
  }

  function kill(mark: string): void {
    if (running?.mark !== mark) return;
    const { end } = running;
    running = undefined;
    end(137);
  }

  process.on("message", async (order: Order) => {
    if ("kill" in order) return kill(order.kill);
    const { job } = order;
    const code = await run(job);
    console.log(`\n${job.mark}`);
    console.error(`\n${job.mark}`);
    process.send?.({ code });
  });
  process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
}

function enter({ folder, file, args, env }: Job): void {
  count += 1;
  process.chdir(folder);
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, env);
  process.argv = [process.execPath, join(folder, file), ...args];
}
