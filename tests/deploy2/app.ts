/** Programs that the real command line of Alchemy 2 deploys to the stand-in. */
import { expect } from "bun:test";
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Cloudflare, startCloudflare } from "../cloudflare/index.ts";
import { data, fill } from "../support/data.ts";
import { folder2, testedEnv } from "../support/installed.ts";
import type { Ended } from "../support/program.ts";
import { endWarm, startWarm } from "../support/warm/runners.ts";

/** Each run loads all of Alchemy 2, and the slowest machine sets the limit. */
export const TIME = 600_000;

const ROOT = join(import.meta.dir, "..", "..");
/** The kinds of which the stand-in says that one was deleted. */
type Lost = string[];

export interface RunOptions {
  command?: "deploy" | "destroy" | "plan" | undefined;
  args?: readonly string[];
  env?: Readonly<Record<string, string>>;
}

/** A program in a folder of its own, with all its state, and an account to deploy it to. */
export class App2 implements AsyncDisposable {
  #runs = 0;

  private constructor(
    readonly folder: string,
    readonly cloudflare: Cloudflare,
  ) {}

  static async start(cloudflare?: Cloudflare): Promise<App2> {
    const temporary = join(ROOT, "tests", ".tmp");
    await mkdir(temporary, { recursive: true });
    const folder = await mkdtemp(join(temporary, "app2-"));
    const modules = join(folder, "node_modules");
    const own = join(modules, "@alch", "blocks");
    await mkdir(own, { recursive: true });
    // A copy and no link: its imports have to find Alchemy 2, and not the project's own 0.94.
    await cp(join(ROOT, "dist"), join(own, "dist"), { recursive: true });
    await cp(join(ROOT, "package.json"), join(own, "package.json"));
    for (const name of ["alchemy", "effect"]) {
      await symlink(join(folder2, "node_modules", name), join(modules, name));
    }
    // Without one of its own, the name of this package would mean the project around it.
    await writeFile(join(folder, "package.json"), '{ "private": true, "type": "module" }');
    await writeFile(join(folder, "script.ts"), SCRIPT);
    return new App2(folder, cloudflare ?? (await startCloudflare({ subdomainPatienceMs: 2000 })));
  }

  get account() {
    return this.cloudflare.account;
  }

  /** Runs Alchemy's command line to its end. */
  async run(stage: string, source: string, options: RunOptions = {}): Promise<Ended> {
    const { command = "deploy", args = [], env = {} } = options;
    this.#runs += 1;
    const file = `${this.#runs}.run.ts`;
    await writeFile(join(this.folder, file), source);
    const chosen = stage === "" ? [] : ["--stage", stage];
    const yes = command === "plan" ? [] : ["--yes"];
    return startWarm("alchemy2", "", {
      folder: this.folder,
      file: "alchemy",
      args: [command, file, ...chosen, ...yes, ...args],
      env: {
        PATH: process.env.PATH ?? "",
        HOME: this.folder,
        // Bun looks up once where the home of its process is.
        ALCHEMY_HOME: join(this.folder, ".alchemy"),
        ALCHEMY_TELEMETRY_DISABLED: "1",
        NO_COLOR: "1",
        ...this.cloudflare.env,
        CLOUDFLARE_STAND_IN: this.cloudflare.url,
        ...testedEnv,
        ...env,
      },
    }).ended;
  }

  /** Runs it, and throws with all it printed unless it ends well. */
  async deploy(stage: string, source: string, options: RunOptions = {}): Promise<string> {
    const { code, output } = await this.run(stage, source, options);
    if (code !== 0) throw new Error(`the deploy of ${stage} ended with ${code}:\n${output}`);
    return output;
  }

  async destroy(stage: string, source: string, options: RunOptions = {}): Promise<string> {
    return this.deploy(stage, source, { ...options, command: "destroy" });
  }

  /** Runs it, and throws unless it was refused with `code` and changed nothing in the account. */
  async refused(stage: string, code: string, source: string, options: RunOptions = {}) {
    const before = data(this);
    const calls = this.cloudflare.log.length;
    const ended = await this.run(stage, source, options);
    if (ended.code === 0 || !ended.output.includes(`code: ${code}\n`)) {
      throw new Error(`expected ${code}, but it ended with ${ended.code}:\n${ended.output}`);
    }
    expect(changes(this, calls)).toEqual([]);
    expect(data(this)).toEqual(before);
    return ended.output;
  }

  /** Puts data into everything in the account. */
  fill(): void {
    fill(this);
  }

  /** What was deleted since the log had `from` entries, with its kind. */
  lost(from = 0): Lost {
    const deletions = this.cloudflare.deletions().filter(({ seq }) => seq > from);
    return deletions.map(({ kind, name }) => `${kind} ${name}`).sort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    endWarm(this.folder);
    await this.cloudflare.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Every call since then that could change something. */
export function changes({ cloudflare }: App2, from: number): string[] {
  return cloudflare.log
    .slice(from)
    .filter(({ method }) => method !== "GET" && method !== "TEST")
    .map(({ method, path }) => `${method} ${path.replace(/^.*\/accounts\/[^/]+\//, "")}`);
}

export const SCRIPT = `
import { DurableObject, WorkflowEntrypoint } from "cloudflare:workers";
export class Counter extends DurableObject {}
export class Room extends DurableObject {}
export class Onboarding extends WorkflowEntrypoint { async run() {} }
export default { fetch: () => new Response("ok"), queue() {}, scheduled() {} };
`;

/** A program with the guard around its state, by an expression for its options. */
export const guarded = (body: string, options = "{}") =>
  program(body, `guarded(localState(), ${options})`);

/** A program without it. */
export const unguarded = (body: string) => program(body, "localState()");

/** A guarded program of blocks, with names for Alchemy's own where it needs them. */
export const blocks = (body: string, options = "{}") =>
  program(body, `guarded(localState(), ${options})`, BLOCKS);

const RAW = `
import { guarded } from "@alch/blocks/v2";
const { D1, R2, KV, Queues, Worker, DurableObject, Workflow } = Cloudflare;
`;

const BLOCKS = `
import { AlchemyWorkflow, Bucket, createBlocks, Database, Domain, DurableObject, KV, perRegion, Queue, Route, thrifty, Worker, guarded } from "@alch/blocks/v2";
import * as ours from "@alch/blocks/v2";
import * as Redacted from "effect/Redacted";
const { D1 } = Cloudflare;
`;

function program(body: string, state: string, imports = RAW): string {
  return `
import * as Alchemy from "alchemy";
import * as Cloudflare from "alchemy/Cloudflare";
import { localState } from "alchemy/State";
import * as Effect from "effect/Effect";
${imports}
const { retain } = Alchemy.RemovalPolicy;
export default Alchemy.Stack(
  "shop",
  { providers: Cloudflare.providers(), state: ${state} },
  Effect.gen(function* () {
    const { stage } = yield* Alchemy.Stack;
    ${body}
    return {};
  }),
);
`;
}

/** A Worker with the bindings that `env` says. */
export const worker = (env: string, { id = "api", name = '"api-" + stage', more = "" } = {}) =>
  `const ${id} = yield* Worker("${id}", { name: ${name}, main: "./script.ts", ${more} env: { ${env} } });`;

export const COUNTER = 'COUNTER: DurableObject("counter", { className: "Counter" }),';
export const FLOW = 'FLOW: Workflow("flow", { className: "Onboarding" }),';
