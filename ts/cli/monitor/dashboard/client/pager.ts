/** Shows a long list one page at a time. */
import { count } from "../../../render/numbers.ts";
import { make } from "./dom.ts";
import { number } from "./words.ts";

export interface Pager<Item> {
  readonly element: HTMLElement;
  /** Shows the first page of `items`. */
  show(items: readonly Item[]): void;
}

/**
 * @param noun What the items are called, in the line that says how many there are.
 * @param render Shows the items of one page.
 * @param sum How many items there are, in words.
 */
export function pager<Item>(
  noun: string,
  size: number,
  render: (items: readonly Item[]) => Node,
  sum = (items: readonly Item[]) => count(items.length, noun),
): Pager<Item> {
  let items: readonly Item[] = [];
  let page = 0;
  const status = make("p", { class: "status", role: "status" });
  const place = make("div", { class: "paged" });
  const previous = make("button", { type: "button" }, "Previous");
  const next = make("button", { type: "button" }, "Next");
  const where = make("span");
  const label = `Pages of ${noun}s`;
  const controls = make("nav", { class: "pager", "aria-label": label }, previous, where, next);
  const element = make("div", {}, status, place, controls);

  const pages = () => Math.max(Math.ceil(items.length / size), 1);
  const draw = () => {
    const first = page * size;
    const shown = items.slice(first, first + size);
    place.replaceChildren(render(shown));
    const range = `${number(first + 1)} to ${number(first + shown.length)}`;
    status.textContent = items.length > size ? `${sum(items)}, showing ${range}` : sum(items);
    where.textContent = `Page ${number(page + 1)} of ${number(pages())}`;
    controls.hidden = pages() === 1;
    // A disabled button would lose the focus of whoever just pressed it.
    previous.setAttribute("aria-disabled", `${page === 0}`);
    next.setAttribute("aria-disabled", `${page === pages() - 1}`);
  };
  const turn = (by: number) => {
    const to = page + by;
    if (to < 0 || to >= pages()) return;
    page = to;
    draw();
    element.scrollIntoView({ block: "start" });
  };
  previous.addEventListener("click", () => turn(-1));
  next.addEventListener("click", () => turn(1));
  return {
    element,
    show(all) {
      items = all;
      page = 0;
      draw();
    },
  };
}
