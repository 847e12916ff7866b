/** `monitor`: what the stages, the account and the source say of one another. */

import { resolve } from "node:path";
import type { Answer } from "../commands/answer.ts";
import { oneOf } from "../commands/command.ts";
import { costOf, LONGEST } from "../cost/collect.ts";
import type { CostReport } from "../cost/report.ts";
import { targetOf } from "../github/client.ts";
import { Problem } from "../problem.ts";
import { jsonOf, visible } from "../render/text.ts";
import { METRICS } from "../stages/sweepable.ts";
import { type CollectOptions, collectAll, partsOf } from "./collect/all.ts";
import { orOffline } from "./collect/failures.ts";
import { possibleClaims, unreadState } from "./collect/unread.ts";
import { writeDashboard } from "./dashboard/write.ts";
import { tellGitHub } from "./github/actions.ts";
import { type Look, type Synced, syncIssues } from "./github/issue.ts";
import { judge } from "./judge.ts";
import { keepMetrics, readMetrics, type Seen } from "./metrics.ts";
import {
  MONITOR_CODES,
  type MonitorFinding,
  type MonitorReport,
  SEVERITIES,
  type Severity,
} from "./report.ts";
import { stagesIn } from "./stages.ts";
import { terminal } from "./terminal.ts";

/** What the command line was given. */
export interface MonitorOptions extends CollectOptions {
  cost?: boolean | undefined;
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
  if (offline && options.cost) {
    throw new Problem("`--cost` needs the account", "leave out `--offline` or `--cost`");
  }
  const place = metrics === undefined ? undefined : resolve(folder, metrics);

  const remembered = await rememberedStages(place);
  const remembers = remembered.length > 0;
  const all = await collectAll(paths, options, folder, without, remembers);
  const { programs, state, rows, account, stages, held, declared, hosts } = all;
  const known = [...(options.stage ?? []), ...remembered];
  const possible = possibleClaims(programs, state, account, stages, known);
  const verdict = judge([...held, ...account.claims, ...declared, ...possible.claims], {
    asked: offline ? ["state", "source"] : ["state", "account", "source"],
    unknown: [...all.unknown, ...[...without].map(leftOut)],
    stages: known,
    armed: state.armed,
    unread: state.unknown.length > 0 ? [] : possible.unread.map(({ app }) => app),
    undecided: possible.undecided,
    partial: programs.partial,
    hosts: { ...hosts, declared: possible.hosts },
    crons: held.flatMap(({ name, crons }) => (crons ? [{ script: name, used: crons }] : [])),
    plan,
  });
  const priced = options.cost
    ? await costOf(all, { days: LONGEST, plan: options.plan, without })
    : undefined;
  const { account: id, accountName: name = null } = account;
  const report: MonitorReport = {
    version: 1,
    ...(id === undefined ? {} : { account: { id, name } }),
    findings: verdict.findings,
    unknown: [
      ...all.unknown.map(orOffline),
      ...(priced?.unknown ?? []),
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
    ...(priced === undefined ? {} : { cost: costIn(priced) }),
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

/** Without the resources, which `cost --json` has. */
function costIn({ version: _, unknown: __, resources: ___, ...cost }: CostReport) {
  return cost;
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
    throw new Problem(`\`--fail-on\` cannot be \`${strange}\``, oneOf(strange, allowed));
  }
  const least = Math.max(...words.map((word) => SEVERITIES.indexOf(word as Severity)));
  return ({ code, severity }) => codes.has(code) || SEVERITIES.indexOf(severity) <= least;
}

function leftOut(part: string) {
  const [kind = part, place] = part.split(":");
  return { source: "account" as const, kind, ...(place === undefined ? {} : { place }) };
}

/** The stages that earlier runs have seen: what destroyed ones have left has their names. */
async function rememberedStages(place: string | undefined): Promise<string[]> {
  const { metrics } = place === undefined ? {} : await readMetrics(place);
  const known = Object.keys(metrics?.deployed ?? {});
  return known.map((key) => key.slice(key.indexOf("/") + 1));
}
