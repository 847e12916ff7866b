/** What the tests of this folder share: programs with data, runs of them, and what each run lost. */
import { expect } from "bun:test";
import { join } from "node:path";
import type { Account } from "../../cloudflare/index.ts";
import { data, fill } from "../../support/data.ts";
import { type App, type Ended, program, type RunOptions, SCRIPT } from "../../support/program.ts";

/** Some tests start a dozen deploys, and the slowest machine sets the limit. */
export const TIME = 120_000;
export const DESTROY = ["--destroy"];

export const COUNTER =
  'const counter = DurableObject("counter", { className: "Counter", sqlite: true });';
export const FLOW = 'const flow = AlchemyWorkflow("flow", { className: "Onboarding" });';

/** The kinds with rows of their own: the block, and how a raw resource is named. */
const KINDS = [
  { block: "Database", raw: "D1Database", naming: "name", id: "db" },
  { block: "Bucket", raw: "R2Bucket", naming: "name", id: "files" },
  { block: "KV", raw: "KVNamespace", naming: "title", id: "kv" },
  { block: "Queue", raw: "Queue", naming: "name", id: "queue" },
] as const;

/** A block of each kind; a bucket with objects is deleted only if it may be emptied. */
export function four(options = "", { prefix = "", own = "" } = {}): string {
  const calls = KINDS.map(({ block, id }) => {
    const deadly = block === "Bucket" ? "empty: true, " : "";
    return `await ${own}${block}("${prefix}${id}", { ${deadly}${options} });`;
  });
  return calls.join("\n");
}

/** The same as raw resources, by the name that an expression gives; by their ids and the stage if none. */
export function fourRaw(prefix = "", called?: string): string {
  const calls = KINDS.map(({ raw, naming, id }) => {
    const deadly = raw === "R2Bucket" ? "empty: true, " : "";
    const name = called ?? `"${prefix}${id}-" + stage`;
    return `await raw.${raw}("${prefix}${id}", { ${deadly}${naming}: ${name} });`;
  });
  return calls.join("\n");
}

/** A Worker with the classes and workflows that `bindings` names. */
export function worker(bindings: string, id = "api", options = ""): string {
  return `await raw.Worker("${id}", {
  script: ${JSON.stringify(SCRIPT)}, adopt: true, ${options} bindings: { ${bindings} },
});`;
}

/** One run, of the stage `pr-1` where it names no other. */
export interface Step extends RunOptions {
  stage?: string;
  body?: string;
  /** The name of the app. */
  app?: string;
  /** Options of the app. */
  options?: string;
  /** The whole program, in place of one with `body`. */
  source?: string;
  /** How it has to end: `well`, or refused with a code. If it does not say, it may end as it likes. */
  ends?: string;
}

/** Runs a step to its end, however it ends. */
export function run(app: App, step: Step): Promise<Ended> {
  const { stage = "pr-1", body = "", app: name, options, source, ends: _, ...rest } = step;
  return app.run(stage, source ?? program(body, name, options), rest);
}

/** Runs steps that have to end well. */
export async function deployed(app: App, ...steps: Step[]): Promise<void> {
  for (const step of steps) ended(await run(app, step), "well");
}

/** Asserts how a run has ended: `well`, or refused with a code. */
export function ended({ code, output }: Ended, ends: string): void {
  // Bun and Node print it in quotes of their own.
  if (ends !== "well") expect(output).toMatch(new RegExp(`code: ["']${ends}["']`));
  expect({ code, output }).toEqual({ code: ends === "well" ? 0 : 1, output });
}

/** Everything in an account with its data, by words that name it. */
function held(account: Account): Map<string, string> {
  const instances = account.state().map(({ kind, name, script, data }) => {
    return kind === "Workflow" ? JSON.stringify([kind, name, script, data]) : undefined;
  });
  const rest = data({ account } as App).filter((one) => !one.startsWith('["Workflow"'));
  const all = [...rest, ...instances.filter((one) => one !== undefined)];
  return new Map(
    all.map((one) => {
      const [kind, name, where] = JSON.parse(one) as [string, string, string];
      return [
        kind === "DurableObjectNamespace" ? `${kind} ${where}/${name}` : `${kind} ${name}`,
        one,
      ];
    }),
  );
}

/** What an account held, to compare it with what it holds later. */
export type Before = ReadonlyMap<string, string>;

/** Puts data into everything in the account and gives what it then holds. */
export function seeded(account: Account): Before {
  fill({ account } as App);
  return held(account);
}

/** What is gone, was emptied or went to another script, in words. */
export function lost(account: Account, before: Before): string[] {
  const now = held(account);
  return [...before].filter(([what, one]) => now.get(what) !== one).map(([what]) => what);
}

/** Asserts that only `gone` was lost since then. */
export function kept({ account, cloudflare }: App, before: Before, gone: string[] = []): void {
  expect(lost(account, before).sort()).toEqual([...gone].sort());
  expect(cloudflare.unhandled).toEqual([]);
}

/** What was changed since the log had `from` entries, but for Workers: each deploy uploads them. */
export function changed({ cloudflare }: App, from: number): string[] {
  const changes = cloudflare.log.slice(from).filter(({ action, kind }) => {
    return action !== "call" && kind !== "Worker";
  });
  return changes.map(({ action, kind, name }) => `${action} ${kind} ${name}`);
}

/** Runs that each lose data: what they begin with, and what nobody may lose by going on so. */
export interface Hole {
  first: Step[];
  next: Step[];
  /** What goes with the last of them, because it is meant to go. */
  gone?: string[];
  /** What may not change anything afterwards: the next deploy of another stage, or program. */
  again?: Step;
}

/** Runs it, and asserts after each step that no data is lost. Gives what there was. */
export async function harmless(app: App, { first, next, gone = [], again }: Hole): Promise<Before> {
  await deployed(app, ...first);
  const before = seeded(app.account);
  for (const step of next) {
    const end = await run(app, step);
    kept(app, before, step === next.at(-1) ? gone : []);
    if (step.ends) ended(end, step.ends);
  }
  if (!again) return before;
  const calls = app.cloudflare.log.length;
  const end = await run(app, again);
  expect(changed(app, calls)).toEqual([]);
  kept(app, before, gone);
  if (again.ends) ended(end, again.ends);
  return before;
}

/** Runs `source` with exactly these arguments before and after its file: no `--stage` of itself. */
export async function bare(
  app: App,
  source: string,
  args: readonly string[],
  {
    env = {},
    command = [process.execPath],
  }: { env?: Record<string, string>; command?: string[] } = {},
): Promise<Ended> {
  await app.write("bare.run.mjs", source);
  const { PATH = "", HOME = "" } = process.env;
  const alchemy = { ALCHEMY_TELEMETRY_DISABLED: "1", NO_COLOR: "1" };
  const child = Bun.spawn([...command, "bare.run.mjs", ...args], {
    cwd: app.folder,
    env: { PATH, HOME, ...app.cloudflare.env, ...alchemy, ...env },
    stdout: "pipe",
    stderr: "pipe",
    stdin: "ignore",
  });
  const streams = [child.stdout, child.stderr].map((stream) => new Response(stream).text());
  const [output, code] = await Promise.all([Promise.all(streams), child.exited]);
  return { code, output: output.join("") };
}

/** Sends what is meant for the store's Worker to the stand-in. */
const REROUTE = `import ${JSON.stringify(join(import.meta.dir, "../../cloudflare/workers-dev.ts"))};\n`;

/** Where the state lies; the causes of most loss are tried on each. */
export const STORES: Record<string, { options: string; env?: Record<string, string> }> = {
  files: { options: "{}" },
  SQLite: { options: '{ stateStore: (scope) => new SQLiteStateStore(scope, { engine: "bun" }) }' },
  "a Durable Object": {
    options: "{ stateStore: (scope) => new CloudflareStateStore(scope) }",
    env: { ALCHEMY_STATE_TOKEN: "token" },
  },
};

/** The steps of a hole with their state in one of the stores. */
export function stored(store: string, { first, next, again, ...rest }: Hole): Hole {
  const { options, env = {} } = STORES[store] as (typeof STORES)[string];
  const there = ({ body = "", app, ...step }: Step): Step => {
    return { ...step, source: REROUTE + program(body, app, options), env };
  };
  const hole = { ...rest, first: first.map(there), next: next.map(there) };
  return again ? { ...hole, again: there(again) } : hole;
}
