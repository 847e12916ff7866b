/** Keeps `collision-metrics.json`: what is found now, and how that went over time. */
import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import validate from "#metrics-schema";
import { isMissing, Problem, reasonOf } from "../problem.ts";
import { jsonOf } from "../render/text.ts";
import { putWhole } from "../write.ts";
import { locked } from "./lock.ts";
import type { Entry, Metrics, MonitorFinding, MonitorReport } from "./report.ts";
import { usageRead } from "./sums.ts";

const METRICS_FILE = "collision-metrics.json";
/** More than a year of days. */
const HISTORY = 400;
/** Stages that are remembered, destroyed ones too: what they leave behind has their names. */
const STAGES = 2000;

/** What one run has seen. */
export interface Seen {
  report: MonitorReport;
  /** The state of each `app/stage`, as a hash. */
  deployed: ReadonlyMap<string, string>;
  at: Date;
}

export interface Kept {
  metrics: Metrics;
  /** What has to be said about the file that was there. */
  warning?: string;
}

/** Puts what was seen into the file in `folder`, which is made if it is not there. */
export async function keepMetrics(folder: string, seen: Seen): Promise<Kept> {
  try {
    await mkdir(folder, { recursive: true });
    return await locked(join(folder, `.${METRICS_FILE}.lock`), () => keep(folder, seen));
  } catch (error) {
    if (error instanceof Problem) throw error;
    const message = `\`${join(folder, METRICS_FILE)}\` cannot be written: ${reasonOf(error)}`;
    throw new Problem(message, "give another folder with `--metrics`");
  }
}

async function keep(folder: string, seen: Seen): Promise<Kept> {
  const path = join(folder, METRICS_FILE);
  const { metrics: before, fault } = await readMetrics(folder);
  const warning = fault === undefined ? undefined : await setAside(path, fault, seen.at);
  const metrics = next(before, seen);
  await putWhole(path, jsonOf(metrics));
  return { metrics, ...(warning === undefined ? {} : { warning }) };
}

/** The file as it is: nothing where there is none, and why where it cannot be used. */
export async function readMetrics(folder: string): Promise<{ metrics?: Metrics; fault?: string }> {
  const path = join(folder, METRICS_FILE);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return {};
    throw new Problem(`\`${path}\` cannot be read: ${reasonOf(error)}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { fault: text === "" ? "it is empty" : "it is no JSON" };
  }
  const { version } = (value ?? {}) as { version?: unknown };
  if (typeof version === "number" && version > 1) {
    const message = `\`${path}\` is of version ${version}, which a newer alch-blocks has written`;
    throw new Problem(message, "use that one, or give another folder with `--metrics`");
  }
  if (!validate(value)) {
    const [first] = validate.errors ?? [];
    return { fault: `\`${first?.instancePath ?? ""}\` ${first?.message ?? "is wrong"}` };
  }
  return { metrics: value as Metrics };
}

async function setAside(path: string, fault: string, at: Date): Promise<string> {
  const stamp = at.toISOString().replaceAll(/[:.]/g, "-");
  const aside = `${path}.corrupt-${stamp}-${randomBytes(2).toString("hex")}`;
  await rename(path, aside);
  return `\`${path}\` cannot be used: ${fault}; it is now \`${aside}\`, and the history starts anew`;
}

/** The metrics after a run. */
export function next(before: Metrics | undefined, { report, deployed, at }: Seen): Metrics {
  const entry = entryOf(report, at);
  const known = new Map(Object.entries(before?.deployed ?? {}));
  const changed = [...deployed].filter(([stage, hash]) => known.get(stage) !== hash);
  for (const [stage, hash] of deployed) {
    // What was seen last comes last, and is forgotten last.
    known.delete(stage);
    known.set(stage, hash);
  }
  const { names } = report.summary;
  return {
    version: 1,
    updatedAt: at.toISOString(),
    current: report,
    collisionRate: names === 0 ? 0 : Math.min(entry.collisions / names, 1),
    deploysSeen: (before?.deploysSeen ?? 0) + changed.length,
    trend: trendOf(before?.history.at(-1), entry),
    history: [...(before?.history ?? []), entry].slice(-HISTORY),
    deployed: Object.fromEntries([...known].slice(-STAGES)),
  };
}

/** What is only good to know is not counted. */
function counts({ severity }: MonitorFinding): boolean {
  return severity !== "info";
}

function collides({ code }: MonitorFinding): boolean {
  return code === "collision" || code === "shared-class";
}

function entryOf(report: MonitorReport, at: Date): Entry {
  const { findings, summary, cost } = report;
  const counted = findings.filter(counts);
  const stages = (finding: MonitorFinding) => [
    ...new Set(finding.claims.flatMap(({ stage }) => stage ?? [])),
  ];
  return {
    at: at.toISOString(),
    findings: counted.length,
    collisions: counted.filter(collides).length,
    claims: summary.claims,
    byKind: tally(counted.map(({ kind }) => kind)),
    byStage: tally(counted.flatMap(stages)),
    // A sum that is too small would look as if it had become cheaper.
    ...(cost === undefined || usageRead(report) !== "all" ? {} : { cost: costsOf(cost) }),
  };
}

function costsOf({
  total,
  owners,
}: NonNullable<MonitorReport["cost"]>): NonNullable<Entry["cost"]> {
  const byOwner = new Map<string, number>();
  for (const { owner, claimants, cost } of owners) {
    const stages = claimants.map(({ app, stage }) => `${app}/${stage}`);
    const key = owner === "stage" ? stages.join() : owner;
    byOwner.set(key, (byOwner.get(key) ?? 0) + cost);
  }
  return { total, byOwner: Object.fromEntries(byOwner) };
}

function tally(names: readonly string[]): Record<string, number> {
  const sums = new Map<string, number>();
  for (const name of names) sums.set(name, (sums.get(name) ?? 0) + 1);
  return Object.fromEntries([...sums].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function trendOf(before: Entry | undefined, now: Entry): Metrics["trend"] {
  const difference = before
    ? now.collisions - before.collisions || now.findings - before.findings
    : 0;
  if (difference === 0) return "same";
  return difference < 0 ? "better" : "worse";
}
