/** `migrate`: raw resources to blocks. */
import { Option } from "@commander-js/extra-typings";
import { migrate as migrateFile } from "../analyse/analyzer.ts";
import {
  appsIn,
  linkProgram,
  lookedAt,
  type Program,
  readProgram,
  withTexts,
} from "../analyse/program.ts";
import {
  type Declaration,
  type Edit,
  type Migrated,
  nameIn,
  type Report,
  type StateRow,
} from "../analyse/report.ts";
import { shown } from "../collect/collect.ts";
import { readStates, readStatesBeside } from "../collect/state.ts";
import { readConfig } from "../config.ts";
import { byNames, byState, keyOf, type Outcome } from "../outcome.ts";
import { Problem, reasonOf } from "../problem.ts";
import { Progress } from "../progress.ts";
import {
  type FileChange,
  ending as lastLine,
  migrated,
  migrationJson,
  outcomes,
  patch,
  shownPatch,
} from "../render/migration.ts";
import { whyNothing } from "../render/nothing.ts";
import { type Change, writeAll } from "../write.ts";
import type { Answer } from "./answer.ts";
import {
  COLOR,
  colorOf,
  command,
  ending,
  finish,
  JSON_OPTION,
  NO_COLOR,
  PATHS,
  STATE_STORE,
  statePlace,
  value,
} from "./command.ts";
import { troublesOf } from "./troubles.ts";

export default command("migrate")
  .summary("rewrite raw resources to blocks, under the same names")
  .description(
    "Rewrite raw resources to blocks. Ids and the names of deployed resources stay the same. What cannot be rewritten so is left alone, with a reason.",
  )
  .usage("[paths…] [options]")
  .argument("[paths...]", PATHS)
  .addOption(
    new Option("--dry-run", "show the changes and write nothing (default)").conflicts("write"),
  )
  .option("--write", "change the files")
  .addOption(
    value("--owner-stage <stage>", "the stage that has the fixed names, if there is no state"),
  )
  .addOption(statePlace("each `.alchemy` beside a program or above it"))
  .addOption(STATE_STORE)
  .addOption(JSON_OPTION)
  .addOption(COLOR)
  .addOption(NO_COLOR)
  .addHelpText(
    "after",
    ending({
      examples: [
        ["alch-blocks migrate", "show the changes"],
        ["alch-blocks migrate apps/shop --write", "make them"],
        ["alch-blocks migrate --owner-stage prod", "if no state is at hand"],
      ],
      exit: {
        0: "it ran",
        1: "a deploy of the result would be refused",
        2: "it could not run, or a file could not be read",
      },
    }),
  )
  .action(async (paths, options) => finish(await migrate(paths, options, process.cwd())));

interface CliOptions {
  write?: boolean | undefined;
  state?: string[] | undefined;
  stateStore?: string[] | undefined;
  ownerStage?: string | undefined;
  json?: boolean | undefined;
  color?: boolean | undefined;
}

type Options = Parameters<typeof linkProgram>[1];

/** Stages to show names for, where no state tells which there are. */
const EXAMPLES = ["prod", "pr-1"];

async function migrate(paths: readonly string[], cli: CliOptions, folder: string): Promise<Answer> {
  const color = colorOf(cli);
  const write = cli.write === true;
  const config = await readConfig(folder);
  const program = await readProgram(paths, config, folder, new Progress());
  const state = await stateOf(cli, program, folder);
  const owner = cli.ownerStage;
  const stages = stagesOf(state, owner, config.stages);
  const options = {
    stages,
    ...(owner === undefined ? {} : { ownerStage: owner }),
    ...(state === undefined ? {} : { state }),
  };
  const before = linkProgram(program, options);
  const rewritten = rewriteSafely(program, before.text, options, folder);
  const { changes, after } = rewritten;
  const declarations = state ? rewritten.declarations : rewritten.declarations.map(assumed);
  const results = state
    ? byState(after.declarations, state)
    : byNames(before.report.declarations, after.declarations, stages, owner);
  if (write) await applyAll(changes, folder);
  const output = cli.json
    ? migrationJson(declarations)
    : before.report.declarations.length === 0
      ? `nothing is declared: ${whyNothing(lookedAt(program))}\n`
      : shownAll({ changes, declarations, results, assumed: state ? [] : stages, write, color });
  const troubles = troublesOf(program, before.report, folder);
  // Without a state nobody knows which stages there are; what could be refused is only shown.
  const refused = state !== undefined && results.some(({ verdict }) => verdict === "refuse");
  return { output, troubles, code: refused ? 1 : 0 };
}

function stagesOf(
  state: readonly StateRow[] | undefined,
  owner: string | undefined,
  configured: readonly string[],
): string[] {
  const deployed = (state ?? []).map(({ stage }) => stage);
  if (deployed.length > 0) return [...new Set(deployed)].sort();
  const examples = configured.length > 0 ? configured : EXAMPLES;
  return [...new Set(owner === undefined ? examples : [owner, ...examples])];
}

/** Without a state, nobody has looked at what is deployed. */
function assumed(declaration: Migrated): Migrated {
  if (declaration.action === "left") return declaration;
  return { ...declaration, reason: "by the program alone, it keeps its name" };
}

/** The state in the places that were named, or beside the programs. */
async function stateOf(
  { state = [], stateStore = [] }: CliOptions,
  program: Program,
  folder: string,
): Promise<StateRow[] | undefined> {
  if (state.length + stateStore.length > 0) {
    return (await readStates({ state, stateStore }, folder, appsIn(program))).resources;
  }
  const files = program.files.map(({ path }) => path);
  const { resources } = await readStatesBeside(files, folder);
  return resources.length > 0 ? resources : undefined;
}

/**
 * Rewrites what keeps its name by it: what the rewritten program says is compared with what it said
 * before, and a resource that would be called otherwise, or would be gone, is left alone.
 */
function rewriteSafely(program: Program, text: string, options: Options, folder: string) {
  for (let report: Report = JSON.parse(text); ; ) {
    const rewritten = rewriteAll(program, report, JSON.stringify(report), folder);
    const after = afterwards(program, rewritten.changes, options);
    const spoilt = spoiltBy(report, after, options);
    if (spoilt.size === 0) return { ...rewritten, after };
    report = leaving(report, spoilt);
  }
}

/** Of each call that its rewriting would spoil, why. */
function spoiltBy(before: Report, after: Report, options: Options): Map<string, string> {
  const broken = new Set(
    after.findings.filter(({ code }) => code === "parse-error").map(({ file }) => file),
  );
  const blocks = new Map<string, Declaration[]>();
  for (const one of after.declarations.filter(({ block }) => block)) {
    blocks.set(keyOf(one), [...(blocks.get(keyOf(one)) ?? []), one]);
  }
  const why = (one: Declaration) => {
    if (broken.has(one.file)) return "rewriting this file would break it";
    if (one.id === null) return undefined;
    const now = blocks.get(keyOf(one));
    if (now === undefined) return "rewriting it would change its id";
    const renamed = now.every((block) => isRenamed(one, block, options));
    return renamed ? "rewriting it would change its name" : undefined;
  };
  const calls = before.declarations.filter(({ rewrite }) => rewrite);
  return new Map(calls.flatMap((one) => (why(one) ? [[placeOf(one), why(one) ?? ""]] : [])));
}

/** Whether a stage that has the resource would have it under another name. */
function isRenamed(raw: Declaration, block: Declaration, options: Options): boolean {
  const { stages, ownerStage, state } = options;
  const isFixed = new Set(stages.map((stage) => nameIn(raw, stage)?.name)).size === 1;
  return stages.some((stage) => {
    const name = nameIn(raw, stage)?.name;
    if (name === undefined || nameIn(block, stage)?.name === name) return false;
    if (state) return state.some((row) => row.stage === stage && row.name === name);
    return !isFixed || stage === ownerStage;
  });
}

function leaving(report: Report, spoilt: ReadonlyMap<string, string>): Report {
  const declarations = report.declarations.map((one) => {
    const left = spoilt.get(placeOf(one));
    return left === undefined ? one : { ...one, rewrite: null, left };
  });
  return { ...report, declarations };
}

function placeOf({ file, start }: Declaration): string {
  return `${file} ${start}`;
}

/** The new texts, and what became of each resource. Files that nobody asked for are left alone. */
function rewriteAll(program: Program, report: Report, text: string, folder: string) {
  const changes: (FileChange & Change)[] = [];
  const declarations: Migrated[] = [];
  const raw = new Set(report.declarations.filter(({ block }) => !block).map(({ file }) => file));
  for (const { name, path, text: before } of program.files) {
    if (!raw.has(name)) continue;
    const migration = migrateFile(name, before, text);
    if (!program.asked.has(path)) {
      declarations.push(...migration.declarations.map(notAsked));
      continue;
    }
    declarations.push(...migration.declarations);
    const after = applied(before, migration.edits);
    if (after !== before) changes.push({ file: shown(path, folder), path, before, after });
  }
  return { changes, declarations };
}

function notAsked(declaration: Migrated): Migrated {
  return { ...declaration, action: "left", reason: "the file is not among those to rewrite" };
}

/** `text` with `edits` made; everything else stays as it is. */
function applied(text: string, edits: readonly Edit[]): string {
  let result = "";
  let at = 0;
  for (const { start, end, text: put } of edits.toSorted((a, b) => a.start - b.start)) {
    if (start < at) throw new Error("edits overlap");
    result += text.slice(at, start) + put;
    at = end;
  }
  return result + text.slice(at);
}

/** What the rewritten program says. */
function afterwards(program: Program, changes: readonly FileChange[], options: Options): Report {
  const texts = new Map(changes.map(({ file, after }) => [file, after]));
  return linkProgram(withTexts(program, texts), options).report;
}

async function applyAll(changes: readonly Change[], folder: string): Promise<void> {
  const { done, stopped, failed } = await writeAll(changes);
  if (!stopped && !failed) return;
  const sum = `${done.length} of ${changes.length} files are rewritten`;
  if (failed === undefined) throw new Problem(`stopped: ${sum}`, "run it again for the others");
  const file = shown(changes[done.length]?.path ?? "", folder);
  throw new Problem(`\`${file}\` cannot be written: ${reasonOf(failed)}; ${sum}`);
}

function shownAll(all: {
  changes: readonly FileChange[];
  declarations: readonly Migrated[];
  results: readonly Outcome[];
  /** The stages that were assumed, where no state tells them. */
  assumed: readonly string[];
  write: boolean;
  color: boolean;
}): string {
  const { changes, declarations, results, write, color } = all;
  const terminal = process.stdout.isTTY || color;
  const diff = (change: FileChange) => (terminal ? shownPatch(change, color) : patch(change));
  const parts = [
    ...(write ? [] : changes.map(diff)),
    migrated(declarations, color),
    outcomes(results, all.assumed, color),
    declarations.length === 0 ? "" : lastLine(declarations, changes.length, write),
  ];
  return parts.filter(Boolean).join("\n");
}
