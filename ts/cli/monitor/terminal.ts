/** What the monitor says, for people. */
import { age } from "../render/age.ts";
import { dollars, ownerLabel } from "../render/cost.ts";
import { paint, pullOf } from "../render/stages.ts";
import { table } from "../render/table.ts";
import { type Colors, count, createColors, visible } from "../render/text.ts";
import { widthOfStream, wrapped } from "../render/width.ts";
import {
  type Claimant,
  MONITOR_CODES,
  type MonitorFinding,
  type MonitorReport,
  type Severity,
  type Unknown,
} from "./report.ts";
import { lookedAt, SEVERITY_NOUNS, sumsOf, usageRead } from "./sums.ts";

/** How many findings of one code are shown; an account can have thousands of strangers. */
const SHOWN = 20;
/** How many claimants of one finding are shown. */
const CLAIMANTS = 8;
/** How many owners of costs are shown. */
const MOST_COSTLY = 5;
/** From here on a limit is near. */
const NEAR = 0.8;

export function terminal(report: MonitorReport, color: boolean): string {
  const colors = createColors(color);
  const groups = MONITOR_CODES.flatMap((code) => {
    const found = report.findings.filter((finding) => finding.code === code);
    if (found.length === 0) return [];
    const shown = found.slice(0, SHOWN).map((finding) => oneFinding(finding, colors));
    const more = found.length - SHOWN;
    const rest = `… and ${more.toLocaleString("en-US")} more of \`${code}\`; \`--json\` has all\n`;
    return more > 0 ? [...shown, rest] : shown;
  });
  const unknowns = report.unknown.map((one) => oneUnknown(one, colors));
  const about = [quotas(report, colors), stages(report, colors), costs(report, colors)];
  return [...groups, ...unknowns, ...about, `${summary(report, colors)}\n`]
    .filter(Boolean)
    .join("\n");
}

function painted(severity: Severity, colors: Colors): string {
  const paint = { error: colors.red, warning: colors.yellow, info: colors.blue }[severity];
  return colors.bold(paint(SEVERITY_NOUNS[severity]));
}

function oneFinding(finding: MonitorFinding, colors: Colors): string {
  const { severity, message, code, claims, help } = finding;
  const places = placesOf(claims);
  const shown = places.slice(0, CLAIMANTS);
  const more = places.length - shown.length;
  const lines = [
    fitted(`${painted(severity, colors)}: ${visible(message)} ${colors.dim(`[${code}]`)}`, 2),
    ...shown.map((line) => `    ${line}`),
    ...(more > 0 ? [`    … and ${more.toLocaleString("en-US")} more`] : []),
    fitted(`  ${colors.cyan("help:")} ${visible(help)}`, 4),
  ];
  return `${lines.join("\n")}\n`;
}

/** Who claims, and by what; an account's own item says nothing that is not in the message. */
function placesOf(claims: readonly Claimant[]): string[] {
  const places = new Map<string, string[]>();
  for (const { app, stage, id, source } of claims) {
    if (id === null) continue;
    const parts = [app, stage, id].filter((part) => part !== null);
    const place = parts.map(visible).join(" / ");
    places.set(place, [...(places.get(place) ?? []), source]);
  }
  return [...places].map(([place, sources]) => `${place}  (${sources.join(", ")})`);
}

function oneUnknown({ message, help, code }: Unknown, colors: Colors): string {
  const head = `${colors.bold(colors.magenta("unknown"))}: ${visible(message)}`;
  const lines = [
    fitted(`${head} ${colors.dim(`[${code}]`)}`, 2),
    fitted(`  ${colors.cyan("help:")} ${visible(help)}`, 4),
  ];
  return `${lines.join("\n")}\n`;
}

function fitted(line: string, hang: number): string {
  return wrapped(line, hang, widthOfStream(process.stdout));
}

/** The limits that are near; the others are in `--json`. */
function quotas({ summary: { quotas: all } }: MonitorReport, colors: Colors): string {
  const near = all.filter(({ used, limit }) => used >= limit * NEAR);
  if (near.length === 0) return "";
  const rows = near.map(({ kind, zone, used, limit }) => [
    `  ${kind}${zone === undefined ? "" : ` of ${visible(zone)}`}`,
    `${used.toLocaleString("en-US")} of ${limit.toLocaleString("en-US")}`,
  ]);
  return `${colors.bold("limits")}\n${table(rows)}\n`;
}

const ORDER = ["sweep", "stop", "mark", "keep"] as const;

/** What a sweep would do; what goes first comes first. */
function stages({ stages: all = [] }: MonitorReport, colors: Colors): string {
  if (all.length === 0) return "";
  const sorted = ORDER.flatMap((verdict) => all.filter((one) => one.verdict === verdict));
  const rows = sorted
    .slice(0, SHOWN)
    .map((one) => [
      visible(one.app),
      visible(one.stage),
      pullOf(one),
      one.changed === null ? "" : age(Date.now() - Date.parse(one.changed)),
      paint(one.verdict, colors),
      visible(one.why),
    ]);
  const head = ["app", "stage", "pull request", "changed", "sweep", "why"];
  const more = all.length - SHOWN;
  const rest =
    more > 0 ? `  … and ${more.toLocaleString("en-US")} more stages; \`--json\` has all\n` : "";
  const lines = table([head.map((title) => colors.bold(title)), ...rows], 2);
  return `${colors.bold("stages")}\n${lines}\n${rest}`;
}

/** `cost` has a table of it. */
function costs(report: MonitorReport, colors: Colors): string {
  const { cost } = report;
  const read = usageRead(report);
  if (cost === undefined || read === "nothing") return "";
  const parts = cost.owners.filter((one) => one.cost > 0);
  const shown = parts.slice(0, MOST_COSTLY).map((one) => `${ownerLabel(one)} ${dollars(one.cost)}`);
  const more = parts.length > shown.length ? ["…"] : [];
  const of = [...shown, ...more].join(", ");
  const least = read === "all" ? "" : "at least ";
  const line = `  a month costs ${least}${dollars(cost.total)}${of === "" ? "" : `: ${of}`}`;
  return `${colors.bold("cost")}\n${fitted(line, 4)}\n`;
}

function summary(report: MonitorReport, colors: Colors): string {
  const { findings, unknown } = report;
  const open = unknown.length > 0 ? `; ${count(unknown.length, "thing")} unknown` : "";
  const looked = `looked at ${lookedAt(report)}${open}`;
  if (findings.length === 0) {
    const mark = unknown.length > 0 ? colors.yellow("!") : colors.green("✓");
    return `${mark} no findings: ${looked}`;
  }
  const worst = findings.some(({ severity }) => severity === "error");
  const mark = worst ? colors.red("✗") : colors.yellow("!");
  return `${mark} ${sumsOf(findings)}; ${looked}`;
}
