/** `migrate --to-v2`: the rows and the program of Alchemy 2, from those of 0.94. */

import { existsSync, readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { migrateToV2 } from "../analyse/analyzer.ts";
import { appsIn, type Program, readProgram } from "../analyse/program.ts";
import type { NewProgram, OldRow, Remark, ToV2 } from "../analyse/report.ts";
import { shown } from "../collect/shown.ts";
import { readConfig } from "../config.ts";
import { didYouMean } from "../nearest.ts";
import { write } from "../print.ts";
import { Problem } from "../problem.ts";
import { Progress } from "../progress.ts";
import { jsonOf } from "../render/text.ts";
import {
  retiredJson,
  retiredText,
  toV2Json,
  toV2Text,
  undoneText,
  wroteText,
} from "../render/to-v2.ts";
import { alone, perform, type Step, undo } from "../to-v2/journal.ts";
import { type Planned, planned } from "../to-v2/plan.ts";
import { type Retired, retirements, stagesOf } from "../to-v2/retire.ts";
import { type OldStore, readOld, rootRowsOf, rowsOf } from "../to-v2/state.ts";
import { type Target, targetsOf } from "../to-v2/target.ts";
import type { Answer } from "./answer.ts";
import { colorOf } from "./command.ts";
import { troublesOf } from "./troubles.ts";

export interface Options {
  write?: boolean | undefined;
  state?: string[] | undefined;
  stateStore?: string[] | undefined;
  stage?: string[] | undefined;
  account?: string | undefined;
  plan?: boolean | undefined;
  retire?: boolean | undefined;
  json?: boolean | undefined;
  color?: boolean | undefined;
}

const HELP_STATE = "give the places of all states with `--state` or `--state-store`";

/** A new program, and whether there is something in its place. */
export interface ProgramTarget extends NewProgram {
  /** Absolute. */
  at: string;
  before: string;
  held: "missing" | "same" | "other";
  /** Whether all stages are refused: a program without rows would make everything anew. */
  waits: boolean;
}

/** All that is known before something is written. */
export interface Prospect {
  stores: OldStore[];
  targets: Target[];
  remarks: Remark[];
  programs: ProgramTarget[];
  unread: ToV2["unread"];
  /** Files that could not be looked at. */
  troubles: Answer["troubles"];
}

export async function toV2(
  paths: readonly string[],
  options: Options,
  folder: string,
): Promise<Answer> {
  const config = await readConfig(folder);
  const program = await readProgram(paths, config, folder, new Progress());
  const look = () => prospect(program, options, folder);
  const found = await look();
  if (options.retire) return retire(found, look, options, folder);
  if (options.write && found.targets.length + found.remarks.length === 0) {
    throw new Problem(
      "there is no state of 0.94: the program alone would make everything anew",
      HELP_STATE,
      "state-missing",
    );
  }
  const steps = stepsOf(found);
  const plans = options.plan ? await plansOf(found, folder) : [];
  const output = options.json
    ? ""
    : toV2Text({
        ...found,
        plans,
        writes: options.write === true,
        folder,
        color: colorOf(options),
      });
  const { remarks, programs, unread } = found;
  const isOpen = remarks.some(({ blocks }) => blocks) || programs.some(isUnfinished);
  const json = (backups: readonly string[]) => toV2Json({ ...found, plans, backups });
  return acting({
    output,
    json,
    steps,
    look,
    found,
    code: isOpen || unread.length > 0 ? 1 : 0,
    options,
    folder,
  });
}

function isUnfinished({ left }: NewProgram): boolean {
  return left.some(({ unfinished }) => unfinished);
}

async function prospect(program: Program, options: Options, folder: string): Promise<Prospect> {
  const { state = [], stateStore = [], stage: wanted, account } = options;
  const files = program.files.map(({ path }) => path);
  const stores = await readOld({ state, stateStore, files, apps: appsIn(program) }, folder);
  const all = rowsOf(stores);
  const unknown = wanted?.find((stage) => !all.some((row) => row.stage === stage));
  if (unknown !== undefined) {
    const stages = all.map(({ stage }) => stage);
    const help = didYouMean(unknown, stages, HELP_STATE);
    throw new Problem(`the state of 0.94 has no stage \`${unknown}\``, help, "stage-missing");
  }
  const rows = all.filter(({ stage }) => wanted?.includes(stage) ?? true);
  const sources = program.files.map(({ name, path, text }) => {
    return { path: name, text, asked: program.asked.has(path) };
  });
  const how = { modules: program.modules.byName() };
  const old = { rows, atRoot: rootRowsOf(stores) };
  const made = migrateToV2(sources, how, account === undefined ? old : { ...old, account });
  const roots = new Map(stores.map(({ store, root }) => [store, root]));
  const targets = await targetsOf(made.rows, (store) => roots.get(store) ?? folder);
  const others = targets.filter(({ held }) => held === "other");
  const remarks = [...made.remarks, ...others.map((one) => taken(one, folder))];
  const blocked = blockedIn(remarks);
  const programs = made.programs.map((one) => {
    const places = rows.filter(({ app }) => app === one.stack);
    const isBlocked = ({ app, stage }: OldRow) => blocked.has(keyOf({ stack: app, stage }));
    const waits = places.length > 0 && places.every(isBlocked);
    return programTarget({ ...one, waits }, program, folder);
  });
  // The new programs are for Alchemy 2, and nobody has asked for them to be read.
  const unread = made.unread.filter(({ file }) => !programs.some(({ path }) => path === file));
  const troubles = troublesOf(program, { findings: [], unread: [] }, folder);
  return { stores, targets, remarks, programs, unread, troubles };
}

/** Alchemy 2 has another resource under this id, and would delete it or lose it. */
function taken({ row, path }: Target, folder: string): Remark {
  const { stack, stage, scope, id, kind } = row;
  return {
    ...{ stack, stage, scope, id, type: kind, code: "row-exists", blocks: true },
    message: `the state of Alchemy 2 has another resource under the id \`${row.fqn}\``,
    help: `if the old one has the data, move \`${shown(path, folder)}\` away and run this again`,
  };
}

function programTarget(
  one: NewProgram & { waits: boolean },
  program: Program,
  folder: string,
): ProgramTarget {
  const at = resolve(folder, one.path);
  const before = program.files.find(({ name }) => name === one.from)?.text ?? "";
  const found = existsSync(at) ? readFileSync(at, "utf8") : undefined;
  const held = found === undefined ? "missing" : found === one.text ? "same" : "other";
  return { ...one, at, before, held };
}

/** Rows first: a program without them would make everything anew. */
function stepsOf({ stores, targets, remarks, programs }: Prospect): Map<string, Step[]> {
  const blocked = blockedIn(remarks);
  const steps = new Map<string, Step[]>();
  const add = (root: string, step: Step) => steps.set(root, [...(steps.get(root) ?? []), step]);
  for (const { row, path, text, held } of targets) {
    const root = stores.find(({ store }) => store === row.store)?.root;
    if (root === undefined || held !== "missing" || blocked.has(keyOf(row))) continue;
    add(root, { do: "create", path, text });
  }
  for (const { at, text, held, waits } of programs) {
    const roots = stores.map(({ root }) => root);
    const around = roots.find((root) => !relative(root, at).startsWith(".."));
    if (held === "missing" && !waits) add(around ?? dirname(at), { do: "create", path: at, text });
  }
  return steps;
}

/** The stages of which no row is written. */
function blockedIn(remarks: readonly Remark[]): Set<string> {
  return new Set(remarks.filter((one) => one.blocks).map((one) => keyOf(one)));
}

function keyOf({ stack, stage }: { stack: string; stage: string }): string {
  return JSON.stringify([stack, stage]);
}

/** What Alchemy 2 itself says, for each stage that has all its rows. */
async function plansOf(
  { stores, programs, targets }: Prospect,
  folder: string,
): Promise<Planned[]> {
  const [program, second] = programs;
  if (program === undefined || second !== undefined) {
    const help = "name one program, as in `npx @alch/blocks migrate --to-v2 --plan apps/shop`";
    throw new Problem("there is not one program to plan", help, "plan-impossible");
  }
  if (program.held === "missing" || targets.some(({ held }) => held === "missing")) {
    const help = "run `npx @alch/blocks migrate --to-v2 --write` first: it can be undone";
    throw new Problem("Alchemy 2 plans what is written, and not all is", help, "plan-impossible");
  }
  const stages = [...new Set(targets.map(({ row }) => row.stage))];
  // Alchemy 2 looks for its state in the folder where it runs.
  const rootOf = (stage: string) => {
    const held = targets.find(({ row }) => row.stage === stage)?.row.store;
    return stores.find(({ store }) => store === held)?.root ?? folder;
  };
  return planned(program.at, stages, rootOf);
}

interface Act {
  output: string;
  json: (backups: readonly string[]) => string;
  steps: Map<string, Step[]>;
  /** Looks again, just before it writes. */
  look: () => Promise<Prospect>;
  found: Prospect;
  code: 0 | 1;
  options: Options;
  folder: string;
}

/** Shows what would be written, and writes it if that was asked for. */
async function acting(act: Act): Promise<Answer> {
  const { output, json, steps, code, options, folder, found } = act;
  const answer = { output, troubles: found.troubles, code };
  const isWriting = options.write === true && steps.size > 0;
  if (options.json) return { ...answer, output: json(isWriting ? await performAll(act) : []) };
  if (!isWriting) return answer;
  const afterwards = async () => {
    const backups = await performAll(act);
    await write(process.stdout, wroteText(backups, folder, options.retire === true));
  };
  return { ...answer, afterwards };
}

async function performAll({ steps, look, found, folder }: Act): Promise<string[]> {
  const backups: string[] = [];
  for (const [root, some] of steps) {
    const backup = await alone(root, async () => {
      const now = await look();
      if (backups.length === 0 && fingerprint(now) !== fingerprint(found)) {
        const help = "a deploy may have run: look at what would be done now, and run it again";
        throw new Problem("the state was changed meanwhile", help, "state-changed");
      }
      return perform(root, some);
    });
    backups.push(shown(backup, folder));
  }
  return backups;
}

/** Of the old rows, and of what is in the places of the new ones. */
function fingerprint({ stores, targets, programs }: Prospect): string {
  return JSON.stringify([rowsOf(stores), rootRowsOf(stores), targets, programs]);
}

async function retire(
  found: Prospect,
  look: () => Promise<Prospect>,
  options: Options,
  folder: string,
): Promise<Answer> {
  const isWanted = ({ stage }: { stage: string }) => options.stage?.includes(stage) ?? true;
  const retired = retirements(found.stores, found.targets, found.remarks, isWanted);
  if (retired.length === 0) {
    const help = `there are ${found.stores.flatMap(stagesOf).length} stages in the state`;
    throw new Problem("there is no stage to retire", help);
  }
  const steps = new Map<string, Step[]>();
  for (const { root, steps: own } of retired) {
    if (own.length > 0) steps.set(root, [...(steps.get(root) ?? []), ...own]);
  }
  const { remarks, targets } = found;
  const all = { retired, remarks, targets, writes: options.write === true, folder };
  const output = options.json ? "" : retiredText({ ...all, color: colorOf(options) });
  const json = (backups: readonly string[]) => retiredJson(retired, remarks, backups);
  const code = retired.some(({ refused }: Retired) => refused) ? 1 : 0;
  return acting({ output, json, steps, look, found, code, options, folder });
}

/** `migrate --undo`. */
export async function undoRun(backup: string, options: Options, folder: string): Promise<Answer> {
  const path = resolve(folder, backup);
  const done = await undo(path);
  const output = options.json ? jsonOf({ version: 1, undone: done }) : undoneText(done);
  return { output, troubles: [], code: 0 };
}
