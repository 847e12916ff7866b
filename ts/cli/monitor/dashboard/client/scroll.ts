/** Tables that are wider than the page: they scroll by themselves, and show that they do. */
import { make } from "./dom.ts";

/** Parts of a pixel that the browser rounds. */
const ROUNDED = 1;

/**
 * Lets what is too wide scroll. While it is too wide, the keyboard reaches it, and each side with
 * more beyond it has a shadow.
 */
export function scrolling(label: string, child: Node): HTMLElement {
  const place = make("div", { class: "scroll" }, child);
  const hint = make("p", { class: "hint", "aria-hidden": "true" }, "scroll sideways ↔");
  const edges = make("div", { class: "edges" }, place);
  const frame = make("div", { class: "scroller" }, hint, edges);
  const show = () => {
    const beyond = place.scrollWidth - place.clientWidth;
    const isWide = beyond > ROUNDED;
    // It is the same in languages that are written from right to left, where it counts down.
    const done = Math.abs(place.scrollLeft);
    frame.classList.toggle("wide", isWide);
    frame.classList.toggle("before", isWide && done > ROUNDED);
    frame.classList.toggle("after", isWide && done < beyond - ROUNDED);
    const attributes = { role: "region", "aria-label": label, tabindex: "0" };
    for (const [name, value] of Object.entries(attributes)) {
      if (isWide) place.setAttribute(name, value);
      else place.removeAttribute(name);
    }
  };
  place.addEventListener("scroll", show, { passive: true });
  const observer = new ResizeObserver(show);
  observer.observe(place);
  if (child instanceof Element) observer.observe(child);
  return frame;
}
