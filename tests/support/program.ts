/** Programs that the real Alchemy runs, each in a process of its own, against the stand-in. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ALL_KINDS } from "../../ts/kinds.ts";
import { type Cloudflare, type Options, startCloudflare } from "../cloudflare/index.ts";
import { install, testedFolder } from "./installed.ts";
import { endWarm, type Running, startWarm } from "./warm/runners.ts";

/** How a run ended and what it printed, both streams together. */
export interface Ended {
  code: number | null;
  output: string;
}

/** Where programs lie: below the package, so that they import it by its own name. */
const TEMPORARY = join(import.meta.dir, "..", ".tmp");

/** What a run inherits: no variable that chooses a stage, a store or an account. */
const INHERITED = ["PATH", "HOME", "TMPDIR", "LANG"];

/** A program in a folder of its own, an account to deploy it to, and all its state. */
export class App implements AsyncDisposable {
  readonly #running = new Set<Bun.Subprocess>();

  private constructor(
    readonly folder: string,
    readonly cloudflare: Cloudflare,
  ) {}

  static async start(options: Options = {}): Promise<App> {
    await mkdir(TEMPORARY, { recursive: true });
    const folder = await mkdtemp(join(TEMPORARY, "app-"));
    // The monitor reads the whole repository that it runs in.
    await mkdir(join(folder, ".git"));
    // Without, a program imports the package by its own name, and the project's own Alchemy.
    if (testedFolder) await install(folder, testedFolder, ["alchemy"]);
    return new App(folder, await startCloudflare({ subdomainPatienceMs: 2000, ...options }));
  }

  get account() {
    return this.cloudflare.account;
  }

  /** Writes a file of the program. */
  async write(path: string, text: string): Promise<void> {
    const file = join(this.folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }

  /** Starts `source` for `stage` and gives the process. */
  async spawn(stage: string, source: string, run: RunOptions = {}) {
    const { folder, file, args, env } = await this.#job(stage, source, run);
    const child = Bun.spawn([process.execPath, file, ...args], {
      cwd: folder,
      env,
      stdout: "pipe",
      stderr: "pipe",
      stdin: "ignore",
    });
    this.#running.add(child);
    void child.exited.then(() => this.#running.delete(child));
    return child;
  }

  async #job(stage: string, source: string, run: RunOptions) {
    const file = `${run.name ?? "alchemy"}.${stage.replaceAll(/[^\w-]/g, "_")}.run.ts`;
    await this.write(file, source);
    const inherited = INHERITED.map((key) => [key, process.env[key] ?? ""]);
    const env: Record<string, string> = {
      ...Object.fromEntries(inherited),
      ...this.cloudflare.env,
      ALCHEMY_TELEMETRY_DISABLED: "1",
      NO_COLOR: "1",
      ...run.env,
    };
    return { folder: this.folder, file, args: ["--stage", stage, ...(run.args ?? [])], env };
  }

  /**
   * Starts `source` for `stage` in a process that may have run others before. What runs in one `lane`
   * runs one after the other.
   */
  async start(stage: string, source: string, run: RunOptions = {}): Promise<Running> {
    // What a process has imported once stays there.
    const kind = source.includes("@alch/blocks") ? "guarded" : "unguarded";
    return startWarm("alchemy", `${kind} ${run.lane ?? 0}`, await this.#job(stage, source, run));
  }

  /** Runs `source` for `stage` to its end. */
  async run(stage: string, source: string, run: RunOptions = {}): Promise<Ended> {
    if (!needsProcess(source, run)) return (await this.start(stage, source, run)).ended;
    const child = await this.spawn(stage, source, run);
    const [out, error, code] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    return { code, output: out + error };
  }

  /** Runs it, and throws with all it printed unless it ends well. */
  async deploy(stage: string, source: string, run: RunOptions = {}): Promise<string> {
    const { code, output } = await this.run(stage, source, run);
    if (code !== 0) throw new Error(`the deploy of ${stage} ended with ${code}:\n${output}`);
    return output;
  }

  /** Runs it, and throws unless it was refused with `code`; gives what it printed. */
  async refused(stage: string, code: string, source: string, run: RunOptions = {}) {
    const ended = await this.run(stage, source, run);
    if (ended.code === 0 || !ended.output.includes(`code: "${code}"`)) {
      throw new Error(`expected ${code}, but it ended with ${ended.code}:\n${ended.output}`);
    }
    return ended.output;
  }

  /** Every call that could change something, since the log had `from` entries. */
  changesSince(from: number): string[] {
    return this.cloudflare.log
      .slice(from)
      .filter(({ method }) => method !== "GET" && method !== "TEST")
      .map(({ method, path }) => `${method} ${path.replace(/^.*\/accounts\/[^/]+\//, "")}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    endWarm(this.folder);
    for (const child of this.#running) child.kill("SIGKILL");
    await Promise.all([...this.#running].map((child) => child.exited));
    await this.cloudflare.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

export interface RunOptions {
  args?: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** Tells programs of one folder apart. */
  name?: string;
  lane?: number;
  /** In a process of its own: for what lasts as long as a process, or runs at the same time. */
  alone?: boolean;
}

/** Variables that Alchemy reads when it is loaded. */
const READ_ONCE = ["USER", "USERNAME", "ALCHEMY_STAGE", "ALCHEMY_ROOT"];

function needsProcess(source: string, { alone = false, args = [], env = {} }: RunOptions): boolean {
  // A local Worker starts a server, which ends with its process.
  const serves = args.includes("--local") && source.includes("Worker(");
  // The Alchemy that is tested is not the one that programs share.
  return alone || serves || testedFolder !== undefined || READ_ONCE.some((name) => name in env);
}

const BLOCKS = ALL_KINDS.flatMap(({ block }) => block ?? []);

/** A program of `app` with everything imported that the tests use. */
export function program(body: string, app = "shop", options = "{}"): string {
  return `
import alchemy from "alchemy";
import * as raw from "alchemy/cloudflare";
import { CloudflareStateStore, D1StateStore, SQLiteStateStore } from "alchemy/state";
import * as blocks from "@alch/blocks";
const { ${BLOCKS.join(", ")}, createBlocks } = blocks;
const app = await alchemy(${JSON.stringify(app)}, { quiet: true, noTrack: true, ...${options} });
const stage = app.stage;
${body}
await app.finalize();
`;
}

/** A program that has Alchemy alone, and nothing that could guard it. */
export function unguarded(body: string, app = "shop"): string {
  return `
import alchemy from "alchemy";
import * as raw from "alchemy/cloudflare";
const app = await alchemy("${app}", { quiet: true, noTrack: true });
const stage = app.stage;
${body}
await app.finalize();
`;
}

/** The script of a Worker that exports a class and a workflow. */
export const SCRIPT = `
import { DurableObject, WorkflowEntrypoint } from "cloudflare:workers";
export class Counter extends DurableObject {}
export class Room extends DurableObject {}
export class Onboarding extends WorkflowEntrypoint { async run() {} }
export default { fetch: () => new Response("ok"), queue() {} };
`;
