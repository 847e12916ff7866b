/** What a sweep would do with each stage: the same question as that of `stages`, and the same answer. */
import { resolve } from "node:path";
import { pullsOf } from "../pulls/pulls.ts";
import { stageJson } from "../render/stages.ts";
import type { Account, Here } from "../stages/collect.ts";
import type { Decision, Hosts, ListedResource, Unread } from "../stages/decide.ts";
import { Ledger } from "../stages/ledger.ts";
import type { Rows } from "../stages/origins.ts";
import { decideWithPulls, type SweepRules, sweepQuestion } from "../stages/sweepable.ts";
import type { Collected } from "./collect/collected.ts";
import { HOST, type StageReport } from "./report.ts";

export interface StagesQuestion {
  rows: Rows;
  account: Collected;
  here: Here;
  rules: SweepRules;
  /** What is not listed. A sweep lists everything. */
  without: ReadonlySet<string>;
  offline: boolean;
}

/** A sweep does not look at them. */
const UNSEEN = "durable-object";

/** Nothing without a row in the state or in the ledger. */
export async function stagesIn(asked: StagesQuestion, folder: string): Promise<StageReport[]> {
  const { rows, here, rules, offline } = asked;
  const ledger = await Ledger.in(resolve(folder, rules.metrics));
  if (rows.rows.length + rows.stageRows.length + ledger.entries.length === 0) return [];
  const account = accountOf(asked);
  const { asked: question } = await sweepQuestion(rows, ledger, account, here, rules, folder);
  const pulls = offline ? undefined : pullsOf(process.env);
  const { decisions } = await decideWithPulls(question, pulls, isUndecided);
  return decisions.map(stageJson);
}

function accountOf({ account, without, offline }: StagesQuestion): Account {
  const { account: id, listed, unknown, now } = account;
  const left = [...without].filter((part) => part !== UNSEEN && part !== HOST);
  const unread: Unread[] = unknown.filter(({ kind }) => kind !== HOST);
  if (left.length > 0) unread.push(leftOut(left));
  const isSeen = ({ kind }: ListedResource) => kind !== UNSEEN;
  return {
    ...(id === undefined ? {} : { account: id }),
    ...(listed === undefined ? {} : { listed: listed.filter(isSeen) }),
    ...(now === undefined ? {} : { now }),
    hosts: hostsOf(account),
    unread: offline ? [] : unread,
  };
}

function leftOut(parts: readonly string[]): Unread {
  const message = `\`--without ${parts.join(" ")}\` leaves out a part of the account`;
  return { code: "left-out", message, help: "run it without that" };
}

/** What was not listed is unknown to those stages alone that have something there. */
function hostsOf({ hosts = {}, unknown }: Collected): Hosts {
  const { domains, zones = [] } = hosts;
  const routes = zones.flatMap(({ id, routes }) => (routes ? [[id, routes] as const] : []));
  const unread = unknown.filter(({ kind }) => kind === HOST).map(({ message }) => message);
  return { domains, routes: Object.fromEntries(routes), unread };
}

/** Each costs a call, and GitHub allows 1,000 an hour. */
function isUndecided({ code }: Decision): boolean {
  return code === "pull-unknown";
}
