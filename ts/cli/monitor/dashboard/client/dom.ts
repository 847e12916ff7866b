/** Makes elements. Text comes into the page here and as text only, never as markup. */
import { grouped } from "../../../render/numbers.ts";

export type Child = Node | string | false | undefined;

/** An element with attributes and children. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  for (const child of children) {
    if (child === false || child === undefined) continue;
    element.appendChild(typeof child === "string" ? document.createTextNode(child) : child);
  }
  return element;
}

/** A name of someone else's: in a direction of its own. */
export function name(text: string): HTMLElement {
  return make("bdi", { class: "name" }, text);
}

/** What the monitor says, with what it has put in backticks shown as names. */
export function prose(text: string): DocumentFragment {
  const fragment = document.createDocumentFragment();
  for (const [at, part] of text.split(/`([^`\n]+)`/).entries()) {
    fragment.appendChild(at % 2 === 1 ? name(part) : document.createTextNode(part));
  }
  return fragment;
}

/** A section of the page under a heading. */
export function section(id: string, title: string, ...children: readonly Child[]): HTMLElement {
  const heading = make("h2", { id: `${id}-title` }, title);
  return make("section", { id, "aria-labelledby": `${id}-title` }, heading, ...children);
}

/** A section whose heading says how many rows it has. */
export function counted(
  id: string,
  title: string,
  rows: number,
  ...children: readonly Child[]
): HTMLElement {
  return section(id, `${title} (${grouped(rows)})`, ...children);
}

/** A table; the first cell of each row is its heading. */
export function table(
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly Child[])[],
): HTMLTableElement {
  const head = columns.map((column) => make("th", { scope: "col" }, column));
  const body = rows.map(([first, ...cells]) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, first),
      ...cells.map((cell) => make("td", {}, cell)),
    ),
  );
  return make(
    "table",
    {},
    make("caption", {}, caption),
    make("thead", {}, make("tr", {}, ...head)),
    make("tbody", {}, ...body),
  );
}
