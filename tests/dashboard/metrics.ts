/** Metrics to show: the forms are those of the monitor, the contents are made up. */
import type { OwnerCost } from "../../ts/cli/cost/report.ts";
import type {
  Cell,
  Entry,
  Metrics,
  MonitorFinding,
  MonitorReport,
  StageReport,
  Unknown,
} from "../../ts/cli/monitor/report.ts";

export function finding(name: string, more: Partial<MonitorFinding> = {}): MonitorFinding {
  const kind = more.kind ?? "database";
  return {
    code: "collision",
    severity: "error",
    kind,
    name,
    claims: [
      { app: "shop", stage: "prod", id: "db", source: "state" },
      { app: "shop", stage: "pr-7", id: "db", source: "state" },
    ],
    message: `the ${kind} \`${name}\` is claimed by \`prod\` and by \`pr-7\``,
    help: "give it the stage: use a block in place of the fixed name, and deploy `pr-7` again",
    fingerprint: `${kind}-${name}`,
    ...more,
  };
}

const KINDS = ["bucket", "database", "kv", "queue", "worker", "workflow"];

function cells(stages: readonly string[], findings: readonly MonitorFinding[]): Cell[] {
  return stages.flatMap((stage) =>
    KINDS.map((kind) => ({
      stage,
      kind,
      resources: kind === "worker" ? 1 : 3,
      findings: findings.filter(
        (one) => one.kind === kind && one.claims.some((claim) => claim.stage === stage),
      ).length,
    })),
  );
}

function tally(values: readonly string[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const value of values) sums[value] = (sums[value] ?? 0) + 1;
  return sums;
}

export function report(
  findings: readonly MonitorFinding[],
  stages: readonly string[] = ["prod", "staging", "pr-7", "pr-12"],
  unknown: readonly Unknown[] = [],
): MonitorReport {
  return {
    version: 1,
    findings,
    unknown,
    summary: {
      claims: stages.length * 16,
      names: stages.length * 16,
      stages,
      apps: ["shop"],
      byCode: tally(findings.map(({ code }) => code)),
      bySeverity: tally(findings.map(({ severity }) => severity)),
      byKind: tally(findings.map(({ kind }) => kind)),
      byStage: tally(findings.flatMap(({ claims }) => claims.flatMap(({ stage }) => stage ?? []))),
      matrix: cells(stages, findings.slice(0, 100)),
      quotas: [
        { kind: "worker", used: 421, limit: 500 },
        { kind: "database", used: 37, limit: 50_000 },
        { kind: "kv", used: 1000, limit: 1000 },
        { kind: "queue", used: 0, limit: 10_000 },
      ],
    },
  };
}

export function history(runs: number): Entry[] {
  return Array.from({ length: runs }, (_, at) => {
    const findings = Math.round(4 + 3 * Math.sin(at / 4));
    return {
      at: new Date(Date.UTC(2026, 8, 1, 4, 23) + at * 86_400_000).toISOString(),
      findings,
      collisions: Math.max(findings - 3, 0),
      claims: 40 + at,
      byKind: { database: Math.ceil(findings / 2), workflow: Math.floor(findings / 2) },
      byStage: { prod: findings, "pr-7": Math.floor(findings / 2) },
    };
  });
}

export function metrics(current: MonitorReport, runs = 30): Metrics {
  return {
    version: 1,
    updatedAt: "2026-11-23T04:23:00.000Z",
    current,
    collisionRate: current.findings.length === 0 ? 0 : 0.031,
    deploysSeen: 128,
    trend: current.findings.length === 0 ? "better" : "worse",
    history: history(runs),
    deployed: { "shop/prod": "0123" },
  };
}

export const SOME: readonly MonitorFinding[] = [
  finding("shop-db"),
  finding("OnboardingWorkflow", {
    code: "shared-class",
    kind: "workflow",
    message:
      "the workflow `OnboardingWorkflow` of `prod` and `pr-7` is one: each deploy takes it over",
    help: "declare it with `AlchemyWorkflow`, which gives it the stage, and deploy both again",
  }),
  finding("uploads-pr-12", {
    code: "orphan",
    severity: "warning",
    kind: "bucket",
    claims: [{ app: null, stage: "pr-12", id: null, source: "account" }],
    message: "the bucket `uploads-pr-12` is in the account, and in nobody's state",
    help: "look whether it is still needed, and delete it in the dashboard of Cloudflare",
  }),
  finding("jobs", {
    code: "ambiguous",
    severity: "info",
    kind: "queue",
    message: "`jobs` in `pr-1` and `jobs-pr` in `1` have one name",
    help: "rename one of them before it is deployed",
  }),
];

export function stage(name: string, more: Partial<StageReport> = {}): StageReport {
  return {
    ...{ app: "shop", stage: name, alchemy: "0.94", stores: [".alchemy"] },
    ...{ pull: null, pullState: null, resources: { bucket: 1, database: 2, worker: 1 } },
    ...{ changed: "2026-11-20T04:23:00.000Z", size: 24_576 },
    ...{ verdict: "keep", code: "not-preview", help: "", hash: "0123" },
    why: "its name does not follow the pattern of pull requests",
    ...more,
  };
}

export const STAGES: readonly StageReport[] = [
  stage("pr-7", { pull: 7, pullState: "open", why: "pull request 7 is open" }),
  stage("pr-12", {
    pull: 12,
    pullState: "closed",
    verdict: "sweep",
    why: "pull request 12 is closed",
  }),
  stage("pr-13", {
    ...{ pull: 13, pullState: "closed", verdict: "mark", changed: "2026-11-23T01:00:00.000Z" },
    why: "no earlier run has found it closed and unchanged",
  }),
  stage("pr-14", {
    ...{ pull: 14, pullState: "unknown", verdict: "stop", changed: null },
    why: "something cannot be read: the queues of the account may not be listed",
  }),
  stage("prod", {
    why: "the stage is protected",
    resources: { worker: 1200, "cloudflare::AccountApiToken": 2 },
  }),
];

function owner(stage: string | undefined, cost: number, share: number): OwnerCost {
  const claimants = stage === undefined ? [] : [{ app: "shop", stage }];
  const kind = { kind: "worker", resources: 1, cost, list: cost * 2, share } as const;
  const name = stage === undefined ? "unknown" : "stage";
  return { owner: name, claimants, cost, list: cost * 2, share, kinds: [kind] };
}

export const COST: NonNullable<MonitorReport["cost"]> = {
  ...{ plan: "paid", planFrom: "assumed", from: "2026-10-24", to: "2026-11-22", days: 30 },
  ...{ prices: "2026-10", total: 51_000_000, subscription: 5_000_000, list: 92_000_000 },
  ...{ shareOf: "bill", meters: [], unmeasured: [] },
  owners: [
    owner("pr-7", 25_375_000, 0.5516),
    owner("prod", 11_125_000, 0.2418),
    {
      ...owner("pr-12", 5_000_000, 0.1087),
      owner: "shared",
      claimants: [
        { app: "shop", stage: "pr-12" },
        { app: "shop", stage: null },
      ],
    },
    owner(undefined, 4_500_000, 0.0978),
  ],
};

/** Runs that were asked for the cost, but for the first ones. */
export function costs(runs: readonly Entry[], from = 3): Entry[] {
  return runs.map((entry, at) => {
    if (at < from) return entry;
    const byOwner = { "shop/prod": 9e6 + at * 1e5, "shop/pr-7": at > 12 ? 2e6 * (at - 12) : 0 };
    const more = { shared: 5e6, unknown: at % 5 === 0 ? 4e6 : 3e6 };
    const total = 5e6 + Object.values({ ...byOwner, ...more }).reduce((sum, one) => sum + one, 0);
    return { ...entry, cost: { total, byOwner: { ...byOwner, ...more } } };
  });
}

export const UNREAD: Unknown = {
  source: "account",
  kind: "queue",
  code: "forbidden",
  message: "the queues of the account may not be listed: the token has no permission for them",
  help: "give the token `Queues: Read`",
};
