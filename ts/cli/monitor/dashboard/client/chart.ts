/** Draws lines over time, with words that say the same. */
import uPlot from "uplot";
import { make } from "./dom.ts";
import { number } from "./words.ts";

const HEIGHT = 220;
/** As many lines as a reader can distinguish. */
export const LINES = 6;
/** With more of them the points are left out, and the line alone is shown. */
const POINTS = 40;
const DAY = 86_400;

export interface Line {
  label: string;
  values: readonly number[];
}

export interface Chart {
  title: string;
  lines: readonly Line[];
  /** How a value is written. */
  shown: (value: number) => string;
  /** Whether a mark of the axis between two whole numbers says nothing. */
  isWhole: boolean;
  /** The least that the axis reaches. */
  least: number;
}

/** Something that is counted. */
export const COUNTED = { shown: number, isWhole: true, least: 4 } as const;

/** The largest ones, at most so many, with the sum of all others. */
export function linesOf(counts: readonly Readonly<Record<string, number>>[], most = LINES): Line[] {
  const sums = new Map<string, number>();
  for (const one of counts) {
    for (const [key, value] of Object.entries(one)) sums.set(key, (sums.get(key) ?? 0) + value);
  }
  const keys = [...sums].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([key]) => key);
  const shown = keys.length > most ? keys.slice(0, most - 1) : keys;
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

export function drawn(times: readonly number[], chart: Chart): HTMLElement {
  const place = make("div", { class: "chart", role: "img", "aria-label": summary(chart) });
  // uPlot's own legend says what stands under a mouse only; here are names and last values.
  const keys = chart.lines.map(({ label, values }, at) =>
    make(
      "li",
      {},
      make("span", { class: `key line-${at}`, "aria-hidden": "true" }),
      make("bdi", {}, label),
      ` ${chart.shown(values.at(-1) ?? 0)}`,
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

function summary({ title, lines, shown }: Chart): string {
  const parts = lines.map(({ label, values }) => {
    const most = values.reduce((high, value) => Math.max(high, value), 0);
    return `${label} from ${shown(values[0] ?? 0)} to ${shown(values.at(-1) ?? 0)}, at most ${shown(most)}`;
  });
  return `Chart: ${title}. ${parts.join("; ")}. The table below has all figures.`;
}

function optionsOf({ lines, shown, isWhole, least }: Chart, width: number): uPlot.Options {
  const styles = getComputedStyle(document.documentElement);
  const color = (name: string) => styles.getPropertyValue(name).trim();
  const axis: uPlot.Axis = {
    stroke: color("--muted"),
    font: "12px system-ui, sans-serif",
    grid: { stroke: color("--line"), width: 1 },
    ticks: { stroke: color("--line"), width: 1 },
  };
  const whole = (_: uPlot, splits: number[]) =>
    splits.map((value) => (!isWhole || Number.isInteger(value) ? shown(value) : ""));
  return {
    width,
    height: HEIGHT,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
    legend: { show: false },
    cursor: { drag: { x: false, y: false } },
    scales: { y: { range: (_, __, max) => [0, Math.max(max * 1.1, least)] } },
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
