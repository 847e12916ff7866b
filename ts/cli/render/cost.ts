/** What each stage costs, for people. */
import type { Amount, CostClaimant, CostReport, MeterCost, OwnerCost } from "../cost/report.ts";
import { counted, nounFor, pluralFor } from "./nouns.ts";
import { table } from "./table.ts";
import { type Colors, createColors, grouped, visible } from "./text.ts";
import { widthOf, widthOfStream, wrapped } from "./width.ts";

/** How wide a bar is at most, in columns. */
const BAR = 30;
/** How wide it is where nobody knows the width. */
const BAR_IN_A_FILE = 20;
/** A bar that is narrower tells nothing. */
const NARROWEST = 6;
/** The least that is left of a name. */
const SHORTEST = 20;
/** Between two columns. */
const GAP = 2;
/** How many unknown resources are named. */
const NAMED = 5;

export interface CostView {
  failOver: Amount | undefined;
  /** What was left out. */
  without: ReadonlySet<string>;
  color: boolean;
}

export function costText(report: CostReport, { failOver, without, color }: CostView): string {
  const colors = createColors(color);
  return [
    fitted(headOf(report)),
    "",
    stageTable(report, colors),
    "",
    ...meterTable(report, colors),
    ...notesOf(report, without, colors).map((note) => fitted(note, 2)),
    fitted(verdictOf(report, failOver, colors), 2),
    "",
  ].join("\n");
}

/** `visible` is for what strangers have named; all else is our own. */
function fitted(line: string, hang = 0): string {
  return wrapped(line, hang, widthOfStream(process.stdout));
}

/** What the estimate is of. */
export function headOf(report: Omit<CostReport, "version" | "unknown" | "resources">): string {
  const { plan, planFrom, from, to, days } = report;
  const assumed = "which is assumed: to read it needs the permission `Billing: Read`";
  const known = { given: "", account: ", as the account says", assumed: `, ${assumed}` };
  const shares = sharesIn(report);
  const usage = days === 1 ? from : `${from} to ${to}`;
  return `A month with the usage of ${usage}, on the ${plan} plan${known[planFrom]}; ${shares}.`;
}

function sharesIn({ list, shareOf, subscription }: Pick<CostReport, Shared>): string {
  if (list === 0) return "no usage was found";
  if (shareOf === "list") return "no usage is billed, so the shares are of the list price";
  return `the shares are of the bill${subscription > 0 ? " without the plan" : ""}`;
}

type Shared = "list" | "shareOf" | "subscription";

interface Line {
  label: string;
  cost: string;
  list: string;
  share?: number;
  paint?: (text: string) => string;
}

function stageTable(report: CostReport, colors: Colors): string {
  const lines: Line[] = [
    ...report.owners.flatMap((owner) => linesOf(owner, report, colors)),
    ...(report.subscription > 0
      ? [{ label: "the plan itself", cost: dollars(report.subscription), list: "" }]
      : []),
    { label: "total", cost: dollars(report.total), list: dollars(report.list), paint: colors.bold },
  ];
  const head = { label: "stage", cost: "a month", list: "at list price", paint: colors.bold };
  return laidOut([head, ...lines]).join("\n");
}

function linesOf(owner: OwnerCost, { resources, ...all }: CostReport, colors: Colors): Line[] {
  const { cost, list } = owner;
  // Of nothing, nobody has a share.
  const share = all.list === 0 ? {} : { share: owner.share };
  const kinds = owner.kinds.map((one) => ({
    label: `  ${counted(one.resources, one.kind)}`,
    cost: dollars(one.cost),
    list: dollars(one.list),
    share: one.share,
    paint: colors.dim,
  }));
  const own = { label: ownerLabel(owner), cost: dollars(cost), list: dollars(list), ...share };
  if (owner.owner !== "unknown") return [own, ...kinds];
  const unknown = resources.filter((one) => one.owner === "unknown");
  const named = unknown.slice(0, NAMED).map(({ kind, name, place, cost, list }) => ({
    label: `    ${nounFor(kind)} ${name === "" ? "without a name" : visible(name)}${place === "" ? "" : ` in ${place}`}`,
    cost: dollars(cost),
    list: dollars(list),
    paint: colors.dim,
  }));
  const more = unknown.length - NAMED;
  const rest = { label: `    … and ${more} more; \`--json\` has all`, cost: "", list: "" };
  return [own, ...kinds, ...named, ...(more > 0 ? [{ ...rest, paint: colors.dim }] : [])];
}

/** `shop / prod`; `shared by shop / prod, shop / pr-7`. */
export function ownerLabel({ owner, claimants }: Pick<OwnerCost, "owner" | "claimants">): string {
  if (owner === "unknown") return "unknown";
  const all = claimants.map(claimantLabel).join(", ");
  return owner === "stage" ? all : `shared by ${all}`;
}

function claimantLabel({ app, stage }: CostClaimant): string {
  const of = app === "" ? "" : `${visible(app)} / `;
  return stage === null ? `all stages of ${visible(app)}` : `${of}${visible(stage)}`;
}

/** Puts the columns side by side, the amounts to the right. What does not fit is cut, narrowed or left out. */
function laidOut(lines: readonly Line[]): string[] {
  const width = widthOfStream(process.stdout);
  const costs = widest(lines.map(({ cost }) => cost));
  const lists = widest(lines.map(({ list }) => list));
  const withoutList = costs + PERCENT + 2 * GAP;
  const withList = withoutList + lists + GAP;
  const hasList = SHORTEST + withList <= width;
  const amounts = hasList ? withList : withoutList;
  const room = Math.max(width - amounts - NARROWEST - 1, SHORTEST);
  const names = Math.min(widest(lines.map(({ label }) => label)), room);
  const left = width - names - amounts - 1;
  const bars = Number.isFinite(left) ? Math.min(left, BAR) : BAR_IN_A_FILE;
  return lines.map(({ label, cost, list, share, paint = (text) => text }) => {
    const cells = [
      padded(clipped(label, names), names),
      cost.padStart(costs),
      ...(hasList ? [list.padStart(lists)] : []),
      ...(share === undefined ? [] : [percent(share).padStart(PERCENT)]),
    ];
    const bar = share === undefined || bars < NARROWEST ? "" : ` ${barOf(share, bars)}`;
    return paint(`${cells.join(" ".repeat(GAP))}${bar}`.trimEnd());
  });
}

function widest(cells: readonly string[]): number {
  return Math.max(...cells.map(widthOf));
}

function padded(text: string, width: number): string {
  return text + " ".repeat(Math.max(width - widthOf(text), 0));
}

/** A text that is too wide without its end. */
function clipped(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let short = "";
  for (const character of text) {
    if (widthOf(short + character) >= width) break;
    short += character;
  }
  return `${short}…`;
}

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"] as const;

/** What is not nothing is never shown as nothing. */
function barOf(share: number, width: number): string {
  const eighths = Math.min(Math.round(share * width * 8), width * 8);
  const shown = share > 0 ? Math.max(eighths, 1) : 0;
  return "█".repeat(Math.floor(shown / 8)) + (EIGHTHS[shown % 8] ?? "");
}

/** The columns of `100.0 %`. */
const PERCENT = 7;

/** What is not nothing is not written as nothing. */
export function percent(share: number): string {
  if (share > 0 && share < 0.001) return "< 0.1 %";
  return `${(share * 100).toFixed(1)} %`;
}

/** From millionths; what is not nothing is not written as nothing. */
export function dollars(amount: number): string {
  if (amount > 0 && amount < 10_000) return "< $0.01";
  const cents = Math.round(amount / 10_000);
  return `$${grouped(Math.floor(cents / 100))}.${String(cents % 100).padStart(2, "0")}`;
}

/** Only what was used. */
function meterTable({ meters, plan }: CostReport, colors: Colors): string[] {
  const used = meters.filter(({ usage, read }) => usage > 0 && read);
  if (used.length === 0) return [];
  const rows = used.map((meter) => [
    `${nounFor(meter.kind)}: ${meter.title}`,
    `${amountOf(meter.usage)} ${meter.unit}${allowance(meter, plan)}`,
  ]);
  return [colors.bold("usage"), table(rows), ""];
}

function allowance({ included, kind, limit }: MeterCost, plan: "free" | "paid"): string {
  if (limit) return `, at most ${amountOf(limit.most)} of ${amountOf(limit.day)} a day`;
  // On the free plan only buckets have an allowance for a month.
  return plan === "free" && kind !== "bucket" ? "" : `; ${amountOf(included)} a month are included`;
}

/** Large numbers whole, small ones with the digits that tell something. */
function amountOf(number: number): string {
  if (number === 0 || number >= 100) return grouped(Math.round(number));
  return String(Number(number.toPrecision(3)));
}

function notesOf(report: CostReport, without: ReadonlySet<string>, colors: Colors): string[] {
  const { unmeasured, prices, unknown } = report;
  const missing = unmeasured.map(({ kind, title }) => `${title} of ${pluralFor(kind)}`);
  const left = [...without].map(pluralFor);
  return [
    ...(left.length > 0 ? [`not in it: ${left.join(", ")}, which you left out`] : []),
    ...(missing.length > 0
      ? [`not in it: ${missing.join(", ")}, for which Cloudflare has no analytics`]
      : []),
    `prices as of ${prices}, without taxes and contracts of your own`,
    ...unknown.flatMap(({ message, help }) => [
      `${colors.yellow("unknown:")} ${visible(message)}`,
      `  ${colors.cyan("help:")} ${visible(help)}`,
    ]),
  ];
}

/** What `--fail-over` compares: the whole bill of a month. */
function verdictOf(
  { total, unknown }: CostReport,
  failOver: Amount | undefined,
  colors: Colors,
): string {
  const least = unknown.length > 0 ? "at least " : "";
  const sum = `a month costs ${least}${dollars(total)}`;
  if (failOver === undefined) return sum;
  const limit = dollars(failOver);
  if (total > failOver) return `${colors.red("✗")} ${sum}, which is more than ${limit}`;
  const mark = unknown.length > 0 ? colors.yellow("!") : colors.green("✓");
  return `${mark} ${sum}, which is not more than ${limit}`;
}
