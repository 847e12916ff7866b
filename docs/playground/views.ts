/** What the page shows of an input. Texts that somebody has typed come in as text, and what could hide in them is written out. */
import { cut } from "../../ts/cli/github/markdown.ts";
import {
  type Child,
  make,
  name as named,
  prose,
  table,
} from "../../ts/cli/monitor/dashboard/client/dom.ts";
import { scrolling } from "../../ts/cli/monitor/dashboard/client/scroll.ts";
import { visible } from "../../ts/cli/render/text.ts";
import { KINDS, type Kind } from "../../ts/kinds.ts";
import {
  explain,
  explainHost,
  type Finding,
  findingsIn,
  type Named,
  type Refused,
} from "./explain.ts";
import { type Input, kinds, type Version } from "./link.ts";
import { callOf, hostCallOf, installOf, programOf } from "./program.ts";

/** Has the page show other input. */
export type Change = (changed: Partial<Input>) => void;

/** A name of a stranger. */
function shown(text: string): HTMLElement {
  return named(visible(text));
}

function code(text: string): HTMLElement {
  return make("code", { class: "name" }, visible(text));
}

/** A way out of the playground, also where it is in a frame of the documentation. */
export function toDocs(page: string, ...text: readonly Child[]): HTMLElement {
  return make("a", { href: `../${page}`, target: "_top" }, ...text);
}

function pageOf(code: string): HTMLElement {
  return toDocs(`errors/${code}/index.html`, make("code", { class: "code" }, code));
}

function why(label: string, ...text: readonly Child[]): HTMLElement {
  return make("div", {}, make("dt", {}, label), make("dd", {}, ...text));
}

export function nameView(input: Input, change: Change): Child[] {
  const answer = explain(input);
  return "name" in answer ? namedView(input, answer) : refusalView(answer, "base", change);
}

function namedView(input: Input, answer: Named): Child[] {
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
  const note = noteOf(input);
  const reasons = make(
    "dl",
    { class: "why" },
    why("You write", code(callOf(input))),
    answer.className !== undefined && why("Class", ...classReason(answer.className)),
    why("Stage", ...slugReason(input.stage, answer)),
    why("Length", ...lengthReason(answer)),
    KINDS[input.kind].ownsData && why("Data", dataReason(answer)),
    note !== null && why("Note", note),
  );
  return [big, key, reasons];
}

const WORKFLOW_OF_2 =
  "Alchemy 2 makes the name from that of the Worker and the class, and ignores this one. Use the block Worker, so that the stage is in it.";

function noteOf({ version, kind }: Input): string | null {
  return isNamedByAlchemy(version, kind) ? WORKFLOW_OF_2 : KINDS[kind].note;
}

function classReason(className: string): Child[] {
  const rest =
    ", which your script exports. The block makes it from the base name; write className for any other class.";
  return [code(className), rest];
}

function slugReason(stage: string, { hashed, slug }: Named): Child[] {
  if (!hashed) return [shown(slug), " can stand in a name as it is."];
  const reason = " cannot stand in a name as it is. It becomes ";
  const rest = ", with a hash of the whole stage, so that no other stage becomes the same.";
  return [shown(stage), reason, shown(slug), rest];
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

function dataReason({ retained }: Named): string {
  return retained
    ? "It stays when the stage is destroyed: the stage is protected."
    : "It goes when the stage is destroyed.";
}

/** A refusal of what is in the field `key`. */
function refusalView(refused: Refused, key: "base" | "host", change: Change): Child[] {
  const { code, message, help, instead } = refused;
  const take = make("button", { type: "button", class: "instead" });
  if (instead !== undefined) {
    take.appendChild(document.createTextNode("Use "));
    take.appendChild(shown(instead));
    take.addEventListener("click", () => change({ [key]: instead }));
  }
  return [
    make("p", { class: "verdict error" }, "Refused: ", pageOf(code)),
    make("p", { class: "message" }, prose(visible(message))),
    helpView(help),
    instead !== undefined && take,
  ];
}

function helpView(help: string): HTMLElement {
  const label = make("span", { class: "label" }, "What to do: ");
  return make("p", { class: "help" }, label, prose(visible(help)));
}

export function hostView(input: Input, change: Change): Child[] {
  const answer = explainHost(input, input.stage);
  if (!("hostname" in answer)) return refusalView(answer, "host", change);
  return [
    make("p", { class: "big" }, shown(answer.hostname)),
    make("dl", { class: "why" }, why("You write", code(hostCallOf(input)))),
  ];
}

/** The most of a stage above a column, in characters. */
const COLUMN = 40;

/** All kinds, and the hostname, in these stages. */
export function overview(input: Input, stages: readonly string[]): HTMLElement {
  const rows: Child[][] = kinds.map((kind) => [
    headOf(input, kind),
    ...stages.map((stage) => cell({ ...input, kind, stage })),
  ]);
  const hosts = stages.map((stage) => {
    const answer = explainHost(input, stage);
    return "hostname" in answer ? shown(answer.hostname) : refusedCell(answer);
  });
  rows.push(["Hostname", ...hosts]);
  const columns = ["Kind", ...stages.map((stage) => cut(visible(stage), COLUMN))];
  const label = "All kinds in several stages";
  return scrolling(label, table("Each kind, and the hostname, in several stages", columns, rows));
}

/** What is a class has it below its kind: no stage is in it. */
function headOf(input: Input, kind: Kind): HTMLElement {
  const { product, isClass } = KINDS[kind];
  const answer = explain({ ...input, kind });
  const className = isClass && "name" in answer ? answer.className : undefined;
  if (className === undefined) return make("span", {}, product);
  return make("span", {}, product, make("span", { class: "class" }, "class ", code(className)));
}

function cell(input: Pick<Input, "version" | "kind" | "base" | "stage">): HTMLElement {
  const answer = explain(input);
  if (!("name" in answer)) return refusedCell(answer);
  if (isOfWorker(input)) return make("span", { class: "none" }, "as its Worker");
  return shown(answer.name);
}

/** Whether Cloudflare knows it by its class and its Worker, so that its own name is in no stage. */
function isOfWorker({ version, kind }: Pick<Input, "version" | "kind">): boolean {
  return KINDS[kind].alchemy2.naming === "" || isNamedByAlchemy(version, kind);
}

/** Alchemy 2 takes no name for a workflow: see docs/alchemy-2.md. */
function isNamedByAlchemy(version: Version, kind: Kind): boolean {
  return version === "2" && kind === "workflow";
}

function refusedCell({ code, message }: Refused): HTMLElement {
  return make("span", { class: "none", title: visible(message) }, code);
}

/** What the block and the hostname are refused for, or warned of. */
export function findingsView(input: Input, stages: readonly string[]): Child[] {
  const all = findingsIn(input, stages);
  if (all.length === 0) {
    const fine = `None: the block and the hostname can be deployed in all ${stages.length} stages.`;
    return [make("p", { class: "verdict fine" }, fine)];
  }
  return [make("ol", { class: "findings" }, ...all.map((one) => make("li", {}, findingView(one))))];
}

function findingView({ severity, code, message, help, stages }: Finding): HTMLElement {
  const places = stages.flatMap((stage, at): Child[] => [at > 0 && ", ", shown(stage)]);
  return make(
    "article",
    { class: `finding ${severity}` },
    make(
      "h3",
      {},
      make("span", { class: `badge ${severity}` }, severity),
      " ",
      pageOf(code),
      make("span", { class: "kind" }, " in ", ...places),
    ),
    make("p", { class: "message" }, prose(visible(message))),
    helpView(help),
  );
}

/** The program, and what installs what it imports. */
export function programView(input: Input): Child[] {
  const guide =
    input.version === "2"
      ? toDocs("alchemy-2.html", "Alchemy 2")
      : toDocs("getting-started.html", "Getting started");
  const program = programOf(input).split("\n").map(visible).join("\n");
  return [
    codeBlock("Install", installOf(input.version)),
    codeBlock("alchemy.run.ts", program.trimEnd()),
    make(
      "p",
      {},
      guide,
      " goes on from here. ",
      toDocs("options.html", "Options"),
      " has all options.",
    ),
  ];
}

function codeBlock(label: string, text: string): HTMLElement {
  const title = make("figcaption", {}, label);
  const place = scrolling(label, make("pre", {}, make("code", {}, text)));
  return make("figure", { class: "program" }, title, place);
}
