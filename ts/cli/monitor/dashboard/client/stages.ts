/** The stages, and what a sweep would do with each. */
import { nounFor, pluralFor } from "../../../render/nouns.ts";
import type { StageReport } from "../../report.ts";
import { type Child, make, name, prose, scrolling, section, table } from "./dom.ts";
import { pager } from "./pager.ts";
import { ago, number } from "./words.ts";

const PAGE = 50;
const CAPTION = "What a sweep would do; what it would take comes first";
const COLUMNS = ["Stage", "App", "Pull request", "Changed", "Resources", "Sweep", "Why"];

/** How each verdict looks. */
const LEVELS = { sweep: "error", stop: "warning", mark: "warning", keep: "info" } as const;
const ORDER = Object.keys(LEVELS);

/** @param at When the monitor looked. Metrics of earlier versions have no stages. */
export function stages(all: readonly StageReport[] | undefined, at: string): Child {
  if (all === undefined) return undefined;
  if (all.length === 0) {
    return section("stages", "Stages", make("p", {}, "The state has no stage."));
  }
  const list = pager<StageReport>("stage", PAGE, (some) => {
    const rows = some.map((one) => [
      name(one.stage),
      name(one.app),
      pullOf(one),
      ago(one.changed, at),
      resourcesOf(one),
      make("span", { class: `badge ${LEVELS[one.verdict]}` }, one.verdict),
      prose(one.why),
    ]);
    return scrolling(CAPTION, table(CAPTION, COLUMNS, rows));
  });
  list.show(all.toSorted((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict)));
  return section("stages", "Stages", list.element);
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
