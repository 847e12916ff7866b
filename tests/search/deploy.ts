/** Runs programs that are data with the real Alchemy, many in one process, on the stand-in. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import type { Blocks } from "@alch/blocks";
import type { Scope } from "alchemy";
import { Account } from "../cloudflare/account.ts";
import { type Cloudflare, startCloudflare } from "../cloudflare/index.ts";
import { Log } from "../cloudflare/log.ts";
import { SCRIPT } from "../support/program.ts";
import {
  ANY_STAGE,
  type Command,
  DEFAULT_STAGE,
  type Item,
  type Program,
  STAGES,
} from "./model.ts";

const TOKEN = "stand-in-token";
export const ACCOUNTS = ["1", "2"].map((last) => "0".repeat(31) + last);
/** Memory where there is such a folder: each run writes dozens of small files. */
const TEMPORARY = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
/** Names of variables that choose a stage or an account, or make Alchemy behave as in CI. */
const CHOOSING = ["STAGE", "ALCHEMY_STAGE", "USERNAME", "CI", "GITHUB_ACTIONS", "ALCHEMY_PASSWORD"];
/** Alchemy waits for seconds between its tries; nothing here gets better by waiting. */
const LONGEST_WAIT = 4;

const LONGEST_RUN = 30_000;

/** How a run ended. */
export interface Outcome {
  ok: boolean;
  /** The code of a refusal. */
  code: string | undefined;
  message: string;
  help: string;
  /** The stage that Alchemy has taken. */
  stage: string;
  /** What was printed, a line for each call. */
  printed: string;
}

/** A program: what it does in its app. `stage` is the one that Alchemy has taken. */
export type Act = (app: Scope, stage: string) => Promise<void>;

type Make = (id: string, options: object) => unknown;

interface Modules {
  alchemy: typeof import("alchemy").default;
  resource: typeof import("alchemy").Resource;
  raw: Record<string, Make>;
  blocks: typeof import("@alch/blocks");
  scopes: typeof Scope;
  /** Alchemy reads the command line once, into this array. */
  cliArgs: string[];
  api: { accountId: string };
}

/** What `process.exit` throws, which ends the program that called it. */
class Exit extends Error {
  constructor(readonly status: number) {
    super(`exit ${status}`);
  }
}

/** An error of the user's program. */
class Thrown extends Error {}

/** An account or two, the state, and what runs there. */
export class World {
  readonly #folder = mkdtempSync(join(TEMPORARY, "search-"));
  readonly #saved = `${this.#folder}-saved`;

  constructor(readonly machine: Machine) {
    machine.freshAccounts();
  }

  get accounts(): readonly Account[] {
    return ACCOUNTS.map((id) => this.machine.cloudflare.accounts.get(id) as Account);
  }

  /** The folder of the state. */
  get state(): string {
    return join(this.#folder, ".alchemy");
  }

  save(): void {
    rmSync(this.#saved, { recursive: true, force: true });
    if (existsSync(this.state)) cpSync(this.state, this.#saved, { recursive: true });
    else mkdirSync(this.#saved);
  }

  wipe(): void {
    rmSync(this.state, { recursive: true, force: true });
  }

  restore(): void {
    if (!existsSync(this.#saved)) return;
    this.wipe();
    cpSync(this.#saved, this.state, { recursive: true });
  }

  /** Runs a program to its end. */
  run(program: Program, command: Command): Promise<Outcome> {
    return this.machine.run(this.#folder, program, command);
  }

  /** Runs `act` as a program of its own would. */
  perform(app: string, command: Command, stage: string, act: Act): Promise<Outcome> {
    return this.machine.perform(this.#folder, { app, command, stage }, act);
  }

  close(): void {
    for (const folder of [this.#folder, this.#saved]) {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

/** The process around Alchemy: one stand-in, and the globals that a run of its own would have. */
export class Machine {
  /** A folder with `migrations` and `seed.sql`. */
  readonly assets = mkdtempSync(join(TEMPORARY, "search-assets-"));
  readonly #fetch = globalThis.fetch;
  readonly #exit = process.exit;
  readonly #argv = process.argv;
  readonly #timeout = globalThis.setTimeout;
  readonly #console = { log: console.log, warn: console.warn, error: console.error };
  readonly #write = process.stderr.write;
  #printed: string[] = [];
  #exited: number | undefined;

  private constructor(
    readonly cloudflare: Cloudflare,
    readonly modules: Modules,
  ) {
    mkdirSync(join(this.assets, "migrations"));
    // Harmless once, and the end of all rows if it is done again.
    const sql = "drop table if exists t;\ncreate table t (a);\n";
    writeFileSync(join(this.assets, "migrations", "0001.sql"), sql);
    writeFileSync(join(this.assets, "seed.sql"), sql);
  }

  static async start(): Promise<Machine> {
    for (const name of CHOOSING) delete process.env[name];
    const cloudflare = await startCloudflare({
      accountId: ACCOUNTS[0] as string,
      token: TOKEN,
      others: [{ accountId: ACCOUNTS[1] as string, token: TOKEN }],
      subdomainPatienceMs: 50,
    });
    Object.assign(process.env, cloudflare.env, {
      USER: DEFAULT_STAGE,
      ALCHEMY_TELEMETRY_DISABLED: "1",
      NO_COLOR: "1",
    });
    // What a failed run leaves behind may fail later; that is no fault of the search.
    process.on("unhandledRejection", () => {});
    return new Machine(cloudflare, await modules());
  }

  /** Puts new accounts in place of those of the last world. */
  freshAccounts(): void {
    const accounts = this.cloudflare.accounts as Map<string, Account>;
    for (const id of ACCOUNTS) accounts.set(id, new Account(id, new Log(), "apply"));
    (this.cloudflare.log as unknown[]).length = 0;
  }

  run(folder: string, program: Program, command: Command): Promise<Outcome> {
    const stage = STAGES[command.stage % STAGES.length] as string;
    const act: Act = (app, taken) => this.#body(app, program, command, taken);
    return this.perform(folder, { app: program.app, command, stage }, act);
  }

  /** Runs `act` as a program of its own would, in an app that it does not have to end. */
  async perform(
    folder: string,
    { app: name, command, stage }: { app: string; command: Command; stage: string },
    act: Act,
  ): Promise<Outcome> {
    const { options, args } = invocation(command, stage);
    this.#prepare(command, args, stage);
    const run = { taken: taking(command, stage) };
    return this.#toItsEnd(run, async () => {
      const all = { quiet: true, noTrack: true, rootDir: folder, ...options };
      const app = await this.modules.alchemy(name, all);
      run.taken = [...app.children.keys()][0] ?? run.taken;
      await act(app, run.taken);
    });
  }

  /** Runs a program of its own, with `--stage` and with what `environment` has. */
  runBody(
    stage: string,
    environment: Readonly<Record<string, string>>,
    body: () => Promise<void>,
  ): Promise<Outcome> {
    this.#prepare({ stageBy: "flag", account: 0 }, ["--stage", stage], stage);
    Object.assign(process.env, environment);
    return this.#toItsEnd({ taken: stage }, body).finally(() => {
      for (const name of Object.keys(environment)) delete process.env[name];
    });
  }

  async #toItsEnd(run: { taken: string }, body: () => Promise<void>): Promise<Outcome> {
    let outcome: Outcome;
    try {
      // A context of its own, as the first line of a process has.
      const running = this.modules.scopes.storage.run(undefined as never, body);
      await Promise.race([running, this.#tooLong()]);
      outcome = { ok: true, code: undefined, message: "", help: "", stage: run.taken, printed: "" };
    } catch (error) {
      outcome = outcomeOf(error, run.taken);
    } finally {
      this.#restore();
    }
    const printed = this.#printed.join("\n");
    if (this.#exited === undefined) return { ...outcome, printed };
    // In the destroy phase there is nobody to throw to: a refusal is printed.
    const said = outcome.code === undefined ? printedRefusal(printed) : {};
    return { ...outcome, ...said, printed, ok: this.#exited === 0 };
  }

  /** A run that waits for what never comes would end the search. */
  #tooLong(): Promise<never> {
    const wait = this.#timeout;
    return new Promise((_, reject) => {
      wait(() => reject(new Error("the run did not end")), LONGEST_RUN).unref();
    });
  }

  async close(): Promise<void> {
    await this.cloudflare.close();
    rmSync(this.assets, { recursive: true, force: true });
  }

  #prepare(command: Pick<Command, "stageBy" | "account">, args: string[], stage: string): void {
    const { cliArgs, api } = this.modules;
    cliArgs.splice(0, cliArgs.length, ...args);
    process.argv = [...this.#argv.slice(0, 2), ...args];
    if (command.stageBy === "env") process.env.STAGE = stage;
    const account = ACCOUNTS[command.account % ACCOUNTS.length] as string;
    process.env.CLOUDFLARE_ACCOUNT_ID = account;
    // Alchemy keeps one client for each set of options, with the account that the first run had.
    api.accountId = account;
    this.#exited = undefined;
    process.exit = (status) => {
      this.#exited ??= Number(status ?? 0);
      throw new Exit(this.#exited);
    };
    // A process that has exited calls nothing any more.
    const fetchUntilExit: typeof fetch = Object.assign(
      (...call: Parameters<typeof fetch>) =>
        this.#exited === undefined ? this.#fetch(...call) : new Promise<never>(() => {}),
      { preconnect: this.#fetch.preconnect },
    );
    globalThis.fetch = fetchUntilExit;
    const wait = this.#timeout;
    globalThis.setTimeout = ((act: () => void, ms = 0, ...rest: unknown[]) =>
      wait(act, Math.min(ms, LONGEST_WAIT), ...rest)) as typeof setTimeout;
    this.#printed = [];
    const print = (...all: unknown[]) => {
      this.#printed.push(
        all.map((one) => (typeof one === "string" ? one : inspect(one))).join(" "),
      );
      return true;
    };
    Object.assign(console, { log: print, warn: print, error: print });
    process.stderr.write = print as typeof process.stderr.write;
  }

  #restore(): void {
    process.exit = this.#exit;
    process.argv = this.#argv;
    globalThis.fetch = this.#fetch;
    globalThis.setTimeout = this.#timeout;
    Object.assign(console, this.#console);
    process.stderr.write = this.#write;
    delete process.env.STAGE;
    forgetExitHandlers();
  }

  async #body(app: Scope, program: Program, command: Command, stage: string): Promise<void> {
    const declare = () => this.#declareAll(program, command, stage);
    try {
      await (program.inRoot ? app.run(declare) : declare());
    } catch (error) {
      if (command.inFinally) await app.finalize();
      throw error;
    }
    await app.finalize();
  }

  async #declareAll(program: Program, command: Command, stage: string): Promise<void> {
    const bindings = new Map<string, object>();
    const { prefix, protect, release } = program;
    const settings = { prefix, protect, ...(release === undefined ? {} : { release }) };
    const set = this.modules.blocks.createBlocks(settings);
    const done = new Set<string>();
    let line = 0;
    const all = async (items: readonly Item[]) => {
      for (const item of items) {
        if (line === command.throwsAt) throw new Thrown("the user's own error");
        line += 1;
        const declared = this.#declare(set, item, stage, bindings);
        await (program.catches ? declared.catch(() => {}) : declared);
      }
    };
    for (const item of program.items) {
      const { scope } = item;
      if (scope === undefined) await all([item]);
      else if (!done.has(scope)) {
        done.add(scope);
        const own = program.items.filter((one) => one.scope === scope);
        await this.modules.alchemy.run(scope, () => all(own));
      }
    }
    if (command.throwsAt !== undefined && line <= command.throwsAt) {
      throw new Thrown("the user's own error");
    }
  }

  async #declare(
    set: Blocks,
    item: Item,
    stage: string,
    bindings: Map<string, object>,
  ): Promise<void> {
    const { kind } = item;
    const id = idOf(item, stage);
    const make = this.#maker(set, item);
    const options = item.raw ? rawOptions(item, stage) : blockOptions(item, stage);
    if (kind === "worker") {
      const ids = item.binds?.filter((one) => bindings.has(one)) ?? [];
      const bound = Object.fromEntries(ids.map((one) => [one.toUpperCase(), bindings.get(one)]));
      await make(id, { ...options, script: SCRIPT, url: false, bindings: bound });
      return;
    }
    if (kind === "class" || kind === "workflow") {
      bindings.set(item.id, make(id, options) as object);
      return;
    }
    const files = kind === "database" ? this.#files(item) : {};
    // Cloudflare keeps a bucket that has objects, unless it may be emptied.
    await make(id, { ...options, ...files, ...(kind === "bucket" ? { empty: true } : {}) });
  }

  #files({ table, seed }: Item): object {
    const migrations = { migrationsDir: join(this.assets, "migrations"), migrationsTable: table };
    return {
      ...(table === undefined ? {} : migrations),
      ...(seed ? { importFiles: [join(this.assets, "seed.sql")] } : {}),
    };
  }

  #maker(set: Blocks, { kind, raw, plain }: Item): Make {
    const names = FUNCTIONS[kind];
    if (raw) return this.modules.raw[names.raw] as Make;
    const from: unknown = plain ? this.modules.blocks : set;
    return (from as Record<string, Make>)[names.block] as Make;
  }
}

const FUNCTIONS = {
  database: { block: "Database", raw: "D1Database" },
  bucket: { block: "Bucket", raw: "R2Bucket" },
  kv: { block: "KV", raw: "KVNamespace" },
  queue: { block: "Queue", raw: "Queue" },
  class: { block: "DurableObject", raw: "DurableObjectNamespace" },
  workflow: { block: "AlchemyWorkflow", raw: "Workflow" },
  worker: { block: "", raw: "Worker" },
} as const;

/** Which option names a raw resource. */
const NAMED_BY = {
  database: "name",
  bucket: "name",
  kv: "title",
  queue: "name",
  class: "",
  workflow: "workflowName",
  worker: "name",
} as const;

const CLASSES: Record<string, object> = {
  class: { className: "Counter", sqlite: true },
  workflow: { className: "Onboarding" },
};

/** The id that an item has in a stage. */
export function idOf({ id, stageInId }: Item, stage: string): string {
  return stageInId ? `${id}-${stage.replace("/", "-")}` : id;
}

/** The class that an item stands for. Two classes of one Worker need two names. */
export function classOf({ id }: Item): string {
  return id === "db" ? "Counter" : "Room";
}

function classesOf(item: Item): object {
  const room = item.kind === "class" ? { className: classOf(item) } : {};
  return { ...CLASSES[item.kind], ...room };
}

function rawOptions(item: Item, stage: string): object {
  const { kind, name, adopt } = item;
  const option = NAMED_BY[kind];
  // One name that people write out has the stage in it, another does not.
  const written = name === "main" ? `main-${stage.replace("/", "-")}` : name;
  return {
    ...classesOf(item),
    ...(name === undefined || option === "" ? {} : { [option]: written }),
    ...(adopt === undefined ? {} : { adopt }),
    ...(item.delete === undefined ? {} : { delete: item.delete }),
  };
}

function blockOptions(item: Item, current: string): object {
  const { name, stage, share, onRename, adopt } = item;
  const pins = Object.entries(item.pin ?? {});
  const pin = Object.fromEntries(
    pins.map(([key, value]) => [key === ANY_STAGE ? current : key, value]),
  );
  const own = { name, stage, share, onRename, adopt, delete: item.delete };
  const all = { ...own, pin: pins.length === 0 ? undefined : pin };
  const given = Object.entries(all).filter(([, value]) => value !== undefined);
  return { ...classesOf(item), ...Object.fromEntries(given) };
}

function invocation(command: Command, stage: string): { options: object; args: string[] } {
  const flags = Object.entries({
    "--destroy": command.phase === "destroy",
    "--force": command.force,
    "--local": command.local,
    "--adopt": command.adopt,
  });
  const args = flags.filter(([, on]) => on).map(([flag]) => flag);
  switch (command.stageBy) {
    case "option":
      return { options: { stage }, args };
    case "flag":
      return { options: {}, args: ["--stage", stage, ...args] };
    case "env":
      return { options: {}, args };
    case "equals":
      return { options: {}, args: [`--stage=${stage}`, ...args] };
    case "undefined":
      return { options: { stage: undefined }, args: ["--stage", stage, ...args] };
  }
}

/** The stage that Alchemy 0.94 takes. */
function taking({ stageBy }: Command, stage: string): string {
  return stageBy === "equals" || stageBy === "undefined" ? DEFAULT_STAGE : stage;
}

/** What a printed refusal says; nothing if there is none. */
function printedRefusal(output: string): Partial<Outcome> {
  const code = /\bcode: ["']([a-z-]+)["']/.exec(output)?.[1];
  if (code === undefined) return {};
  const message = /BlockError: (.*)/.exec(output)?.[1] ?? output;
  const help = /\bhelp: (["'`])(.*)\1/.exec(output)?.[2] ?? output;
  return { code, message, help: help.replaceAll(/\\(["'`])/g, "$1") };
}

function outcomeOf(error: unknown, stage: string): Outcome {
  const { code, help, message, name } = error as Partial<Record<string, string>>;
  const refused = name === "BlockError";
  return {
    ok: error instanceof Exit && error.status === 0,
    code: refused ? code : undefined,
    message: String(message),
    help: refused ? String(help) : "",
    stage,
    printed: "",
  };
}

/** Each call of `alchemy()` adds a handler that holds its scopes until the process exits. */
function forgetExitHandlers(): void {
  const emitter: unknown = Reflect.get(globalThis, Symbol.for("signal-exit emitter"));
  const listeners = (emitter as { listeners?: Record<string, unknown[]> } | undefined)?.listeners;
  for (const kind of Object.values(listeners ?? {})) kind.length = 0;
}

/** Only now, since Alchemy reads the environment when it is imported. */
async function modules(): Promise<Modules> {
  const { default: alchemy, Resource: resource, Scope } = await import("alchemy");
  const cloudflare = await import("alchemy/cloudflare");
  const blocks = await import("@alch/blocks");
  const file = new URL("./util/cli-args.ts", import.meta.resolve("alchemy"));
  const { cliArgs } = (await import(file.href)) as { cliArgs: string[] };
  const api = await cloudflare.createCloudflareApi({});
  return { alchemy, resource, raw: cloudflare as never, blocks, scopes: Scope, cliArgs, api };
}
