/** `migrate`: raw resources to blocks. */

import { Option } from "@commander-js/extra-typings";
import { migrate as migrateProgram } from "../analyse/analyzer.ts";
import { appsIn, lookedAt, type Program, readProgram } from "../analyse/program.ts";
import type { Edit, Migration, SourceFile } from "../analyse/report.ts";
import { shown } from "../collect/shown.ts";
import { readStates, readStatesBeside, type StoredState } from "../collect/state.ts";
import { workspaceOf } from "../collect/workspaces.ts";
import { readConfig } from "../config.ts";
import { Problem, reasonOf } from "../problem.ts";
import { Progress } from "../progress.ts";
import {
  assumptions,
  type FileChange,
  ending as lastLine,
  migrated,
  migrationJson,
  outcomes,
  patch,
  shownPatch,
} from "../render/migration.ts";
import { whyNothing } from "../render/nothing.ts";
import { type Change, leadsOut, writeAll } from "../write.ts";
import type { Answer } from "./answer.ts";
import {
  COLOR,
  colorOf,
  command,
  ending,
  finish,
  JSON_OPTION,
  list,
  NO_COLOR,
  PATHS,
  STATE_STORE,
  statePlace,
  value,
} from "./command.ts";
import type { Options } from "./to-v2.ts";
import { troublesOf } from "./troubles.ts";

const TO_V2 = "Alchemy 2:";

export default command("migrate")
  .summary("rewrite raw resources to blocks, under the same names")
  .description(
    "Rewrite raw resources to blocks. Ids and the names of deployed resources stay the same. What cannot be rewritten so is left alone, with a reason. The state of a stack of Alchemy 2 gets its guard.",
  )
  .usage("[paths…] [options]")
  .argument("[paths...]", PATHS)
  .addOption(
    new Option("--dry-run", "show the changes and write nothing (default)").conflicts("write"),
  )
  .option("--write", "change the files")
  .addOption(
    list(
      "--stage <stage>",
      "keep the names of this stage, besides those in the state; with `--to-v2`, only this stage; repeat it or give a list (`prod,pr-7`)",
    ),
  )
  .addOption(
    value("--owner-stage <stage>", "the stage that has the fixed names, if there is no state"),
  )
  .addOption(new Option("--to-v2", "take the app from Alchemy 0.94 to version 2").helpGroup(TO_V2))
  .addOption(
    value("--account <id>", "with `--to-v2`: the account, where no row says it").helpGroup(TO_V2),
  )
  .addOption(
    new Option(
      "--plan",
      "with `--to-v2`: show what Alchemy 2 plans; it runs the program",
    ).helpGroup(TO_V2),
  )
  .addOption(
    new Option("--retire", "with `--to-v2`: move the state of 0.94 out of the way").helpGroup(
      TO_V2,
    ),
  )
  .addOption(
    value(
      "--push <program>",
      "copy the rows that `--to-v2` wrote to the store of this program; it runs the program",
    )
      .conflicts(["toV2", "account", "plan", "retire", "undo"])
      .helpGroup(TO_V2),
  )
  .addOption(value("--undo <backup>", "take back what a run with `--to-v2` wrote").helpGroup(TO_V2))
  .addOption(statePlace("each `.alchemy` beside a program or above it"))
  .addOption(STATE_STORE)
  .addOption(JSON_OPTION)
  .addOption(COLOR)
  .addOption(NO_COLOR)
  .addHelpText(
    "after",
    ending({
      examples: [
        ["npx @alch/blocks migrate", "show the changes"],
        ["npx @alch/blocks migrate apps/shop --write", "make them"],
        ["npx @alch/blocks migrate --owner-stage prod", "if no state is at hand"],
        ["npx @alch/blocks migrate --to-v2", "show the way to Alchemy 2"],
      ],
      exit: {
        0: "it ran",
        1: "a deploy of the result would be refused, or nobody can tell",
        2: "it could not run, or a file could not be read",
      },
    }),
  )
  .action(async (paths, options) => finish(await chosen(paths, options, process.cwd())));

/** The way to blocks, or to Alchemy 2, of which no more is loaded than is needed. */
async function chosen(
  paths: readonly string[],
  options: CliOptions & Options,
  folder: string,
): Promise<Answer> {
  const { toV2, undo, push, ...others } = options;
  if (push !== undefined) return (await import("./push.ts")).push(push, others, folder);
  if (undo === undefined && !toV2) {
    const only = (["account", "plan", "retire"] as const).find((key) => others[key]);
    if (only === undefined) return migrate(paths, options, folder);
    throw new Problem(`\`--${only}\` is only for \`--to-v2\``, "add `--to-v2`, or leave it out");
  }
  const command = await import("./to-v2.ts");
  return undo === undefined
    ? command.toV2(paths, others, folder)
    : command.undoRun(undo, others, folder);
}

interface CliOptions {
  toV2?: boolean | undefined;
  undo?: string | undefined;
  push?: string | undefined;
  write?: boolean | undefined;
  stage?: string[] | undefined;
  state?: string[] | undefined;
  stateStore?: string[] | undefined;
  ownerStage?: string | undefined;
  json?: boolean | undefined;
  color?: boolean | undefined;
}

async function migrate(paths: readonly string[], cli: CliOptions, folder: string): Promise<Answer> {
  const color = colorOf(cli);
  const write = cli.write === true;
  const config = await readConfig(folder);
  const program = await readProgram(paths, config, folder, new Progress());
  const state = await stateOf(cli, program, folder);
  const top = workspaceOf(folder);
  using progress = new Progress();
  progress.step("comparing");
  const migration = migrateProgram(filesOf(program, top), {
    modules: program.modules.byName(),
    stages: cli.stage ?? [],
    configStages: config.stages,
    ...(cli.ownerStage === undefined ? {} : { ownerStage: cli.ownerStage }),
    ...(state === undefined ? {} : { state: state.resources, stored: state.stages }),
    ...userOf(process.env),
  });
  progress.end();
  const changes = changesOf(program, migration, folder);
  if (write) await applyAll(changes, top, folder);
  const output = cli.json
    ? migrationJson(migration)
    : migration.declared === 0
      ? `nothing is declared: ${whyNothing(lookedAt(program))}\n`
      : shownAll({ migration, changes, isKnown: state !== undefined, write, color });
  const troubles = troublesOf(program, { findings: [], unread: migration.unread }, folder);
  return { output, troubles, code: isDoubtful(migration) ? 1 : 0 };
}

function filesOf({ files, asked }: Program, top: string): SourceFile[] {
  return files.map(({ name, path, text }) => {
    return { path: name, text, asked: asked.has(path), outside: leadsOut(path, top) };
  });
}

/** Whose name Alchemy takes for the stage where none is given. */
function userOf({ USER, USERNAME }: NodeJS.ProcessEnv): { user?: string } {
  const user = USER || USERNAME;
  return user ? { user } : {};
}

/** Without a state, this is about the stages that are assumed: the output names them. */
function isDoubtful({ outcomes }: Migration): boolean {
  return outcomes.some(({ verdict }) => verdict === "refuse" || verdict === "unknown");
}

/** The state in the places that were named, or beside the programs. */
async function stateOf(
  { state = [], stateStore = [] }: CliOptions,
  program: Program,
  folder: string,
): Promise<StoredState | undefined> {
  if (state.length + stateStore.length > 0) {
    return readStates({ state, stateStore }, folder, appsIn(program));
  }
  const files = program.files.map(({ path }) => path);
  const found = await readStatesBeside(files, folder);
  return found.resources.length > 0 ? found : undefined;
}

function changesOf(program: Program, { files }: Migration, folder: string) {
  const edits = new Map(files.map((file) => [file.path, file.edits]));
  return program.files.flatMap(({ name, path, text: before }): (FileChange & Change)[] => {
    const after = applied(before, edits.get(name) ?? []);
    return after === before ? [] : [{ file: shown(path, folder), path, before, after }];
  });
}

/** `text` with `edits` made, which are sorted; everything else stays as it is. */
function applied(text: string, edits: readonly Edit[]): string {
  let result = "";
  let at = 0;
  for (const { start, end, text: put } of edits) {
    result += text.slice(at, start) + put;
    at = end;
  }
  return result + text.slice(at);
}

async function applyAll(changes: readonly Change[], top: string, folder: string): Promise<void> {
  const { done, stopped, failed } = await writeAll(changes, top);
  if (!stopped && !failed) return;
  const sum = `${done.length} of ${changes.length} files are rewritten`;
  if (failed === undefined) throw new Problem(`stopped: ${sum}`, "run it again for the others");
  const file = shown(changes[done.length]?.path ?? "", folder);
  throw new Problem(`\`${file}\` cannot be written: ${reasonOf(failed)}; ${sum}`);
}

function shownAll(all: {
  migration: Migration;
  changes: readonly FileChange[];
  isKnown: boolean;
  write: boolean;
  color: boolean;
}): string {
  const { migration, changes, isKnown, write, color } = all;
  const { declarations } = migration;
  const terminal = process.stdout.isTTY || color;
  const diff = (change: FileChange) => (terminal ? shownPatch(change, color) : patch(change));
  const parts = [
    ...(write ? [] : changes.map(diff)),
    migrated(declarations, color),
    assumptions(migration.assumed, color),
    outcomes(migration.outcomes, isKnown, color),
    declarations.length === 0 ? "" : lastLine(declarations, changes.length, write),
  ];
  return parts.filter(Boolean).join("\n");
}
