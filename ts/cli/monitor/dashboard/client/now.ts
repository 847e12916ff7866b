/** The top of the page: how things stand, in one sentence and a few figures. */
import { SEVERITIES, type Severity, subjectOf, type Unknown } from "../../report.ts";
import type { View } from "../view.ts";
import { type Child, make, prose, section } from "./dom.ts";
import { count, number, percent, SEVERITY_NOUNS, time } from "./words.ts";

const TRENDS = { better: "↓ fewer", worse: "↑ more", same: "→ as many" } as const;

export function header({ updatedAt, current }: View): HTMLElement {
  const level = levelOf(current);
  return make(
    "header",
    {},
    make("h1", {}, "Collision monitor"),
    make(
      "p",
      { class: "updated" },
      "As of ",
      make("time", { datetime: updatedAt }, time(updatedAt)),
    ),
    make("p", { class: `verdict ${level}` }, make("strong", {}, verdict(current))),
  );
}

type Current = View["current"];

function levelOf({ findings, unknown }: Current): Severity | "fine" {
  const worst = SEVERITIES.find((one) => findings.some(({ severity }) => severity === one));
  // What is not known is no reason to be at ease.
  if (unknown.length > 0 && worst !== "error") return "warning";
  return worst ?? "fine";
}

function verdict({ findings, unknown }: Current): string {
  const sums = SEVERITIES.map((severity) => {
    const sum = findings.filter((finding) => finding.severity === severity).length;
    return sum === 0 ? "" : count(sum, SEVERITY_NOUNS[severity]);
  }).filter(Boolean);
  const found = sums.length > 0 ? sums.join(", ") : "Nothing found";
  if (unknown.length > 0) return `${found}; ${count(unknown.length, "thing")} could not be read`;
  return sums.length > 0 ? found : "Nothing found: no two stages share a resource";
}

export function now(view: View): HTMLElement {
  const { summary } = view.current;
  const figures: readonly (readonly [string, string])[] = [
    ["Findings", number(view.current.findings.length)],
    ["Since the last run", TRENDS[view.trend]],
    ["Collision rate", percent(view.collisionRate)],
    ["Claims", number(summary.claims)],
    ["Stages", number(summary.stages.length)],
    ["Apps", number(summary.apps.length)],
    ["Deploys seen", number(view.deploysSeen)],
  ];
  const list = figures.map(([term, value]) =>
    make("div", {}, make("dt", {}, term), make("dd", {}, value)),
  );
  return section("now", "Now", make("dl", { class: "figures" }, ...list));
}

export function unknowns(unknown: readonly Unknown[]): Child {
  if (unknown.length === 0) return undefined;
  const items = unknown.map((one) =>
    make(
      "li",
      {},
      make("p", {}, make("strong", {}, subjectOf(one)), ` (${one.code})`),
      make("p", { class: "message" }, prose(one.message)),
      make(
        "p",
        { class: "help" },
        make("span", { class: "label" }, "What to do: "),
        prose(one.help),
      ),
    ),
  );
  return section(
    "unknown",
    "Could not be read",
    make("p", {}, "Nothing is concluded about these; they are not taken for empty."),
    make("ul", { class: "unknowns" }, ...items),
  );
}
