/** How it was before: charts, and the same figures as a table. */
import type { Entry } from "../../report.ts";
import { type Chart, COUNTED, drawn, linesOf } from "./chart.ts";
import { counted, make, section, table } from "./dom.ts";
import { pager } from "./pager.ts";
import { scrolling } from "./scroll.ts";
import { number, time } from "./words.ts";

const ROWS = 30;

export function history(all: readonly Entry[]): HTMLElement {
  const entries = all.filter(({ at }) => !Number.isNaN(Date.parse(at)));
  if (entries.length < 2) {
    return section("history", "History", make("p", {}, "This is the first run."));
  }
  const times = entries.map(({ at }) => Date.parse(at) / 1000);
  const figures = chartsOf(entries).map((chart) => drawn(times, chart));
  return counted(
    "history",
    "Runs",
    entries.length,
    make("div", { class: "charts" }, ...figures),
    make("details", {}, make("summary", {}, "The same as a table"), asTable(entries)),
  );
}

function chartsOf(entries: readonly Entry[]): Chart[] {
  const found = [
    { label: "Errors and warnings", values: entries.map(({ findings }) => findings) },
    { label: "Collisions", values: entries.map(({ collisions }) => collisions) },
  ];
  const claims = [{ label: "Claims", values: entries.map((entry) => entry.claims) }];
  const charts: Chart[] = [
    { ...COUNTED, title: "Errors and warnings, and collisions", lines: found },
    { ...COUNTED, title: "Claims", lines: claims },
  ];
  const kinds = linesOf(entries.map(({ byKind }) => byKind));
  const stages = linesOf(entries.map(({ byStage }) => byStage));
  if (kinds.length > 0)
    charts.push({ ...COUNTED, title: "Errors and warnings by kind", lines: kinds });
  if (stages.length > 0)
    charts.push({ ...COUNTED, title: "Errors and warnings by stage", lines: stages });
  return charts;
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
