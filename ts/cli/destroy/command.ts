/** `destroy --stage`: tears one stage down from its state alone. */
import { resolve } from "node:path";
import type { Answer } from "../commands/answer.ts";
import { CLOUDFLARE, type Limit } from "../monitor/collect/pace.ts";
import { didYouMean } from "../nearest.ts";
import { complain, write } from "../print.ts";
import { Problem } from "../problem.ts";
import {
  type Destroyed,
  destroyedText,
  destroyJson,
  planText,
  refusedText,
} from "../render/destroy.ts";
import { visible } from "../render/text.ts";
import { Secrets } from "../secrets.ts";
import {
  declaredBy,
  programsHere,
  question,
  readAccount,
  readRowsToDelete,
} from "../stages/collect.ts";
import { type Decision, decide } from "../stages/decide.ts";
import { Ledger, withLedger } from "../stages/ledger.ts";
import type { Rows } from "../stages/origins.ts";
import { Terminal } from "../terminal.ts";
import { Journal } from "./journal.ts";
import type { Api } from "./resource.ts";
import { connectionOf, isOpen, type TornDown, tearDown } from "./run.ts";
import { type Done, nounOf, tasksOf } from "./task.ts";
import { whileClosed } from "./watch.ts";

export interface DestroyOptions {
  stage?: string | undefined;
  app?: string | undefined;
  /** Where both versions of Alchemy have the stage. */
  alchemy?: "0.94" | "2" | undefined;
  account?: string | undefined;
  state?: string[] | undefined;
  stateStore?: string[] | undefined;
  protect?: string[] | undefined;
  yes?: boolean | undefined;
  emptyBuckets?: boolean | undefined;
  unfinished?: boolean | undefined;
  gone?: boolean | undefined;
  ifExists?: boolean | undefined;
  /** The pull request that has to stay closed. */
  whileClosed?: number | undefined;
  /** The same, and none of its workflows may run. */
  whileIdle?: number | undefined;
  repository?: string | undefined;
  /** The file in which sweeps have noted what they saw, for a stage that no state has. */
  ledger?: string | undefined;
  /** The hash of the rows that were decided about. */
  expect?: string | undefined;
  deadline?: number | undefined;
  pace?: Limit | undefined;
  /** The file with the times of the last calls. */
  calls?: string | undefined;
  journal?: string | undefined;
  json?: boolean | undefined;
  color: boolean;
}

const JOURNAL = ".alchemy-journal";
const DEADLINE_S = 60;

export async function destroy(options: DestroyOptions, folder: string): Promise<Answer> {
  const begin = Date.now();
  const { stage, color } = options;
  if (stage === undefined) throw new Problem("`destroy` needs a stage", "add `--stage pr-1`");
  const given = options.account ?? process.env.CLOUDFLARE_ACCOUNT_ID;
  if (!given) {
    const help = "give its id with `--account`, or set `CLOUDFLARE_ACCOUNT_ID`";
    throw new Problem("`destroy` needs to know the account", help, "account-missing");
  }
  const here = await programsHere(folder);
  const rows = await rowsFor(options, here.apps, folder);
  const closed = watchOf(options);
  const app = appOf(rows, stage, options);
  if (app === undefined) return nothing(stage, rows, options);
  const deadline = (options.deadline ?? DEADLINE_S) * 1000;
  const limit = { ...(options.pace ?? CLOUDFLARE), file: options.calls };
  const isOwn = (row: { app: string; stage: string }) => row.app === app && row.stage === stage;
  const read = await readAccount(given, rows.rows.filter(isOwn), deadline, limit);
  const journal = Journal.of(resolve(folder, options.journal ?? JOURNAL), app, stage, given);
  const asked = {
    ...question(rows, read),
    askedBy: "person" as const,
    protect: options.protect ?? [],
    declared: declaredBy(here, rows, options.protect ?? []),
    unfinished: options.unfinished ?? false,
    gone: options.gone ?? false,
    proven: journal.proven(),
  };
  const decision = decisionOf(decide(asked).decisions, app, stage, options.alchemy);
  const tasks = tasksOf(decision, rows);
  const one = {
    decision,
    account: given,
    journal: journal.path,
    unread: read.unread,
    stopped: undefined,
  };
  const ended = (
    done: readonly Done[],
    result: Destroyed["result"],
    more: Partial<Destroyed> = {},
  ) => {
    return answer({ ...one, done, result, took: Date.now() - begin, ...more }, options);
  };
  if (decision.verdict !== "sweep")
    return ended([], decision.verdict === "stop" ? "unknown" : "refused");
  if (!options.json) await write(process.stdout, planText(decision, given, tasks, color));
  if (!(options.yes || (await isAgreed(stage, options)))) {
    const planned = tasks.map((task): Done => ({ task, outcome: "planned", reason: "", took: 0 }));
    return ended(planned, "planned");
  }
  const { connection } = connectionOf(read);
  const emptyBuckets = options.emptyBuckets ?? false;
  const api: Api = { ...connection, account: given, deadline, emptyBuckets };
  const changed = options.expect !== undefined && options.expect !== decision.hash;
  const reason = changed ? "its rows have changed since it was decided" : await closed();
  if (reason !== undefined) return ended([], "incomplete", { stopped: reason });
  const stageRows = decision.version === "2" ? [] : rows.stageRows.filter(isOwn);
  const torn = await untilStopped((stopped) => {
    const stopping = async () => (await stopped()) ?? (await closed());
    return tearDown({ tasks, stageRows, connection, api, journal, stopping, onDone: tell });
  });
  return ended(torn.done, resultOf(torn), torn);
}

/** @throws Problem if there is no state, and no ledger is to be taken for it. */
async function rowsFor(
  { app, state = [], stateStore = [], ledger }: DestroyOptions,
  here: readonly string[],
  folder: string,
): Promise<Rows> {
  const apps = app === undefined ? here : [...here, app];
  const places = { state, stateStore };
  const rows = await readRowsToDelete(places, folder, apps, ledger !== undefined);
  if (ledger === undefined) return rows;
  const noted = await Ledger.at(resolve(folder, ledger));
  if (noted.fault !== undefined) throw new Problem(noted.fault);
  return withLedger(rows, noted);
}

function watchOf({ whileClosed: closed, whileIdle: idle, repository }: DestroyOptions) {
  const number = idle ?? closed;
  if (number === undefined) return async () => undefined;
  return whileClosed(number, idle !== undefined, repository);
}

/** The only app that has the stage; nothing if none has it. */
function appOf({ rows, stageRows, unread }: Rows, stage: string, { app, alchemy }: DestroyOptions) {
  const bare = stageRows.map((row) => ({ ...row, version: "0.94" }));
  const isWanted = (version: string) => version === (alchemy ?? version);
  const all = [...rows, ...bare].filter((row) => row.stage === stage && isWanted(row.version));
  const apps = [...new Set(all.map((row) => row.app))].filter((one) => one === (app ?? one));
  if (apps.length > 1) {
    const names = apps.map((one) => `\`${one}\``).join(", ");
    throw new Problem(
      `several apps have the stage \`${stage}\`: ${names}`,
      "name one with `--app`",
    );
  }
  const [first] = unread;
  if (apps.length === 0 && first) throw new Problem(first.message, first.help);
  return apps[0];
}

function nothing(stage: string, { rows }: Rows, options: DestroyOptions): Answer {
  const { app, ifExists, json } = options;
  if (ifExists) {
    const output = json ? "" : `there is no stage \`${visible(stage)}\` in the state\n`;
    return { output, troubles: [], code: 0 };
  }
  const help = `see \`npx @alch/blocks stages --offline${placesOf(options)}\`; \`--if-exists\` takes that for done`;
  const apps = rows.filter((row) => row.stage === stage).map((row) => row.app);
  if (app !== undefined && apps.length > 0) {
    const message = `the state has no stage \`${stage}\` of \`${app}\``;
    throw new Problem(message, didYouMean(app, apps, help), "stage-missing");
  }
  const stages = rows.map((row) => row.stage);
  throw new Problem(
    `the state has no stage \`${stage}\``,
    didYouMean(stage, stages, help),
    "stage-missing",
  );
}

/** The same places, for another command. */
function placesOf({ state = [], stateStore = [] }: DestroyOptions): string {
  const places = [
    ...state.map((place) => ["--state", place] as const),
    ...stateStore.map((module) => ["--state-store", module] as const),
  ];
  return places.map(([option, word]) => ` ${option} ${quoted(word)}`).join("");
}

/** As a shell takes it for one word. */
function quoted(word: string): string {
  return /^[\w./:@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Both versions of Alchemy may have it: then one has to be named. */
function decisionOf(
  decisions: readonly Decision[],
  app: string,
  stage: string,
  alchemy: DestroyOptions["alchemy"],
): Decision {
  const own = decisions.filter((one) => one.app === app && one.stage === stage);
  const [found, other] = own.filter(({ version }) => version === (alchemy ?? version));
  if (found === undefined) {
    throw new Problem(`the state has no stage \`${stage}\``, "", "stage-missing");
  }
  if (other === undefined) return found;
  const message = `Alchemy ${own.map(({ version }) => version).join(" and Alchemy ")} both have the stage \`${stage}\``;
  throw new Problem(
    message,
    "add `--alchemy 2` or `--alchemy 0.94`, and destroy one after the other",
  );
}

/** Only somebody at a terminal can agree. */
async function isAgreed(stage: string, { json }: DestroyOptions): Promise<boolean> {
  await using terminal = new Terminal();
  if (json || !terminal.isThere) return false;
  const answer = await terminal.ask(`type \`${stage}\` to destroy it: `);
  return answer.trim() === stage;
}

/** Ctrl-C ends it after the call that runs: what is deleted by then is accounted for. */
async function untilStopped(
  act: (stopping: () => Promise<string | undefined>) => Promise<TornDown>,
): Promise<TornDown> {
  let isStopped = false;
  const stop = () => {
    isStopped = true;
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  try {
    return await act(async () => (isStopped ? "it was asked to stop" : undefined));
  } finally {
    process.off("SIGINT", stop).off("SIGTERM", stop);
  }
}

/** What was done, one line each, where it does not mix with the output. */
function tell({ task, outcome, reason, took }: Done): void {
  const what = `${nounOf(task)} ${visible(task.step.name || task.row.id)}`;
  const why = reason ? `: ${visible(new Secrets(process.env).hidden(reason))}` : "";
  const word = outcome === "deleted" ? "deleted" : "failed ";
  process.stderr.write(`${word}  ${what} (${(took / 1000).toFixed(1)} s)${why}\n`);
}

function resultOf({ done, unread, stopped }: TornDown): Destroyed["result"] {
  if (unread.length > 0 || done.some(({ outcome }) => outcome === "unknown")) return "unknown";
  return stopped !== undefined || done.some(isOpen) ? "incomplete" : "destroyed";
}

const CODES = { destroyed: 0, planned: 1, refused: 1, incomplete: 1, unknown: 2 } as const;

function answer(one: Destroyed, { json, color }: DestroyOptions): Answer {
  const secrets = new Secrets(process.env);
  const done = one.done.map((each) => ({ ...each, reason: secrets.hidden(each.reason) }));
  const code = CODES[one.result];
  if (json) return { output: destroyJson({ ...one, done }), troubles: [], code };
  if (one.decision.verdict !== "sweep") {
    return { output: refusedText(one.decision, color), troubles: [], code };
  }
  if (one.result === "planned") {
    complain("nothing was destroyed: nobody has agreed to it", "add `--yes`, as in CI");
    return { output: "", troubles: [], code };
  }
  return { output: `\n${destroyedText({ ...one, done }, color)}`, troubles: [], code };
}
