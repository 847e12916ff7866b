/** The top of the page: what was looked at, how it stands in one sentence, and a few figures. */
import { count } from "../../../render/numbers.ts";
import {
  type AccountReport,
  SEVERITIES,
  type Severity,
  subjectOf,
  type Unknown,
} from "../../report.ts";
import { countOf, SEVERITY_NOUNS, stageCount, sumsOf } from "../../sums.ts";
import type { View } from "../view.ts";
import { type Child, counted, make, name, prose, section } from "./dom.ts";
import { number, percent, time } from "./words.ts";

const TRENDS = { better: "↓ fewer", worse: "↑ more", same: "→ as many" } as const;
/** With more apps, the heading names some. */
const APPS = 3;

export function header({ updatedAt, current }: View): HTMLElement {
  const level = levelOf(current);
  const at = make("time", { datetime: updatedAt }, time(updatedAt));
  return make(
    "header",
    {},
    make("h1", {}, "Collision monitor", ...appsOf(current.summary.apps)),
    accountOf(current.account),
    make("p", { class: "updated" }, "As of ", at),
    make("p", { class: `verdict ${level}` }, make("strong", {}, verdict(current))),
  );
}

function appsOf(apps: readonly string[]): Child[] {
  const shown = apps.length > APPS + 1 ? apps.slice(0, APPS) : apps;
  const more = apps.length - shown.length;
  const names = shown.flatMap((app, at): Child[] => [at === 0 ? ": " : ", ", name(app)]);
  return more > 0 ? [...names, ` and ${number(more)} more`] : names;
}

function accountOf(account: AccountReport | undefined): Child {
  if (account === undefined) return undefined;
  const id = name(account.id);
  const named = account.name === null ? [id] : [make("bdi", {}, account.name), " (", id, ")"];
  return make("p", { class: "account" }, "Account ", ...named);
}

type Current = View["current"];

function levelOf({ findings, unknown }: Current): Severity | "fine" {
  const worst = SEVERITIES.find((one) => countOf(findings, one) > 0);
  // What is not known is no reason to be at ease.
  if (unknown.length > 0 && worst !== "error") return "warning";
  return worst ?? "fine";
}

function verdict({ findings, unknown }: Current): string {
  const found = sumsOf(findings);
  if (unknown.length > 0) {
    return `${found || "Nothing found"}; ${count(unknown.length, "thing")} could not be read`;
  }
  return found || "Nothing found: no two stages share a resource";
}

export function now(view: View): HTMLElement {
  const { findings, summary } = view.current;
  const sums = SEVERITIES.map((severity) => {
    const sum = countOf(findings, severity);
    const noun = `${SEVERITY_NOUNS[severity]}s`;
    return figure(noun.charAt(0).toUpperCase() + noun.slice(1), number(sum), sum > 0 && severity);
  });
  const figures = [
    ["Since the last run", view.history.length < 2 ? "first run" : TRENDS[view.trend]],
    ["Collision rate", percent(view.collisionRate)],
    ["Names", number(summary.names)],
    ["Claims", number(summary.claims)],
    ["Stages", number(stageCount(view.current))],
    ["Apps", number(summary.apps.length)],
    ["Deploys seen", number(view.deploysSeen)],
  ] as const;
  const others = figures.map(([term, value]) => figure(term, value));
  return section("now", "Now", make("dl", { class: "figures" }, ...sums, ...others));
}

function figure(term: string, value: string, level: Severity | false = false): HTMLElement {
  const shown = make("dd", level === false ? {} : { class: level }, value);
  return make("div", {}, make("dt", {}, term), shown);
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
  return counted(
    "unknown",
    "Could not be read",
    unknown.length,
    make("p", {}, "Nothing is concluded about these; they are not taken for empty."),
    make("ul", { class: "unknowns" }, ...items),
  );
}
