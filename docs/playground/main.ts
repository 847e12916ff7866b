/** The playground: what the core, which runs in this page, makes of what is typed. */
import { type Child, make, section } from "../../ts/cli/monitor/dashboard/client/dom.ts";
import { KINDS, type Kind } from "../../ts/kinds.ts";
import {
  baseFor,
  type Input,
  inputOf,
  kinds,
  linkOf,
  MOST,
  VERSIONS,
  type Version,
} from "./link.ts";
import { installOf } from "./program.ts";
import { findingsView, hostView, nameView, overview, programView, toDocs } from "./views.ts";

const STAGES = ["dev", "preview", "prod", "pr-123", "feature/login"];

let input = inputOf(location.hash);

/** The fields of text, in the order of the page, with what they have while they are empty. */
const TEXTS = {
  base: { label: "Base name", empty: "" },
  stage: { label: "Stage", empty: "" },
  host: { label: "Hostname in production", empty: "" },
  zone: { label: "Zone", empty: "if it has three labels" },
  previewDomain: { label: "Preview domain", empty: "the same" },
  bare: { label: "Bare stage", empty: "prod" },
} as const;
type TextField = keyof typeof TEXTS;

const versionField = choice(
  "version",
  VERSIONS.map((version) => [version, `Alchemy ${version}`]),
);
const kindField = choice(
  "kind",
  kinds.map((kind) => [kind, KINDS[kind].product]),
);
const texts = Object.fromEntries(
  Object.entries(TEXTS).map(([id, { empty }]) => [id, textField(id, empty)]),
) as Record<TextField, HTMLInputElement>;

function choice(id: string, options: readonly (readonly [string, string])[]): HTMLSelectElement {
  const children = options.map(([value, text]) => make("option", { value }, text));
  return make("select", { id }, ...children);
}

function textField(id: string, placeholder: string): HTMLInputElement {
  const plain = { autocomplete: "off", autocapitalize: "off", spellcheck: "false", dir: "auto" };
  return make("input", { id, maxlength: String(MOST), placeholder, ...plain });
}

function labelled(text: string, field: Node & { id: string }): HTMLElement {
  return make("div", {}, make("label", { for: field.id }, text), field);
}

const withLabel = (field: TextField) => labelled(TEXTS[field].label, texts[field]);

const result = make("div", { id: "result", role: "status" });
const hostResult = make("div", { id: "host-result", role: "status" });
const findings = make("div", { id: "findings-result", role: "status" });
const all = make("div", {});
const program = make("div", {});
const link = make("a", { id: "link" }, "Link to this input");
const install = make("code", {});

function show(place: HTMLElement, children: readonly Child[]): void {
  place.replaceChildren(...(children.filter(Boolean) as Node[]));
}

function render(): void {
  const stages = [...new Set([...STAGES, input.stage])].filter((stage) => stage !== "");
  show(result, nameView(input, change));
  show(hostResult, hostView(input, change));
  show(findings, findingsView(input, stages));
  show(all, [overview(input, stages)]);
  show(program, programView(input));
  link.href = linkOf(input);
  install.textContent = installOf(input.version);
}

function fill(): void {
  versionField.value = input.version;
  kindField.value = input.kind;
  for (const [key, field] of Object.entries(texts)) field.value = input[key as TextField];
}

/** Takes a change over into the page and the address. */
function take(changed: Partial<Input>): void {
  input = { ...input, ...changed };
  render();
  history.replaceState(null, "", linkOf(input));
}

/** The same, and into the fields. */
function change(changed: Partial<Input>): void {
  take(changed);
  fill();
}

versionField.addEventListener("change", () => change({ version: versionField.value as Version }));
kindField.addEventListener("change", () => {
  const kind = kindField.value as Kind;
  change({ kind, base: baseFor(kind, input.base) });
});
for (const [key, field] of Object.entries(texts)) {
  field.addEventListener("input", () => take({ [key]: field.value }));
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
  toDocs("naming-law.html", "Naming law"),
  toDocs("domains.html", "Domains"),
  install,
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
        labelled("Version", versionField),
        labelled("Kind", kindField),
        withLabel("base"),
        withLabel("stage"),
      ),
      make("div", { class: "stages", role: "group", "aria-label": "Usual stages" }, ...quick),
    ),
    section("name", "Its name", result, make("p", { class: "updated" }, link)),
    section(
      "hostname",
      "Its hostname",
      make(
        "div",
        { class: "filters" },
        ...(["host", "zone", "previewDomain", "bare"] as const).map(withLabel),
      ),
      hostResult,
    ),
    section("findings", "Findings in these stages", findings),
    section("all", "The same base name elsewhere", all),
    section("program", "The program", program),
  ),
];
for (const element of content) document.getElementById("page")?.appendChild(element);
fill();
render();
