/** `monitor`: what the stages, the account and the source say of one another. */
import { resolve } from "node:path";
import { workspaceOf } from "../collect/workspaces.ts";
import type { Answer } from "../commands/answer.ts";
import { readConfig } from "../config.ts";
import { targetOf } from "../github/client.ts";
import { Problem } from "../problem.ts";
import { jsonOf, visible } from "../render/text.ts";
import { Secrets } from "../secrets.ts";
import { type Rows, rowsOf } from "../stages/origins.ts";
import { METRICS } from "../stages/sweepable.ts";
import { readAccount } from "./collect/account.ts";
import { type Collected, noState, nothing, type State, unknown } from "./collect/collected.ts";
import { unseenZones } from "./collect/hosts.ts";
import { isAmong, PARTS, partOf } from "./collect/parts.ts";
import { readPrograms, type Stages } from "./collect/source.ts";
import { stateIn } from "./collect/state.ts";
import { possibleClaims, unreadState } from "./collect/unread.ts";
import { readNamedOrAll } from "./collect/workspace.ts";
import { writeDashboard } from "./dashboard/write.ts";
import { tellGitHub } from "./github/actions.ts";
import { type Look, type Synced, syncIssues } from "./github/issue.ts";
import { judge } from "./judge.ts";
import { keepMetrics, readMetrics, type Seen } from "./metrics.ts";
import { Line } from "./progress.ts";
import {
  type Claim,
  MONITOR_CODES,
  type MonitorFinding,
  type MonitorReport,
  SEVERITIES,
  type Severity,
  type Unknown,
} from "./report.ts";
import { stagesIn } from "./stages.ts";
import { terminal } from "./terminal.ts";

/** What the command line was given. */
export interface MonitorOptions {
  offline?: boolean | undefined;
  account?: string | undefined;
  state?: string[] | undefined;
  stateStore?: string[] | undefined;
  app?: string[] | undefined;
  stage?: string[] | undefined;
  pattern?: string | undefined;
  protect?: string[] | undefined;
  /** How long nothing may have changed before a sweep, in milliseconds. */
  grace: number;
  without?: string[] | undefined;
  plan?: "free" | "paid" | undefined;
  failOn?: string[] | undefined;
  metrics?: string | undefined;
  githubIssue?: boolean | undefined;
  json?: boolean | undefined;
  color: boolean;
}

export async function monitor(
  paths: readonly string[],
  options: MonitorOptions,
  folder: string,
): Promise<Answer> {
  const fails = failOn(options.failOn ?? ["warning"]);
  const without = partsOf(options.without ?? []);
  const { offline = false, plan = "paid", metrics } = options;
  const place = metrics === undefined ? undefined : resolve(folder, metrics);

  const top = workspaceOf(folder);
  // Without a path, all programs of the workspace.
  const at = paths.length > 0 ? folder : top;
  const programs = await readPrograms(paths, await readConfig(at), at);
  const remembered = await rememberedStages(place);
  const [{ state, rows }, account] = await Promise.all([
    readState(options, programs.apps, folder, remembered.length > 0),
    offline ? nothing() : listAccount(options.account, without),
  ]);
  const stages = stagesOf(state.claims);
  const known = [...(options.stage ?? []), ...remembered];
  const possible = possibleClaims(programs, state, account, stages, known);
  const source = { claims: programs.in(stages), unknown: programs.unknown };
  const mistaken = offline ? [] : otherAccount(state.claims, account, without);
  const hosts = { rows: state.hostRows, declared: possible.hosts, ...account.hosts };
  const unseen = unseenZones(hosts.rows, hosts);
  const secrets = new Secrets(process.env);
  const unknowns = [
    ...[...state.unknown, ...account.unknown, ...mistaken, ...unseen],
    ...source.unknown,
  ].map((one) => ({ ...one, message: secrets.hidden(one.message) }));
  const held = state.claims.filter(isIn(account.account ?? options.account));
  const verdict = judge([...held, ...account.claims, ...source.claims, ...possible.claims], {
    asked: offline ? ["state", "source"] : ["state", "account", "source"],
    unknown: [...unknowns, ...[...without].map(leftOut)],
    stages: known,
    armed: state.armed,
    unread: state.unknown.length > 0 ? [] : possible.unread.map(({ app }) => app),
    undecided: possible.undecided,
    partial: programs.partial,
    hosts,
    crons: held.flatMap(({ name, crons }) => (crons ? [{ script: name, used: crons }] : [])),
    plan,
  });
  const report: MonitorReport = {
    version: 1,
    findings: verdict.findings,
    unknown: [
      ...unknowns,
      ...unreadState(possible.unread.filter(({ app }) => verdict.unread.includes(app))),
    ],
    summary: verdict.summary,
    stages: await stagesIn(
      {
        ...{ rows, account, without, offline },
        here: { apps: programs.apps.map(({ app }) => app), names: programs.names },
        rules: { ...options, metrics: metrics ?? METRICS },
      },
      folder,
    ),
  };
  const seen = { report, deployed: state.deploys.hashes(), at: new Date() };
  const kinds = new Set([...without].map((part) => leftOut(part).kind));
  return {
    output: options.json ? jsonOf(report) : terminal(report, options.color),
    troubles: [],
    code: codeOf(report, fails),
    afterwards: async () => {
      // Whatever fails of these, the others are done.
      const tasks = [
        place === undefined ? undefined : keep(place, seen),
        tell(report),
        options.githubIssue ? syncAll(report, { offline, without: kinds }) : undefined,
      ];
      const failed = (await Promise.allSettled(tasks)).find(({ status }) => status === "rejected");
      if (failed?.status === "rejected") throw failed.reason;
    },
  };
}

/** What another account has is not compared with this one. Most rows do not say it. */
function isIn(account: string | undefined): (claim: Claim) => boolean {
  if (account === undefined) return () => true;
  return (claim) => claim.account === undefined || claim.account === account;
}

async function keep(place: string, seen: Seen): Promise<void> {
  const { metrics, warning } = await keepMetrics(place, seen);
  if (warning !== undefined) process.stderr.write(`warning: ${visible(warning)}\n`);
  await writeDashboard(place, metrics);
}

/** GitHub reads its commands there too, and what a program reads stays clean. */
async function tell(report: MonitorReport): Promise<void> {
  process.stderr.write(await tellGitHub(report, process.env));
}

async function syncAll(report: MonitorReport, look: Look): Promise<void> {
  const synced = await syncIssues(report, targetOf(process.env, "--github-issue"), look);
  process.stderr.write(`${issues(synced)}\n`);
}

function issues({ opened, updated, reopened, closed, deferred }: Synced): string {
  const done = `issues: ${opened} opened, ${reopened} reopened, ${updated} updated, ${closed} closed`;
  return deferred === 0 ? done : `${done}; ${deferred} wait for the next run`;
}

/** What could not be read weighs more than what was found: it may hide anything. */
function codeOf({ findings, unknown: open }: MonitorReport, fails: Fails): 0 | 1 | 2 {
  if (open.length > 0) return 2;
  return findings.some(fails) ? 1 : 0;
}

type Fails = (finding: MonitorFinding) => boolean;

function failOn(words: readonly string[]): Fails {
  const codes = new Set<string>(words);
  const allowed: readonly string[] = [...SEVERITIES, ...MONITOR_CODES, "never"];
  const strange = words.find((word) => !allowed.includes(word));
  if (strange !== undefined) {
    throw new Problem(`\`--fail-on\` cannot be \`${strange}\``, `use one of ${allowed.join(", ")}`);
  }
  const least = Math.max(...words.map((word) => SEVERITIES.indexOf(word as Severity)));
  return ({ code, severity }) => codes.has(code) || SEVERITIES.indexOf(severity) <= least;
}

function partsOf(words: readonly string[]): ReadonlySet<string> {
  const strange = words.find((word) => !PARTS.includes(word));
  if (strange === undefined) return new Set(words);
  throw new Problem(`\`--without\` cannot be \`${strange}\``, `use one of ${PARTS.join(", ")}`);
}

function leftOut(part: string) {
  const [kind = part, place] = part.split(":");
  return { source: "account" as const, kind, ...(place === undefined ? {} : { place }) };
}

async function readState(
  { state: places = [], stateStore = [], app: named = [] }: MonitorOptions,
  programs: readonly { app: string }[],
  folder: string,
  remembers: boolean,
): Promise<{ state: State; rows: Rows }> {
  const apps = [...programs.map(({ app }) => app), ...named];
  const stores = await readNamedOrAll({ state: places, stateStore }, folder, apps);
  const state = stateIn(stores);
  const rows = rowsOf(stores);
  // Alchemy keeps what it bundles in its folder even where its state is elsewhere.
  if (hasContent(state) || (remembers && stores.length > 0)) return { state, rows };
  const searched = stores.map(({ store }) => `\`${store}\``).join(", ");
  const message = `there is no state in ${searched || "the workspace"}`;
  const help =
    "give its folder with `--state`, or what makes the store with `--state-store`; until then only the account and the source are looked at";
  const open = unknown("state", null, "no-state", message, help);
  return { state: { ...noState(), unknown: [open] }, rows };
}

function hasContent({ claims, unknown: open, deploys }: State): boolean {
  return claims.length + open.length + deploys.hashes().size > 0;
}

async function listAccount(
  account: string | undefined,
  without: ReadonlySet<string>,
): Promise<Collected> {
  const progress = new Line();
  try {
    return await readAccount({ account, without, env: process.env, progress });
  } finally {
    progress.end();
  }
}

function stagesOf(claims: readonly Claim[]): Stages {
  const stages = { 0: new Map<string, Set<string>>(), 2: new Map<string, Set<string>>() };
  for (const { app, stage, version = 0 } of claims) {
    if (app === null || stage === null) continue;
    const known = stages[version].get(app) ?? new Set();
    stages[version].set(app, known.add(stage));
  }
  return stages;
}

/** If no resource of the state is in the account, it is most likely the wrong account. */
function otherAccount(
  state: readonly Claim[],
  account: Collected,
  without: ReadonlySet<string>,
): Unknown[] {
  const live = state.filter(({ deleting }) => !deleting);
  const failed = new Set(account.unknown.map(({ kind, place }) => partOf(kind ?? "", place ?? "")));
  const nameOf = ({ kind, name, place = "" }: Claim) => JSON.stringify([kind, name, place]);
  const there = new Set(account.claims.map(nameOf));
  const unlisted = new Set([...failed, ...without]);
  const listed = live.filter(({ kind, place = "" }) => !isAmong(unlisted, kind, place));
  if (failed.has("") || listed.length < 2) return [];
  if (listed.some((claim) => there.has(nameOf(claim)))) return [];
  const message = "no resource of the state is in this account";
  const help =
    "give the account that is deployed to with `--account` or `CLOUDFLARE_ACCOUNT_ID`; if it is this one, all of it was deleted";
  return [unknown("account", null, "wrong-account", message, help)];
}

/** The stages that earlier runs have seen: what destroyed ones have left has their names. */
async function rememberedStages(place: string | undefined): Promise<string[]> {
  const { metrics } = place === undefined ? {} : await readMetrics(place);
  const known = Object.keys(metrics?.deployed ?? {});
  return known.map((key) => key.slice(key.indexOf("/") + 1));
}
