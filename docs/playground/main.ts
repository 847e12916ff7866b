/** The playground: what the core, which runs in this page, makes of what is typed. */
import type { Kind } from "@alch/blocks/naming";
import {
  type Child,
  make,
  name as named,
  prose,
  section,
  table,
} from "../../ts/cli/monitor/dashboard/client/dom.ts";
import { scrolling } from "../../ts/cli/monitor/dashboard/client/scroll.ts";
import { visible } from "../../ts/cli/render/text.ts";
import { KINDS } from "../../ts/kinds.ts";
import {
  explain,
  explainHost,
  type Input,
  kinds,
  type Named,
  type Refused,
  written,
} from "./explain.ts";
import { inputOf, linkOf, MOST } from "./link.ts";

const STAGES = ["dev", "preview", "prod", "pr-123", "feature/login"];

let input = inputOf(location.hash);

const kindField = make(
  "select",
  { id: "kind" },
  ...kinds.map((kind) => make("option", { value: kind }, KINDS[kind].product)),
);
const plain = { autocomplete: "off", autocapitalize: "off", spellcheck: "false", dir: "auto" };
const baseField = make("input", { id: "base", maxlength: String(MOST), ...plain });
const stageField = make("input", { id: "stage", maxlength: String(MOST), ...plain });
const hostField = make("input", { id: "host", maxlength: String(MOST), ...plain });
const result = make("div", { id: "result", role: "status" });
const hostResult = make("div", { id: "host-result", role: "status" });
const all = make("div", {});
const link = make("a", { id: "link" }, "Link to this input");

function labelled(text: string, field: Node & { id: string }): HTMLElement {
  return make("div", {}, make("label", { for: field.id }, text), field);
}

/** Shows a name of a stranger, with what could hide in it written out. */
function shown(text: string): HTMLElement {
  return named(visible(text));
}

function why(label: string, ...text: readonly Child[]): HTMLElement {
  return make("div", {}, make("dt", {}, label), make("dd", {}, ...text));
}

function slugReason({ hashed, slug }: Named): Child[] {
  if (!hashed) return [shown(slug), " can stand in a name as it is."];
  const reason = " cannot stand in a name as it is. It becomes ";
  const rest = ", with a hash of the whole stage, so that no other stage becomes the same.";
  return [shown(input.stage), reason, shown(slug), rest];
}

function lengthReason({ shortened, length, limit }: Named): Child[] {
  const { cap, unit } = limit;
  const figure = `${length} of ${cap} ${unit}`;
  const meter = make("meter", { min: "0", max: String(cap), "aria-label": figure });
  meter.value = length;
  const cut =
    " The whole base name would be too long: its beginning is kept, and a hash of the whole base name stands before the stage.";
  return [meter, ` ${figure}.`, shortened ? cut : " Nothing was cut."];
}

function nameView(answer: Named): Child[] {
  const { front, slug, shortened, hashed } = answer;
  const big = make(
    "p",
    { class: "big" },
    make("bdi", { class: "name" }, make("b", { class: "front" }, visible(front)), "-"),
    make("bdi", { class: "name" }, make("b", { class: "slug" }, slug)),
  );
  const key = make(
    "p",
    { class: "key" },
    make("span", { class: "front" }, shortened ? "base name, shortened" : "base name"),
    make("span", { class: "slug" }, hashed ? "stage, hashed" : "stage"),
  );
  const { note } = KINDS[input.kind];
  const reasons = make(
    "dl",
    { class: "why" },
    why("You write", make("code", { class: "name" }, visible(written(input)))),
    why("Stage", ...slugReason(answer)),
    why("Length", ...lengthReason(answer)),
    ...(note === null ? [] : [why("Note", note)]),
  );
  return [big, key, reasons];
}

/** A way out of the playground, also where it is in a frame of the documentation. */
function toDocs(page: string, ...text: readonly Child[]): HTMLElement {
  return make("a", { href: `../${page}`, target: "_top" }, ...text);
}

function pageOf(code: string): HTMLElement {
  return toDocs(`errors/${code}/index.html`, make("code", { class: "code" }, code));
}

/** A refusal of what is in the field `key`. */
function refusalView({ code, message, help, instead }: Refused, key: "base" | "host"): Child[] {
  const take = make("button", { type: "button", class: "instead" });
  if (instead !== undefined) {
    take.appendChild(document.createTextNode("Use "));
    take.appendChild(shown(instead));
    take.addEventListener("click", () => change({ [key]: instead }));
  }
  return [
    make("p", { class: "verdict error" }, "Refused: ", pageOf(code)),
    make("p", { class: "message" }, prose(visible(message))),
    make("p", { class: "help" }, make("span", { class: "label" }, "What to do: "), prose(help)),
    instead !== undefined && take,
  ];
}

function cell(kind: Kind, stage: string): HTMLElement {
  const answer = explain({ kind, base: input.base, stage });
  if ("name" in answer) return shown(answer.name);
  return make("span", { class: "none", title: visible(answer.message) }, answer.code);
}

function overview(): HTMLElement {
  const stages = [...new Set([...STAGES, input.stage])].filter((stage) => stage !== "");
  const rows = kinds.map((kind) => [
    KINDS[kind].product,
    ...stages.map((stage) => cell(kind, stage)),
  ]);
  const columns = ["Kind", ...stages.map(visible)];
  const label = "All kinds in several stages";
  return scrolling(label, table("Each kind in several stages", columns, rows));
}

function hostView(): Child[] {
  const answer = explainHost(input.host, input.stage);
  if (!("hostname" in answer)) return refusalView(answer, "host");
  const text = `hostname(${JSON.stringify(input.host)}, app.stage)`;
  const code = make("code", { class: "name" }, visible(text));
  return [
    make("p", { class: "big" }, shown(answer.hostname)),
    make("dl", { class: "why" }, why("You write", code)),
  ];
}

function show(place: HTMLElement, children: readonly Child[]): void {
  place.replaceChildren(...(children.filter(Boolean) as Node[]));
}

function render(): void {
  const answer = explain(input);
  show(result, "name" in answer ? nameView(answer) : refusalView(answer, "base"));
  show(hostResult, hostView());
  all.replaceChildren(overview());
  link.href = linkOf(input);
}

function fill(): void {
  kindField.value = input.kind;
  baseField.value = input.base;
  stageField.value = input.stage;
  hostField.value = input.host;
}

/** Takes a change over into the fields, the page and the address. */
function change(changed: Partial<Input>): void {
  input = { ...input, ...changed };
  fill();
  render();
  history.replaceState(null, "", linkOf(input));
}

kindField.addEventListener("change", () => change({ kind: kindField.value as Kind }));
for (const [key, field] of [
  ["base", baseField],
  ["stage", stageField],
  ["host", hostField],
] as const) {
  field.addEventListener("input", () => {
    input = { ...input, [key]: field.value };
    render();
    history.replaceState(null, "", linkOf(input));
  });
}
addEventListener("hashchange", () => {
  input = inputOf(location.hash);
  fill();
  render();
});

const quick = STAGES.map((stage) => {
  const button = make("button", { type: "button", class: "stage" }, stage);
  button.addEventListener("click", () => change({ stage }));
  return button;
});

/** The documentation has its own way around, so that a frame in it needs none. */
const isFramed = window !== window.top;
const around = make(
  "nav",
  { "aria-label": "Documentation" },
  toDocs("index.html", "Documentation"),
  toDocs("getting-started.html", "Getting started"),
  make("code", {}, "npm install @alch/blocks alchemy"),
);

const content = [
  make(
    "header",
    {},
    !isFramed && around,
    make("h1", {}, "What will it be called?"),
    make(
      "p",
      { class: "updated" },
      "Each stage has its own resources, each with its own name. The core of @alch/blocks makes the names in this page: nothing that you type leaves it.",
    ),
  ),
  make(
    "main",
    {},
    section(
      "input",
      "You have",
      make(
        "div",
        { class: "filters" },
        labelled("Kind", kindField),
        labelled("Base name", baseField),
        labelled("Stage", stageField),
      ),
      make("div", { class: "stages", role: "group", "aria-label": "Usual stages" }, ...quick),
    ),
    section("name", "Its name", result, make("p", { class: "updated" }, link)),
    section("all", "The same base name elsewhere", all),
    section(
      "hostname",
      "Its hostname",
      make("div", { class: "filters" }, labelled("Hostname in production", hostField)),
      hostResult,
    ),
  ),
];
for (const element of content) document.getElementById("page")?.appendChild(element);
fill();
render();
