/** The findings, which can be narrowed down, a page at a time. */
import { count } from "../../../render/numbers.ts";
import { type MonitorFinding, SEVERITIES } from "../../report.ts";
import { SEVERITY_NOUNS, sumsOf } from "../../sums.ts";
import { type Child, counted, make, name, prose, section, table } from "./dom.ts";
import { pager } from "./pager.ts";
import { scrolling } from "./scroll.ts";

const PAGE = 20;
/** A finding with more claims shows these, and the rest on demand. */
const CLAIMS = 10;
const ALL = "";

export function findings(all: readonly MonitorFinding[]): HTMLElement {
  if (all.length === 0) return section("findings", "Findings", make("p", {}, "There are none."));
  const { element: form, matches, isSet } = filters(all);
  const worse = listOf("finding");
  const notes = listOf("note");
  const title = make("summary");
  const folded = make("details", { class: "notes" }, title, notes.element);
  const narrow = () => {
    const found = all.filter(matches);
    const serious = found.filter((one) => !isNote(one));
    const rest = found.filter(isNote);
    worse.show(serious);
    notes.show(rest);
    title.textContent = count(rest.length, SEVERITY_NOUNS.info);
    folded.hidden = rest.length === 0;
    // Whoever looks for something, and would find notes only, need not unfold them.
    if (isSet()) folded.open = serious.length === 0;
  };
  form.addEventListener("input", narrow);
  narrow();
  return counted("findings", "Findings", all.length, form, worse.element, folded);
}

/** What is only good to know. */
function isNote({ severity }: MonitorFinding): boolean {
  return severity === "info";
}

function listOf(noun: string) {
  return pager<MonitorFinding>(
    noun,
    PAGE,
    (items) => make("ol", { class: "findings" }, ...items.map((one) => make("li", {}, item(one)))),
    (items) => sumsOf(items) || "No error and no warning",
  );
}

/** The fields above the list, and whether a finding is one of those that they ask for. */
function filters(all: readonly MonitorFinding[]) {
  const texts = new Map(all.map((one) => [one, textOf(one)]));
  const search = make("input", { type: "search", id: "search", autocomplete: "off" });
  const severity = choice("severity", "Severity", severities(all));
  const code = choice("code", "Code", sorted(all.map((one) => one.code)));
  const kind = choice("kind", "Kind", sorted(all.map((one) => one.kind)));
  const stages = all.flatMap(({ claims }) => claims.flatMap(({ stage }) => stage ?? []));
  const stage = choice("stage", "Stage", sorted(stages));
  const choices = [severity, code, kind, stage];
  const wanted = () => search.value.trim().toLowerCase();
  const matches = (one: MonitorFinding) =>
    is(severity.select, SEVERITY_NOUNS[one.severity]) &&
    is(code.select, one.code) &&
    is(kind.select, one.kind) &&
    (stage.select.value === ALL ||
      one.claims.some((claim) => claim.stage === stage.select.value)) &&
    (texts.get(one) ?? "").includes(wanted());
  const isSet = () => wanted() !== "" || choices.some(({ select }) => select.value !== ALL);
  const element = make(
    "form",
    { class: "filters", role: "search", "aria-label": "Narrow the findings down" },
    make("div", {}, make("label", { for: "search" }, "Search"), search),
    ...choices.map((one) => one.element),
  );
  element.addEventListener("submit", (event) => event.preventDefault());
  return { element, matches, isSet };
}

function is(select: HTMLSelectElement, value: string): boolean {
  return select.value === ALL || select.value === value;
}

function choice(id: string, label: string, values: readonly string[]) {
  const options = values.map((value) => {
    const option = make("option", {}, value);
    option.value = value;
    return option;
  });
  const every = make("option", {}, "all");
  every.value = ALL;
  const select = make("select", { id: `by-${id}` }, every, ...options);
  const element = make("div", {}, make("label", { for: `by-${id}` }, label), select);
  // With one value there is nothing to choose.
  element.hidden = values.length < 2;
  return { element, select };
}

function sorted(values: readonly string[]): string[] {
  return [...new Set(values)].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
}

function severities(all: readonly MonitorFinding[]): string[] {
  const there = SEVERITIES.filter((severity) => all.some((one) => one.severity === severity));
  return there.map((severity) => SEVERITY_NOUNS[severity]);
}

function textOf({ code, kind, name, message, claims }: MonitorFinding): string {
  const places = claims.map(({ app, stage, id }) => `${app ?? ""} ${stage ?? ""} ${id ?? ""}`);
  return [code, kind, name, message, ...places].join("\n").toLowerCase();
}

function item(finding: MonitorFinding): HTMLElement {
  const { code, severity, kind, name: named, message, help } = finding;
  return make(
    "article",
    { class: `finding ${severity}` },
    make(
      "h3",
      {},
      make("span", { class: `badge ${severity}` }, SEVERITY_NOUNS[severity]),
      " ",
      make("span", { class: "code" }, code),
      " ",
      make("span", { class: "kind" }, kind),
      " ",
      name(named),
    ),
    make("p", { class: "message" }, prose(message)),
    make("p", { class: "help" }, make("span", { class: "label" }, "What to do: "), prose(help)),
    claimed(finding),
  );
}

function claimed({ claims, name: named }: MonitorFinding): Child {
  if (claims.length === 0) return undefined;
  const caption = `Claims to ${named}`;
  const rows = (some: MonitorFinding["claims"]) =>
    some.map(({ app, stage, id, source }) => [
      name(stage ?? "—"),
      name(app ?? "—"),
      name(id ?? "—"),
      source,
    ]);
  const columns = ["Stage", "App", "Id", "Seen in"];
  const first = scrolling(caption, table(caption, columns, rows(claims.slice(0, CLAIMS))));
  if (claims.length <= CLAIMS) return first;
  const rest = claims.slice(CLAIMS);
  const more = make("details", {}, make("summary", {}, count(rest.length, "more claim")));
  // Made when it is asked for: one finding can have a claim of each of a thousand stages.
  more.addEventListener(
    "toggle",
    () => {
      const further = `Further claims to ${named}`;
      more.appendChild(scrolling(further, table(further, columns, rows(rest))));
    },
    { once: true },
  );
  return make("div", {}, first, more);
}
