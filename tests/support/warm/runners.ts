/** Processes that run one program after the other, since most of a short deploy is to load Alchemy. */
import { join } from "node:path";
import type { Ended } from "../program.ts";

/** The file here that runs programs. */
type Alchemy = "alchemy" | "alchemy2";

/** A program to run. */
export interface Job {
  folder: string;
  /** The file of the program in its folder. */
  file: string;
  args: readonly string[];
  /** The whole environment of the program. */
  env: Readonly<Record<string, string>>;
  /** What ends its output. */
  mark: string;
}

/** A command to the runner: run a program, or end the running one. */
export type Order = { job: Job } | { kill: string };

/** For so long a process waits for the next program, in milliseconds. */
const PATIENCE = 5000;

/** Collects a stream, and gives what came up to a mark. */
class Collected {
  #text = "";
  #arrived = Promise.withResolvers<void>();

  constructor(stream: ReadableStream<Uint8Array>) {
    void this.#read(stream);
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const bytes of stream) {
      this.#text += decoder.decode(bytes, { stream: true });
      this.#arrived.resolve();
      this.#arrived = Promise.withResolvers();
    }
  }

  async upTo(mark: string): Promise<string> {
    let at = this.#text.indexOf(mark);
    while (at < 0) {
      await this.#arrived.promise;
      at = this.#text.indexOf(mark);
    }
    // The line break before the mark is not the program's.
    const text = this.#text.slice(0, at - 1);
    this.#text = this.#text.slice(at + mark.length + 1);
    return text;
  }
}

/** One process, and the programs that wait for it. */
class Runner {
  readonly #child: Bun.Subprocess<"ignore", "pipe", "pipe">;
  readonly #streams: Collected[];
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #answered = (_: number) => {};
  #idle: Timer | undefined;
  /** Where the program is that runs now. */
  folder: string | undefined;

  constructor(
    alchemy: Alchemy,
    env: Job["env"],
    readonly onEnd: (runner: Runner) => void,
  ) {
    this.#child = Bun.spawn([process.execPath, join(import.meta.dir, `${alchemy}.ts`)], {
      cwd: import.meta.dir,
      env,
      stdout: "pipe",
      stderr: "pipe",
      stdin: "ignore",
      ipc: ({ code }: { code: number }) => this.#answered(code),
    });
    this.#streams = [this.#child.stdout, this.#child.stderr].map((one) => new Collected(one));
    void this.#child.exited.then(() => onEnd(this));
  }

  /** Runs a program when all before it have ended. */
  run(job: Job): Promise<Ended> {
    clearTimeout(this.#idle);
    this.#waiting += 1;
    const run = this.#last.then(() => this.#run(job)).finally(() => this.#rest());
    this.#last = run.catch(() => {});
    return run;
  }

  async #run(job: Job): Promise<Ended> {
    this.folder = job.folder;
    const code = new Promise<number>((resolve) => {
      this.#answered = resolve;
    });
    this.#order({ job });
    const all = Promise.all([code, ...this.#streams.map((stream) => stream.upTo(job.mark))]);
    const ended = await Promise.race([all, this.#child.exited]);
    if (typeof ended === "number") throw new Error(`a program has ended its runner with ${ended}`);
    const [status, ...texts] = ended;
    return { code: status, output: texts.join("") };
  }

  /** Ends a program that runs, as if its process had been killed. */
  kill({ mark }: Job): void {
    this.#order({ kill: mark });
  }

  #order(order: Order): void {
    this.#child.send(order);
  }

  #rest(): void {
    this.folder = undefined;
    this.#waiting -= 1;
    if (this.#waiting === 0) this.#idle = setTimeout(() => this.end(), PATIENCE);
  }

  end(): void {
    clearTimeout(this.#idle);
    this.onEnd(this);
    this.#child.kill("SIGKILL");
  }
}

const runners = new Map<string, Runner>();

/** A program that runs. */
export interface Running {
  ended: Promise<Ended>;
  /** Has it do nothing more, as if its process was killed. */
  kill(): void;
}

/** Runs a program in a process that has run others of this `kind` before. */
export function startWarm(alchemy: Alchemy, kind: string, work: Omit<Job, "mark">): Running {
  const key = `${alchemy} ${kind}`;
  let runner = runners.get(key);
  if (!runner) {
    const onEnd = (gone: Runner) => runners.get(key) === gone && runners.delete(key);
    runner = new Runner(alchemy, work.env, onEnd);
    runners.set(key, runner);
  }
  const job = { ...work, mark: `end ${crypto.randomUUID()}` };
  const running = runner;
  return { ended: running.run(job), kill: () => running.kill(job) };
}

/** Ends what still runs in a folder: the program hangs, or its test has given up. */
export function endWarm(folder: string): void {
  for (const runner of runners.values()) if (runner.folder === folder) runner.end();
}
