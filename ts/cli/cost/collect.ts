/** Collects usage and prices it. `cost` and `monitor --cost` do the same. */
import { APIError } from "cloudflare";
import { specIn } from "../../kinds.ts";
import { connect } from "../account/connect.ts";
import type { Everything } from "../monitor/collect/all.ts";
import { unknown } from "../monitor/collect/collected.ts";
import { Line } from "../monitor/progress.ts";
import { type Unknown, USAGE } from "../monitor/report.ts";
import { pluralFor } from "../render/nouns.ts";
import { Secrets } from "../secrets.ts";
import { Analytics, AnalyticsError } from "./analytics.ts";
import { planOf } from "./plan.ts";
import { type Dataset, datasets, price, type UsageRow } from "./price.ts";
import type { CostReport } from "./report.ts";

const PERMISSION = "Account Analytics: Read";
const DAY_MS = 86_400_000;

/** How many whole days can be looked at: Cloudflare keeps 31, of which today is one. */
export const LONGEST = 30;

export interface CostQuestion {
  /** How many days are looked at. */
  days: number;
  plan: "free" | "paid" | undefined;
  /** The kinds that are left out. */
  without: ReadonlySet<string>;
}

/** What is unknown in `all` is not repeated. Nothing if the account cannot be reached at all. */
export async function costOf(
  { held, declared, account, rows }: Everything,
  { days: length, plan: given, without }: CostQuestion,
): Promise<CostReport | undefined> {
  const line = new Line();
  const waits = (milliseconds: number) => line.waits(milliseconds);
  const connection = connect(process.env, waits);
  const { account: id, listed = [] } = account;
  if (!connection || id === undefined) return undefined;
  const days = daysBefore(account.now ?? Date.now(), length);
  try {
    const analytics = new Analytics(connection.client, id, waits);
    const all = datasets();
    const wanted = all.filter(({ kind }) => !without.has(kind));
    const [plan, results] = await Promise.all([
      planOf(given, connection.client, id),
      Promise.all(wanted.map((dataset) => readOne(analytics, dataset, days))),
    ]);
    const failures = results.flatMap(({ dataset, error }) =>
      error === undefined ? [] : [{ dataset, error }],
    );
    const unread = [...all.filter((one) => !wanted.includes(one)), ...failures.map(nameIn)];
    const usage = {
      plan: plan.plan,
      days,
      rows: results.flatMap((result) => result.rows),
      unread: unread.map(({ name }) => name),
      known: [
        ...rows.rows.flatMap(knownBy),
        ...listed.map(({ kind, id, name }) => ({ kind, id, name })),
      ],
    };
    const cost = price([...held, ...declared], usage);
    const secrets = new Secrets(process.env);
    const open = unknownUsage(failures, id, wanted.length);
    return {
      version: 1,
      ...cost,
      planFrom: plan.planFrom,
      unknown: open.map((one) => ({ ...one, message: secrets.hidden(one.message) })),
    };
  } finally {
    line.end();
  }
}

function nameIn({ dataset }: UsageFailure): Dataset {
  return dataset;
}

/** The last whole days, in UTC. Today is not over, and no day can be asked for that began 31 days ago. */
function daysBefore(now: number, length: number): string[] {
  const today = Math.floor(now / DAY_MS);
  const all = Array.from({ length }, (_, at) => (today - length + at) * DAY_MS);
  return all.map((time) => new Date(time).toISOString().slice(0, 10));
}

/** A row of a state tells an id, too: of what is gone from the account, or could not be listed. */
function knownBy({ resource, identity, name }: Everything["rows"]["rows"][number]) {
  const kind = specIn(resource)?.kind;
  return kind === undefined || identity === "" ? [] : [{ kind, id: identity, name }];
}

interface Result {
  dataset: Dataset;
  rows: UsageRow[];
  error?: unknown;
}

async function readOne(
  analytics: Analytics,
  dataset: Dataset,
  days: readonly string[],
): Promise<Result> {
  try {
    return { dataset, rows: await analytics.read(dataset, days) };
  } catch (error) {
    return { dataset, rows: [], error };
  }
}

interface UsageFailure {
  dataset: Dataset;
  error: unknown;
}

/** If all datasets failed alike, they are one. */
function unknownUsage(
  failures: readonly UsageFailure[],
  account: string,
  asked: number,
): Unknown[] {
  const all = failures.map((failure) => described(failure, account));
  const [first] = failures;
  const isCommon = all.every(({ code }) => code === all[0]?.code) && failures.length === asked;
  if (first === undefined || !isCommon || asked < 2) return all;
  return [described({ ...first, dataset: { ...first.dataset, kind: "" } }, account)];
}

const AGAIN = "try again later; until then the sums are too small";

function described({ dataset, error }: UsageFailure, account: string): Unknown {
  const what = dataset.kind === "" ? "the usage" : `the usage of ${pluralFor(dataset.kind)}`;
  const where = dataset.kind === "" ? "" : ` (\`${dataset.name}\`)`;
  const of = (code: string, message: string, help: string) =>
    unknown("account", USAGE, code, `${message}${where}`, help);
  const { status } = error instanceof APIError ? error : {};
  const answer = error instanceof AnalyticsError ? error : undefined;
  if (status === 401 || status === 403 || answer?.isForbidden) {
    const help = `give the token the permission \`${PERMISSION}\``;
    return of("forbidden", `the token may not read ${what} in the account \`${account}\``, help);
  }
  if (status === 429 || answer?.isLimited) {
    const help = "try again in five minutes; until then the sums are too small";
    return of("rate-limited", `Cloudflare allows no more queries while ${what} is read`, help);
  }
  if (answer?.isCut) {
    const help = "take the sums for the least that it can be: Cloudflare answers with no more rows";
    return of("cut", `${what} is cut: ${answer.message}`, help);
  }
  if (answer?.isPartial) {
    return of(
      "partial",
      `Cloudflare has answered only a part of ${what}: ${answer.message}`,
      AGAIN,
    );
  }
  if (answer) return of("failed", `${what} cannot be read: ${answer.message}`, AGAIN);
  const reason = status === undefined ? "Cloudflare cannot be reached" : `status ${status}`;
  const code = status === undefined ? "unreachable" : "failed";
  return of(code, `${what} cannot be read: ${reason}`, AGAIN);
}
