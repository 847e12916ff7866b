/** `sweep`: destroys the stages of pull requests that were closed. */

import { join, resolve } from "node:path";
import type { Answer } from "../commands/answer.ts";
import { addToSummary } from "../github/summary.ts";
import { CLOUDFLARE, type Limit } from "../monitor/collect/pace.ts";
import { hintAt } from "../print.ts";
import { Problem } from "../problem.ts";
import { neededPulls } from "../pulls/pulls.ts";
import { sweepJson, sweepText } from "../render/sweep.ts";
import { visible } from "../render/text.ts";
import { type Account, programsIn, readAccount, readRowsToDelete } from "../stages/collect.ts";
import type { Decision, Leftover, Pull, Unread } from "../stages/decide.ts";
import { Ledger, withLedger } from "../stages/ledger.ts";
import {
  decideWithPulls,
  type Sweepable,
  type SweepRules,
  sweepQuestion,
} from "../stages/sweepable.ts";
import { choose } from "./choose.ts";
import { keepNotes, makeFolder, marksOf, readNotes, type StageKey } from "./notes.ts";
import { type Swept, sweepStage } from "./stage.ts";
import { summaryOf } from "./summary.ts";

export interface SweepCommand extends SweepRules {
  delete?: boolean | undefined;
  account?: string | undefined;
  repository?: string | undefined;
  app?: string[] | undefined;
  stage?: string[] | undefined;
  emptyBuckets?: boolean | undefined;
  /** Whether the ledger is to be taken for a state that is lost. */
  stateLost?: boolean | undefined;
  state?: string[] | undefined;
  stateStore?: string[] | undefined;
  maxStages: number;
  /** A number up to 1. */
  maxShare: number;
  /** How long one stage may take, in milliseconds. */
  deadline: number;
  pace?: Limit | undefined;
  json?: boolean | undefined;
  color: boolean;
}

/** What a sweep found and did. */
export interface Report {
  decisions: readonly Decision[];
  /** Those that this run sweeps, or would sweep with `--delete`. */
  chosen: readonly Decision[];
  swept: readonly Swept[];
  /** What only a person can judge. */
  leftovers: readonly Leftover[];
  unread: readonly Unread[];
  account: string | undefined;
  isDryRun: boolean;
}

export async function sweep(options: SweepCommand, folder: string): Promise<Answer> {
  const account = accountOf(options);
  const pulls = neededPulls(process.env, options.repository);
  const metrics = resolve(folder, options.metrics);
  const notes = await readNotes(metrics);
  const { asked, ledger, rows, read } = await collect(options, account, folder);
  const decided = await decideWithPulls(asked, pulls, couldGo(options));
  const { decisions: all, known } = decided;
  hintAt(
    "stage",
    options.stage,
    all.map(({ stage }) => stage),
  );
  hintAt(
    "app",
    options.app,
    all.map(({ app }) => app),
  );
  const decisions = all.filter(isWanted(options));
  const report = {
    decisions,
    leftovers: decided.leftovers,
    unread: asked.unread,
    account,
    isDryRun: options.delete !== true,
  };
  // What is not known of one stage can be what another one uses.
  const isStopped = decisions.some(({ verdict }) => verdict === "stop");
  if (isStopped) return answer({ ...report, chosen: [], swept: [] }, options, 2);
  const closedAt = closingTimes(known);
  const limits = { all: all.length, stages: options.maxStages, share: options.maxShare };
  const chosen = choose(decisions, notes.failed, closedAt, limits);
  // Before the first deletion: a run that is ended has marked, too.
  const others = notes.marks.filter((mark) => !isWanted(options)(mark));
  await keepNotes(metrics, { ...notes, marks: [...others, ...marksOf(decisions, closedAt)] });
  await ledger.keep(rows, all, read);
  if (report.isDryRun) return answer({ ...report, chosen, swept: [] }, options, 0);
  const swept = await sweepAll(chosen, options, ledger.path, account, folder);
  const failed = swept.filter(isOpen).map(({ decision: { app, stage } }) => ({ app, stage }));
  const left = decisions.filter((one) => !isDone(one, swept));
  const marks = [...others, ...marksOf(left, closedAt)];
  await keepNotes(metrics, { version: 1, marks, failed });
  return answer({ ...report, chosen, swept }, options, codeOf(swept, chosen));
}

/** @throws Problem if something is to be deleted and the account is not named. */
function accountOf(options: SweepCommand): string | undefined {
  if (options.delete !== true) return options.account ?? process.env.CLOUDFLARE_ACCOUNT_ID;
  if (options.account) return options.account;
  const help = 'add `--account "$CLOUDFLARE_ACCOUNT_ID"`';
  throw new Problem("`--delete` needs the account to delete in", help, "account-missing");
}

interface Collected extends Sweepable {
  read: Account;
}

async function collect(
  { state = [], stateStore = [], app = [], stateLost = false, ...options }: SweepCommand,
  account: string | undefined,
  folder: string,
): Promise<Collected> {
  const here = await programsIn(folder);
  if (here.apps.length === 0) {
    const help = "run it where the programs are: only apps that they name are swept";
    throw new Problem("no program here names an app", help, "app-missing");
  }
  const apps = [...here.apps, ...app];
  const stored = await readRowsToDelete({ state, stateStore }, folder, apps, stateLost);
  const metrics = resolve(folder, options.metrics);
  await makeFolder(metrics);
  const ledger = await Ledger.in(metrics);
  if (ledger.fault !== undefined) process.stderr.write(`${visible(ledger.fault)}\n`);
  const read = await readAccount(account, withLedger(stored, ledger).rows, undefined, {
    ...(options.pace ?? CLOUDFLARE),
    file: callsIn(options, folder),
  });
  const all = await sweepQuestion(stored, ledger, read, here, options, folder);
  return { ...all, asked: { ...all.asked, stateLost }, read };
}

/** The calls of all processes of a sweep, and of one that was ended just before. */
function callsIn({ metrics }: SweepCommand, folder: string): string {
  return join(resolve(folder, metrics), "calls.txt");
}

/** Each costs a call, and GitHub allows 1,000 an hour. */
function couldGo(options: SweepCommand): (one: Decision) => boolean {
  return (one) => one.code === "pull-unknown" && isWanted(options)(one);
}

function isWanted({ app, stage }: SweepCommand): (one: StageKey) => boolean {
  return (one) => (app?.includes(one.app) ?? true) && (stage?.includes(one.stage) ?? true);
}

function closingTimes(pulls: readonly Pull[]): Map<number, number> {
  return new Map(pulls.flatMap(({ number, closedAt }) => (closedAt ? [[number, closedAt]] : [])));
}

async function sweepAll(
  chosen: readonly Decision[],
  options: SweepCommand,
  ledger: string,
  account: string | undefined,
  folder: string,
): Promise<Swept[]> {
  const swept: Swept[] = [];
  const begin = Date.now();
  let isStopped = false;
  const stop = () => {
    isStopped = true;
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  try {
    for (const [at, decision] of chosen.entries()) {
      if (isStopped) break;
      const { app, stage } = decision;
      const seconds = Math.round((Date.now() - begin) / 1000);
      const what = `stage \`${visible(stage)}\` of \`${visible(app)}\``;
      process.stderr.write(
        `sweeping ${what} (${at + 1} of ${chosen.length}, after ${seconds} s)\n`,
      );
      swept.push(
        await sweepStage(decision, {
          ...childOptions(options, folder),
          ledger,
          account: account ?? "",
        }),
      );
    }
  } finally {
    process.off("SIGINT", stop).off("SIGTERM", stop);
  }
  return swept;
}

function childOptions(options: SweepCommand, folder: string) {
  const { state = [], stateStore = [], protect = [], emptyBuckets = false } = options;
  return {
    places: [
      ...state.map((place) => `--state=${place}`),
      ...stateStore.map((module) => `--state-store=${module}`),
    ],
    protect,
    emptyBuckets,
    repository: options.repository,
    journal: join(options.metrics, "journal"),
    deadline: options.deadline,
    pace: options.pace,
    calls: callsIn(options, folder),
    folder,
  };
}

function isOpen({ result }: Swept): boolean {
  return result !== "destroyed";
}

function isDone(one: Decision, swept: readonly Swept[]): boolean {
  return swept.some(({ decision, result }) => decision === one && result === "destroyed");
}

function codeOf(swept: readonly Swept[], chosen: readonly Decision[]): 0 | 1 | 2 {
  if (swept.some(({ result }) => result === "unknown")) return 2;
  return swept.length < chosen.length || swept.some(isOpen) ? 1 : 0;
}

/** Whether it is not known of a stage whether it has to go. */
function isUnknown({ code }: Decision): boolean {
  return ["pull-unknown", "clock-unknown", "host-unknown"].includes(code);
}

async function answer(report: Report, options: SweepCommand, code: 0 | 1 | 2): Promise<Answer> {
  await addToSummary(() => summaryOf(report), process.env);
  const output = options.json ? sweepJson(report) : sweepText(report, options.color);
  const unknown = report.unread.length > 0 || report.decisions.some(isUnknown);
  return { output, troubles: [], code: unknown ? 2 : code };
}
