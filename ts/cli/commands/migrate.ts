/** `migrate`: raw resources to blocks. */
import { migrate as migrateFile } from "../analyse/analyzer.ts";
import { appsIn, linkProgram, type Program, readProgram, withTexts } from "../analyse/program.ts";
import {
  type Declaration,
  type Edit,
  type Migrated,
  nameIn,
  type Report,
  type StateRow,
} from "../analyse/report.ts";
import type { ParsedArgs } from "../args.ts";
import { shown } from "../collect/collect.ts";
import { readStates, readStatesBeside } from "../collect/state.ts";
import { readConfig } from "../config.ts";
import { byNames, byState, keyOf, type Outcome } from "../outcome.ts";
import { Problem, reasonOf } from "../problem.ts";
import { Progress } from "../progress.ts";
import {
  ending,
  type FileChange,
  migrated,
  migrationJson,
  outcomes,
  patch,
  shownPatch,
} from "../render/migration.ts";
import { type Change, writeAll } from "../write.ts";
import { type Answer, colorOf } from "./answer.ts";
import { placesOf, troublesOf } from "./check.ts";

type Options = Parameters<typeof linkProgram>[1];

/** Stages to show names for, where no state tells which there are. */
const EXAMPLES = ["prod", "pr-1"];

export async function migrate(args: ParsedArgs, folder: string): Promise<Answer> {
  const color = colorOf(args);
  const write = args.flags.has("write");
  if (write && args.flags.has("dry-run")) {
    throw new Problem("`--write` and `--dry-run` exclude each other");
  }
  const program = await readProgram(args.paths, readConfig(folder), folder, new Progress());
  const state = await stateOf(args, program, folder);
  const [owner] = args.values["owner-stage"] ?? [];
  const stages = stagesOf(state, owner);
  const options = {
    stages,
    ...(owner === undefined ? {} : { ownerStage: owner }),
    ...(state === undefined ? {} : { state }),
  };
  const before = linkProgram(program, options);
  const { changes, declarations, after } = rewriteSafely(program, before.text, options, folder);
  const results = state
    ? byState(after.declarations, state)
    : byNames(before.report.declarations, after.declarations, stages, owner);
  if (write) await applyAll(changes, folder);
  const output = args.flags.has("json")
    ? migrationJson(declarations)
    : shownAll({ changes, declarations, results, known: state !== undefined, write, color });
  const troubles = troublesOf(program, before.report.findings, folder);
  // Without a state nobody knows which stages there are; what could be refused is only shown.
  const refused = state !== undefined && results.some(({ verdict }) => verdict === "refuse");
  return { output, troubles, code: refused ? 1 : 0 };
}

function stagesOf(state: readonly StateRow[] | undefined, owner: string | undefined): string[] {
  const deployed = (state ?? []).map(({ stage }) => stage);
  if (deployed.length > 0) return [...new Set(deployed)].sort();
  return [...new Set(owner === undefined ? EXAMPLES : [owner, ...EXAMPLES])];
}

/** The state in the places that were named, or beside the programs. */
async function stateOf(
  args: ParsedArgs,
  program: Program,
  folder: string,
): Promise<StateRow[] | undefined> {
  const places = placesOf(args);
  if (places) return (await readStates(places, folder, appsIn(program))).resources;
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
  known: boolean;
  write: boolean;
  color: boolean;
}): string {
  const { changes, declarations, results, known, write, color } = all;
  const terminal = process.stdout.isTTY || color;
  const diff = (change: FileChange) => (terminal ? shownPatch(change, color) : patch(change));
  const parts = [
    ...(write ? [] : changes.map(diff)),
    migrated(declarations, color),
    outcomes(results, known, color),
    declarations.length === 0 ? "" : ending(declarations, changes.length, write),
  ];
  return parts.filter(Boolean).join("\n");
}
