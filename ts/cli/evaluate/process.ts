/** Runs another program, with a deadline. */
import { type ChildProcess, spawn } from "node:child_process";
import { Problem, reasonOf } from "../problem.ts";

/** How much of what it says last is shown if it dies. */
export const TAIL = 2000;

export interface How {
  folder: string;
  env: Readonly<Record<string, string | undefined>>;
  /** In seconds. */
  deadline: number;
}

export interface Ended {
  /** The exit code, or the signal. */
  code: number | string;
  late: boolean;
  /** The last that it wrote to its standard error. */
  said: string;
}

/** A program may start others, which end with it: they are one group. */
export const IS_GROUP = process.platform !== "win32";

/** Starts `runtime` with `args`, and waits until it ends or the deadline is over. */
export function runToEnd(
  runtime: string,
  args: readonly string[],
  { folder: cwd, env, deadline }: How,
): Promise<Ended> {
  const child = spawn(runtime, args, {
    cwd,
    env,
    stdio: ["ignore", "ignore", "pipe"],
    detached: IS_GROUP,
  });
  const stop = () => end(child);
  const signals = stopWith(stop);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    stop();
  }, deadline * 1000);
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said = `${said}${chunk}`.slice(-TAIL);
  });
  return new Promise<Ended>((resolve, reject) => {
    child.once("error", (error) =>
      reject(new Problem(`\`${runtime}\` cannot run: ${reasonOf(error)}`)),
    );
    child.once("exit", (code, signal) =>
      resolve({ code: code ?? signal ?? "nothing", late, said: said.trim() }),
    );
  }).finally(() => {
    clearTimeout(timer);
    signals();
    // What it has started would go on.
    stop();
  });
}

export function end(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return;
  try {
    if (IS_GROUP) process.kill(-pid, "SIGKILL");
    else child.kill("SIGKILL");
  } catch {
    // It has ended.
  }
}

/** Whoever stops this program stops the other one, too. Gives what takes that back. */
function stopWith(stop: () => void): () => void {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const onSignal = (signal: NodeJS.Signals) => {
    stop();
    undo();
    process.kill(process.pid, signal);
  };
  const undo = () => {
    for (const signal of signals) process.removeListener(signal, onSignal);
    process.removeListener("exit", stop);
  };
  for (const signal of signals) process.on(signal, onSignal);
  process.on("exit", stop);
  return undo;
}
