/** What the stages cost: now as a table, and over time as a chart. */
import type { CostClaimant, OwnerCost } from "../../../cost/report.ts";
import type { Entry, MonitorReport } from "../../report.ts";
import { usageRead } from "../../sums.ts";
import { drawn, LINES, type Line, linesOf } from "./chart.ts";
import { type Child, make, name, section, table } from "./dom.ts";
import { pager } from "./pager.ts";
import { scrolling } from "./scroll.ts";
import { dollars, percent, time } from "./words.ts";

const PAGE = 20;
const CAPTION = "The most expensive first";
const COLUMNS = ["Stage", "A month", "At list price", "Share"];
const UNREAD = "The usage could not be read, so nothing is priced.";
/** Why the plan is not known. */
const ASSUMED = ", which is assumed: to read it needs the permission Billing: Read";
const OF_LIST = "No usage is billed, so the shares are of the list price.";

/** Nothing if no run was asked for it. */
export function cost(report: MonitorReport, all: readonly Entry[]): Child {
  const before = all.flatMap(({ at, cost }) =>
    cost === undefined || Number.isNaN(Date.parse(at)) ? [] : [{ at, ...cost }],
  );
  if (report.cost === undefined && before.length === 0) return undefined;
  const charts = before.length < 2 ? [] : [make("div", { class: "charts" }, chart(before))];
  const past =
    before.length < 2
      ? []
      : [make("details", {}, make("summary", {}, "The same as a table"), pastTable(before))];
  return section("cost", "Cost of a month", ...nowOf(report), ...charts, ...past);
}

function nowOf(report: MonitorReport): Child[] {
  const { cost: now } = report;
  if (now === undefined) return [make("p", {}, "The last run has no estimate.")];
  const read = usageRead(report);
  if (read === "nothing") return [make("p", {}, make("strong", {}, UNREAD))];
  const { total, subscription, plan, planFrom, from, to, shareOf, prices } = now;
  const without = subscription > 0 ? " without the plan" : "";
  const shares = shareOf === "bill" ? `The shares are of the bill${without}.` : OF_LIST;
  const assumed = planFrom === "assumed" ? ASSUMED : "";
  const least = read === "all" ? "" : "At least ";
  const sum = `${least}${dollars(total)}, of which ${dollars(subscription)} are for the ${plan} plan itself${assumed}.`;
  const usage = `An estimate by the usage from ${from} to ${to} and the prices as of ${prices}.`;
  const text = make("p", {}, make("strong", {}, sum), ` ${usage} ${shares}`);
  if (now.list === 0) return [text, make("p", {}, "Nothing was used.")];
  const list = pager<OwnerCost>("owner", PAGE, (some) => {
    const rows = some.map((one) => [
      make("span", {}, ...labelOf(one)),
      dollars(one.cost),
      dollars(one.list),
      bar(one.share),
    ]);
    const shown = table(CAPTION, COLUMNS, rows);
    shown.classList.add("quotas");
    return scrolling(CAPTION, shown);
  });
  list.show(now.owners);
  return [text, list.element];
}

function labelOf({ owner, claimants }: OwnerCost): Child[] {
  if (owner === "unknown") return ["unknown"];
  const all = claimants.flatMap((one, at): Child[] => [
    at > 0 ? ", " : undefined,
    ...claimant(one),
  ]);
  return owner === "stage" ? all : ["shared by ", ...all];
}

function claimant({ app, stage }: CostClaimant): Child[] {
  return stage === null ? ["all stages of ", name(app)] : [name(app), " / ", name(stage)];
}

function bar(share: number): HTMLElement {
  const filled = make("span", { class: "filled fine" });
  filled.style.inlineSize = `${Math.min(share, 1) * 100}%`;
  return make(
    "div",
    { class: "share" },
    make("span", { class: "bar", "aria-hidden": "true" }, filled),
    make("span", { class: "figure" }, percent(share)),
  );
}

type Past = { at: string } & NonNullable<Entry["cost"]>;

/** In dollars: the axis is to have round ones. */
const MILLION = 1e6;

function chart(before: readonly Past[]): HTMLElement {
  const times = before.map(({ at }) => Date.parse(at) / 1000);
  const inDollars = ({ label, values }: Line) => ({
    label,
    values: values.map((value) => value / MILLION),
  });
  const total = { label: "All", values: before.map((one) => one.total) };
  const parts = linesOf(
    before.map(({ byOwner }) => byOwner),
    LINES - 1,
  );
  return drawn(times, {
    title: "Over time",
    lines: [total, ...parts].map(inDollars),
    shown: (value) => dollars(value * MILLION),
    isWhole: false,
    least: 1,
  });
}

function pastTable(before: readonly Past[]): HTMLElement {
  const columns = ["Run", "A month", "Of which"];
  const list = pager<Past>("estimate", PAGE, (some) => {
    const rows = some.map(({ at, total, byOwner }) => {
      const parts = Object.entries(byOwner).sort(([, one], [, other]) => other - one);
      const named = parts.flatMap(([key, cost], place): Child[] => {
        return [place > 0 ? ", " : undefined, name(key), ` ${dollars(cost)}`];
      });
      return [time(at), dollars(total), make("span", {}, ...named)];
    });
    return scrolling("Costs of runs", table("The latest run first", columns, rows));
  });
  list.show(before.toReversed());
  return list.element;
}
