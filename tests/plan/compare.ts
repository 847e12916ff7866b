/**
 * Holds what `plan --json` says of a program against what the real Alchemy deploys on the stand-in,
 * in every stage.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Declaration } from "../../ts/cli/analyse/report.ts";
import { planJson } from "../../ts/cli/render/plan.ts";
import { KINDS } from "../../ts/generated/kinds.ts";
import { type Glue, instantiate, Module } from "../../ts/instance.ts";
import { ACCOUNTS, type Machine } from "../search/deploy.ts";
import { SCRIPT } from "../support/program.ts";

export const FILE = "alchemy.run.ts";

/** A program as text, and what its process has in its environment in a stage. */
export interface Program {
  text: string;
  environment: (stage: string) => Readonly<Record<string, string>>;
}

/** How a program differs from its plan in one stage. */
export interface Difference {
  stage: string;
  words: string;
}

/** What the comparison of one program gave. */
export interface Compared {
  /** Stages in which Alchemy or Cloudflare refused the program. */
  refused: { stage: string; message: string }[];
  differences: Difference[];
  /** Resources that were compared. */
  resources: number;
}

export interface Analyser {
  parse(path: string, text: string): string;
  link(facts: string[], options: string): string;
}

const MODULE = join(import.meta.dir, "..", "..", "pkg-cli", "alch_blocks_cli_wasm_bg");

let loaded: Promise<Analyser> | undefined;

/** The analyser as the command line has it; one in a process, since the glue knows one only. */
export function analyser(): Promise<Analyser> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<Analyser> {
  const glue = (await import(`${MODULE}.js`)) as Analyser & Glue;
  instantiate(new Module(readFileSync(`${MODULE}.wasm`)), glue);
  return glue;
}

interface Planned {
  kind: string;
  id: string | null;
  physicalName: string | null;
}

/** What `plan --json` says of each stage. */
function planned(analyser: Analyser, text: string, stages: readonly string[]) {
  const facts = analyser.parse(FILE, text);
  const report = JSON.parse(analyser.link([facts], JSON.stringify({ stages }))) as {
    declarations: Declaration[];
  };
  const { declarations } = report;
  const slugs = stages.map((stage) => ({ stage, slug: stage }));
  const json = JSON.parse(planJson({ stages: slugs, declarations, hosts: [], unmodelled: [] })) as {
    stages: { stage: string; resources: Planned[] }[];
  };
  const undecided = declarations.flatMap((one) =>
    one.undecided ? [`${one.kind} ${one.id}: ${one.undecided}`] : [],
  );
  return { stages: json.stages, undecided };
}

/** Deploys a program in each stage, into an account of its own, and compares. */
export async function compare(
  machine: Machine,
  analyser: Analyser,
  program: Program,
  stages: readonly string[],
): Promise<Compared> {
  const plan = planned(analyser, program.text, stages);
  const compared: Compared = { refused: [], differences: [], resources: 0 };
  for (const { stage, resources } of plan.stages) {
    const outcome = await deployed(machine, program, stage);
    if (typeof outcome === "string") {
      compared.refused.push({ stage, message: outcome });
      continue;
    }
    const names = resources.flatMap(({ kind, physicalName }) =>
      physicalName === null || kind === "durable-object" ? [] : [`${kind} ${physicalName}`],
    );
    const [said, real] = [sorted(names), sorted(outcome)];
    compared.resources += real.length;
    if (said.join("\n") === real.join("\n")) continue;
    const missing = real.filter((one) => !said.includes(one));
    const surplus = said.filter((one) => !real.includes(one));
    const words = [
      `deployed, not planned: ${missing.join(", ") || "-"}`,
      `planned, not deployed: ${surplus.join(", ") || "-"}`,
      ...(plan.undecided.length === 0 ? [] : [`undecided: ${plan.undecided.join("; ")}`]),
    ].join("\n");
    compared.differences.push({ stage, words });
  }
  return compared;
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}

/** How Alchemy's kinds are called in a plan. */
const KIND_OF = new Map(Object.values(KINDS).map(({ alchemy, kind }) => [alchemy.function, kind]));

/** What a program has deployed in a stage, or why it could not. */
async function deployed(
  machine: Machine,
  program: Program,
  stage: string,
): Promise<string[] | string> {
  machine.freshAccounts();
  const folder = mkdtempSync(join(tmpdir(), "plan-"));
  mkdirSync(join(folder, "dist"));
  try {
    const run = bodyOf(machine, program.text, folder);
    const outcome = await machine.runBody(stage, program.environment(stage), run);
    if (!outcome.ok) return `${outcome.code ?? ""} ${outcome.message}`.trim();
    const account = machine.cloudflare.accounts.get(ACCOUNTS[0] as string);
    return (account?.state() ?? []).flatMap(({ kind, name }) => {
      const planned = KIND_OF.get(kind);
      return planned === undefined || planned === "durable-object" ? [] : [`${planned} ${name}`];
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

let types = 0;

const IMPORT = /^import .*$/gm;
const AsyncFunction = (async () => {}).constructor as new (
  ...parts: string[]
) => (...values: unknown[]) => Promise<void>;
const transpiler = new Bun.Transpiler({ loader: "ts", target: "bun" });

/** The program as a function, with all that it could import. */
function bodyOf(machine: Machine, text: string, folder: string): () => Promise<void> {
  const { alchemy, resource, raw, blocks } = machine.modules;
  const quiet = { quiet: true, noTrack: true, rootDir: folder };
  const own = (name: string, options: object = {}) => alchemy(name, { ...quiet, ...options });
  const known: Record<string, unknown> = {
    ...raw,
    ...blocks,
    alchemy: Object.assign(own, { run: alchemy.run }),
    // Blocks have these names, too.
    RawQueue: raw.Queue,
    Worker: raw.Worker,
    // Alchemy knows each type once in a process.
    Resource: (type: string, ...rest: unknown[]) =>
      (resource as (...all: unknown[]) => unknown)(`${type}-${types++}`, ...rest),
    SCRIPT,
    FOLDER: folder,
  };
  const body = text.replaceAll(IMPORT, "");
  const names = Object.keys(known).filter((name) => new RegExp(`\\b${name}\\b`).test(body));
  // The transpiler would take what stands at the top for dead code.
  const plain = transpiler.transformSync(`export const main = async () => {\n${body}\n};`);
  const main = new AsyncFunction(
    ...names,
    `${plain.replace("export const main", "const main")}\nawait main();`,
  );
  return () => main(...names.map((name) => known[name]));
}
