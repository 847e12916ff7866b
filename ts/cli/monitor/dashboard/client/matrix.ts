/** Stages against kinds: how many resources each has, and where there are findings. */
import { count } from "../../../render/numbers.ts";
import { type Cell, type MonitorFinding, SEVERITIES, type Severity } from "../../report.ts";
import { countOf, SEVERITY_NOUNS } from "../../sums.ts";
import { counted, make, name, section } from "./dom.ts";
import { pager } from "./pager.ts";
import { scrolling } from "./scroll.ts";
import { number } from "./words.ts";

const PAGE = 50;
const TITLE = "Stages and kinds";
const CAPTION =
  "Resources by kind; apps with a stage of one name are in one row. ✖ marks errors, ⚠ warnings, ℹ notes";
const MARKS: Readonly<Record<Severity, string>> = { error: "✖", warning: "⚠", info: "ℹ" };

interface Row {
  stage: string;
  cells: ReadonlyMap<string, Cell>;
  /** How many findings of each severity, the worst first. */
  findings: readonly number[];
}

export function matrix(cells: readonly Cell[], findings: readonly MonitorFinding[]): HTMLElement {
  if (cells.length === 0) {
    return section("matrix", TITLE, make("p", {}, "No stage has a resource."));
  }
  const kinds = [...new Set(cells.map(({ kind }) => kind))].sort();
  const found = byPlace(findings);
  const rows = rowsOf(cells, found);
  const list = pager<Row>("stage name", PAGE, (some) =>
    scrolling("Resources by stage and kind", grid(kinds, some, found)),
  );
  list.show(rows);
  return counted("matrix", TITLE, rows.length, list.element);
}

type ByPlace = ReadonlyMap<string, readonly MonitorFinding[]>;

const placeOf = (stage: string, kind: string) => JSON.stringify([stage, kind]);

/** The findings of each stage and kind: those of which the stage claims the name. */
function byPlace(findings: readonly MonitorFinding[]): ByPlace {
  const places = new Map<string, MonitorFinding[]>();
  for (const finding of findings) {
    for (const stage of new Set(finding.claims.flatMap((claim) => claim.stage ?? []))) {
      const place = placeOf(stage, finding.kind);
      const there = places.get(place);
      if (there) there.push(finding);
      else places.set(place, [finding]);
    }
  }
  return places;
}

/** Stages with errors first, then those with other findings. */
function rowsOf(cells: readonly Cell[], found: ByPlace): Row[] {
  const rows = new Map<string, Map<string, Cell>>();
  for (const cell of cells) {
    const row = rows.get(cell.stage) ?? new Map<string, Cell>();
    row.set(cell.kind, cell);
    rows.set(cell.stage, row);
  }
  const counts = ([stage, row]: readonly [string, ReadonlyMap<string, Cell>]) => {
    const all = [...row.keys()].flatMap((kind) => found.get(placeOf(stage, kind)) ?? []);
    return SEVERITIES.map((severity) => countOf(all, severity));
  };
  return [...rows]
    .map((one) => ({ stage: one[0], cells: one[1], findings: counts(one) }))
    .sort((a, b) => worseOf(a, b) || a.stage.localeCompare(b.stage, "en", { numeric: true }));
}

function worseOf(a: Row, b: Row): number {
  const difference = a.findings.map((sum, at) => (b.findings[at] ?? 0) - sum);
  return difference.find((one) => one !== 0) ?? 0;
}

function grid(kinds: readonly string[], rows: readonly Row[], found: ByPlace): HTMLTableElement {
  const head = ["Stage", ...kinds].map((kind) => make("th", { scope: "col" }, kind));
  const body = rows.map(({ stage, cells }) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, name(stage)),
      ...kinds.map((kind) => square(cells.get(kind), found.get(placeOf(stage, kind)) ?? [])),
    ),
  );
  return make(
    "table",
    { class: "matrix" },
    make("caption", {}, CAPTION),
    make("thead", {}, make("tr", {}, ...head)),
    make("tbody", {}, ...body),
  );
}

function square(cell: Cell | undefined, findings: readonly MonitorFinding[]): HTMLElement {
  if (!cell) return make("td", { class: "none" }, make("span", { "aria-label": "none" }, "·"));
  const worst = SEVERITIES.find((severity) => countOf(findings, severity) > 0);
  if (worst === undefined) return make("td", {}, number(cell.resources));
  const marks = SEVERITIES.flatMap((severity) => {
    const sum = countOf(findings, severity);
    return sum === 0 ? [] : [markOf(severity, sum)];
  });
  return make("td", { class: `bad ${worst}` }, number(cell.resources), ...marks);
}

function markOf(severity: Severity, sum: number): HTMLElement {
  const label = `, ${count(sum, SEVERITY_NOUNS[severity])}`;
  const attributes = { class: `mark ${severity}`, role: "img", "aria-label": label };
  return make("span", attributes, ` ${MARKS[severity]} ${number(sum)}`);
}
