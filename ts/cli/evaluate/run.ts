/** Evaluates a program in one stage, in a process that is given no credentials and a deadline. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Problem, reasonOf } from "../problem.ts";
import { ANSWER, type EvaluatedStack, type Question, readAnswer } from "./answer.ts";
import { withoutCredentials } from "./environment.ts";
import type { Installed } from "./installed.ts";

export interface Run {
  /** The path of the program, and how it is shown. */
  program: string;
  name: string;
  stage: string;
  /** Where people run it: paths in the program may be relative to it. */
  folder: string;
  /** In seconds. */
  deadline: number;
}

/** How much of what it says last is shown if it dies. */
const TAIL = 2000;

const HELP_THROWS =
  "see that it can be evaluated without credentials and in this stage; leave `--evaluate` out to read its text alone";
const HELP_HANGS =
  "it may wait for a service that cannot be reached without credentials; give it more time with `--timeout`, or leave `--evaluate` out";
const HELP_DIES =
  "look for what ends the process, such as `process.exit`, or leave `--evaluate` out";
const HELP_GARBAGE =
  "run it again with the same version of Alchemy 2 by hand, to see what is wrong";

/** @throws Problem if it does not come to an answer. */
export async function evaluate(run: Run, { runtime, modules }: Installed): Promise<EvaluatedStack> {
  const top = mkdtempSync(join(tmpdir(), "alch-blocks-evaluate-"));
  const scratch = join(top, "alchemy");
  const home = join(top, "home");
  for (const folder of [scratch, home]) mkdirSync(folder);
  try {
    const question: Question = { modules, entrypoint: run.program, stage: run.stage, scratch };
    const ended = await ask(run, runtime, question, home);
    const answer = readAnswer(join(scratch, ANSWER));
    return judged(run, ended, answer);
  } finally {
    rmSync(top, { recursive: true, force: true });
  }
}

function judged(
  { name, stage, deadline }: Run,
  { code, late, said }: Ended,
  answer: ReturnType<typeof readAnswer>,
): EvaluatedStack {
  const what = `\`${name}\` cannot be evaluated in stage \`${stage}\``;
  if (late) {
    throw new Problem(`${what}: it took more than ${deadline} s`, HELP_HANGS, "evaluate-timeout");
  }
  if (answer === undefined && code === 0) {
    throw new Problem(
      `${what}: it gave no answer that can be read`,
      HELP_GARBAGE,
      "evaluate-garbage",
    );
  }
  if (answer === undefined) {
    const end = said === "" ? "" : `: ${said}`;
    throw new Problem(`${what}: its process ended with ${code}${end}`, HELP_DIES, "evaluate-died");
  }
  if ("error" in answer) {
    throw new Problem(`${what}: ${answer.error}`, HELP_THROWS, "evaluate-failed");
  }
  if (answer.stage === stage) return answer;
  throw new Problem(
    `${what}: it answered for \`${answer.stage}\``,
    HELP_GARBAGE,
    "evaluate-garbage",
  );
}

interface Ended {
  /** The exit code, or the signal. */
  code: number | string;
  late: boolean;
  /** The last that it wrote to its standard error. */
  said: string;
}

/** A program may start others, which end with it: they are one group. */
const IS_GROUP = process.platform !== "win32";

function ask(run: Run, runtime: string, question: Question, home: string): Promise<Ended> {
  const inside = fileURLToPath(new URL("./inside.js", import.meta.url));
  const child = spawn(runtime, [inside, JSON.stringify(question)], {
    cwd: run.folder,
    env: withoutCredentials(process.env, home),
    stdio: ["ignore", "ignore", "pipe"],
    detached: IS_GROUP,
  });
  const stop = () => end(child);
  const signals = stopWith(stop);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    stop();
  }, run.deadline * 1000);
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

function end(child: ChildProcess): void {
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
