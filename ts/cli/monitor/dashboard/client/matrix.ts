/** Stages against kinds: how many resources each has, and where there are findings. */
import type { Cell, Summary } from "../../report.ts";
import { make, name, scrolling, section } from "./dom.ts";
import { pager } from "./pager.ts";
import { count, number } from "./words.ts";

const PAGE = 50;
const CAPTION = "Resources by kind; ⚠ marks findings";

interface Row {
  stage: string;
  cells: ReadonlyMap<string, Cell>;
  findings: number;
}

export function matrix({ matrix: cells }: Summary): HTMLElement {
  if (cells.length === 0) {
    return section("matrix", "Stages and kinds", make("p", {}, "No stage has a resource."));
  }
  const kinds = [...new Set(cells.map(({ kind }) => kind))].sort();
  const list = pager<Row>("stage", PAGE, (rows) => scrolling(CAPTION, grid(kinds, rows)));
  list.show(rowsOf(cells));
  return section("matrix", "Stages and kinds", list.element);
}

/** Stages with findings first. */
function rowsOf(cells: readonly Cell[]): Row[] {
  const rows = new Map<string, Map<string, Cell>>();
  for (const cell of cells) {
    const row = rows.get(cell.stage) ?? new Map<string, Cell>();
    row.set(cell.kind, cell);
    rows.set(cell.stage, row);
  }
  return [...rows]
    .map(([stage, row]) => {
      const findings = [...row.values()].reduce((sum, cell) => sum + cell.findings, 0);
      return { stage, cells: row, findings };
    })
    .sort(
      (a, b) => b.findings - a.findings || a.stage.localeCompare(b.stage, "en", { numeric: true }),
    );
}

function grid(kinds: readonly string[], rows: readonly Row[]): HTMLTableElement {
  const head = ["Stage", ...kinds].map((kind) => make("th", { scope: "col" }, kind));
  const body = rows.map(({ stage, cells }) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, name(stage)),
      ...kinds.map((kind) => square(cells.get(kind))),
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

function square(cell: Cell | undefined): HTMLElement {
  if (!cell) return make("td", { class: "none" }, make("span", { "aria-label": "none" }, "·"));
  if (cell.findings === 0) return make("td", {}, number(cell.resources));
  const mark = make("span", { class: "mark" }, ` ⚠ ${number(cell.findings)}`);
  mark.setAttribute("role", "img");
  mark.setAttribute("aria-label", `, ${count(cell.findings, "finding")}`);
  return make("td", { class: "bad" }, number(cell.resources), mark);
}
