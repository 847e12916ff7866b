/** How it was before: charts, and the same figures as a table. */
import uPlot from "uplot";
import type { Entry } from "../../report.ts";
import { make, scrolling, section, table } from "./dom.ts";
import { pager } from "./pager.ts";
import { number, time } from "./words.ts";

const HEIGHT = 220;
const ROWS = 30;
/** As many lines as a reader can distinguish. */
const LINES = 6;
/** With more of them the points are left out, and the line alone is shown. */
const POINTS = 40;
const DAY = 86_400;

interface Line {
  label: string;
  values: readonly number[];
}

interface Chart {
  title: string;
  lines: readonly Line[];
}

export function history(all: readonly Entry[]): HTMLElement {
  const entries = all.filter(({ at }) => !Number.isNaN(Date.parse(at)));
  if (entries.length === 0) {
    return section("history", "History", make("p", {}, "This is the first run."));
  }
  const times = entries.map(({ at }) => Date.parse(at) / 1000);
  const figures = chartsOf(entries).map((chart) => drawn(times, chart));
  return section(
    "history",
    "History",
    make("div", { class: "charts" }, ...figures),
    make("details", {}, make("summary", {}, "The same as a table"), asTable(entries)),
  );
}

function chartsOf(entries: readonly Entry[]): Chart[] {
  const found = [
    { label: "Findings", values: entries.map(({ findings }) => findings) },
    { label: "Collisions", values: entries.map(({ collisions }) => collisions) },
  ];
  const claims = [{ label: "Claims", values: entries.map((entry) => entry.claims) }];
  const charts: Chart[] = [
    { title: "Findings and collisions", lines: found },
    { title: "Claims", lines: claims },
  ];
  const kinds = linesOf(entries.map(({ byKind }) => byKind));
  const stages = linesOf(entries.map(({ byStage }) => byStage));
  if (kinds.length > 0) charts.push({ title: "Findings by kind", lines: kinds });
  if (stages.length > 0) charts.push({ title: "Findings by stage", lines: stages });
  return charts;
}

/** The largest ones, and the sum of all others. */
function linesOf(counts: readonly Readonly<Record<string, number>>[]): Line[] {
  const sums = new Map<string, number>();
  for (const one of counts) {
    for (const [key, value] of Object.entries(one)) sums.set(key, (sums.get(key) ?? 0) + value);
  }
  const keys = [...sums].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([key]) => key);
  const shown = keys.length > LINES ? keys.slice(0, LINES - 1) : keys;
  const lines = shown.map((key) => ({
    label: key,
    values: counts.map((one) => (Object.hasOwn(one, key) ? (one[key] ?? 0) : 0)),
  }));
  if (shown.length === keys.length) return lines;
  const total = (one: Readonly<Record<string, number>>) =>
    Object.values(one).reduce((sum, value) => sum + value, 0);
  const rest = counts.map((one, at) =>
    lines.reduce((left, { values }) => left - (values[at] ?? 0), total(one)),
  );
  return [...lines, { label: `${number(keys.length - shown.length)} others`, values: rest }];
}

function drawn(times: readonly number[], chart: Chart): HTMLElement {
  const place = make("div", { class: "chart", role: "img", "aria-label": summary(chart) });
  // uPlot's own legend says what stands under a mouse only; here are names and last values.
  const keys = chart.lines.map(({ label, values }, at) =>
    make(
      "li",
      {},
      make("span", { class: `key line-${at}`, "aria-hidden": "true" }),
      make("bdi", {}, label),
      ` ${number(values.at(-1) ?? 0)}`,
    ),
  );
  const figure = make(
    "figure",
    {},
    make("figcaption", {}, make("h3", {}, chart.title), make("ul", { class: "legend" }, ...keys)),
    place,
  );
  const data: uPlot.AlignedData = [[...times], ...chart.lines.map(({ values }) => [...values])];
  let plot: uPlot | undefined;
  const draw = () => {
    const width = place.clientWidth;
    if (width === 0) return;
    plot?.destroy();
    plot = new uPlot(optionsOf(chart, width), data, place);
  };
  // It also reports the first width, once the page has one.
  new ResizeObserver(() => {
    if (plot) plot.setSize({ width: place.clientWidth, height: HEIGHT });
    else draw();
  }).observe(place);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  return figure;
}

function summary({ title, lines }: Chart): string {
  const parts = lines.map(({ label, values }) => {
    const most = values.reduce((high, value) => Math.max(high, value), 0);
    return `${label} from ${number(values[0] ?? 0)} to ${number(values.at(-1) ?? 0)}, at most ${number(most)}`;
  });
  return `Chart: ${title}. ${parts.join("; ")}. The table below has all figures.`;
}

function optionsOf({ lines }: Chart, width: number): uPlot.Options {
  const styles = getComputedStyle(document.documentElement);
  const color = (name: string) => styles.getPropertyValue(name).trim();
  const axis: uPlot.Axis = {
    stroke: color("--muted"),
    font: "12px system-ui, sans-serif",
    grid: { stroke: color("--line"), width: 1 },
    ticks: { stroke: color("--line"), width: 1 },
  };
  const whole = (_: uPlot, splits: number[]) =>
    splits.map((value) => (Number.isInteger(value) ? number(value) : ""));
  return {
    width,
    height: HEIGHT,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
    legend: { show: false },
    cursor: { drag: { x: false, y: false } },
    scales: { y: { range: (_, __, max) => [0, Math.max(max * 1.1, 4)] } },
    axes: [
      {
        ...axis,
        space: 90,
        values: (_, splits, __, ___, step) => splits.map((at) => day(at, step)),
      },
      { ...axis, values: whole, size: 60 },
    ],
    series: [
      {},
      ...lines.map(({ label }, at) => ({
        label,
        stroke: color(`--line-${at}`),
        width: 2,
        dash: at % 2 === 1 ? [6, 4] : [],
        points: {
          show: (plot: uPlot) => (plot.data[0]?.length ?? 0) < POINTS,
          size: 6,
          fill: color("--card"),
        },
      })),
    ],
  };
}

/** A time on the axis, whose marks are `step` seconds apart. */
function day(seconds: number, step: number): string {
  const text = new Date(seconds * 1000).toISOString();
  return step < DAY ? text.slice(5, 16).replace("T", " ") : text.slice(0, 10);
}

function asTable(entries: readonly Entry[]): HTMLElement {
  const columns = ["Run", "Findings", "Collisions", "Claims"];
  const list = pager<Entry>("run", ROWS, (some) => {
    const rows = some.map(({ at, findings, collisions, claims }) => [
      time(at),
      number(findings),
      number(collisions),
      number(claims),
    ]);
    return scrolling("Runs", table("The latest run first", columns, rows));
  });
  list.show(entries.toReversed());
  return list.element;
}
