/** The stages, and what a sweep would do with each. */
import { nounFor, pluralFor } from "../../../render/nouns.ts";
import type { MonitorReport, StageReport } from "../../report.ts";
import { usageRead } from "../../sums.ts";
import { type Child, counted, make, name, prose, section, table } from "./dom.ts";
import { pager } from "./pager.ts";
import { scrolling } from "./scroll.ts";
import { ago, dollars, number, time } from "./words.ts";

const PAGE = 50;
const CAPTION = "What a sweep would do; what it would take comes first";
const LABEL = "Stages, and what a sweep would do";
/** What is shared, or nobody's, is in no stage's sum. */
const PRICED = `${CAPTION}. A month is what the stage alone costs`;

/** How each verdict looks. */
const LEVELS = { sweep: "error", stop: "warning", mark: "warning", keep: "fine" } as const;
const ORDER = Object.keys(LEVELS);

type Report = Pick<MonitorReport, "stages" | "cost" | "unknown">;

/** @param at When the monitor looked. Metrics of earlier versions have no stages. */
export function stages(report: Report, at: string): Child {
  const { stages: all } = report;
  if (all === undefined) return undefined;
  if (all.length === 0) {
    return section("stages", "Stages", make("p", {}, "The state has no stage."));
  }
  const costs = costsOf(report);
  const columns = [
    ...["Stage", "App", "Pull request", "Changed", "Resources"],
    ...(costs === undefined ? [] : ["A month"]),
    ...["Sweep", "Why"],
  ];
  const caption = costs === undefined ? CAPTION : PRICED;
  const list = pager<StageReport>("stage", PAGE, (some) => {
    const rows = some.map((one) => rowOf(one, at, costs));
    return scrolling(LABEL, table(caption, columns, rows));
  });
  list.show(all.toSorted((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict)));
  return counted("stages", "Stages", all.length, list.element);
}

function rowOf(one: StageReport, at: string, costs: Costs | undefined): Child[] {
  return [
    name(one.stage),
    name(one.app),
    pullOf(one),
    changedOf(one, at),
    resourcesOf(one),
    ...(costs === undefined ? [] : [dollars(costs.get(keyOf(one.app, one.stage)) ?? 0)]),
    make("span", { class: `badge ${LEVELS[one.verdict]}` }, one.verdict),
    prose(one.why),
  ];
}

function changedOf({ changed }: StageReport, at: string): Child {
  if (changed === null) return "—";
  return make("time", { datetime: changed, title: time(changed) }, ago(changed, at));
}

type Costs = ReadonlyMap<string, number>;

const keyOf = (app: string, stage: string) => JSON.stringify([app, stage]);

/** What each stage alone costs. Nothing if it is not known: then a stage would look cheaper than it is. */
function costsOf(report: Report): Costs | undefined {
  const { cost } = report;
  if (cost === undefined || usageRead(report) !== "all") return undefined;
  const own = cost.owners.flatMap(({ owner, claimants: [one], cost }) => {
    if (owner !== "stage" || one === undefined || one.stage === null) return [];
    return [[keyOf(one.app, one.stage), cost] as const];
  });
  return new Map(own);
}

function pullOf({ pull, pullState }: StageReport): string {
  if (pull === null) return "—";
  return pullState === null ? `#${pull}` : `#${pull} ${pullState}`;
}

function resourcesOf({ resources }: StageReport): string {
  const all = Object.entries(resources).map(([kind, many]) => {
    return `${number(many)} ${many === 1 ? nounFor(kind) : pluralFor(kind)}`;
  });
  return all.join(", ") || "none";
}
