/** What of the account's limits is used. */
import type { Quota } from "../../report.ts";
import { make, section, table } from "./dom.ts";
import { scrolling } from "./scroll.ts";
import { number, percent } from "./words.ts";

/** From here on the monitor reports it, too. */
const NEAR = 0.8;

export function quotas(all: readonly Quota[]): HTMLElement {
  const title = "Limits of the account";
  if (all.length === 0) {
    return section("quotas", title, make("p", {}, "The account was not looked at."));
  }
  const rows = all.map((quota) => [label(quota), figure(quota), bar(quota)]);
  const caption = "Used, against the limits of the account";
  const list = table(caption, ["Kind", "Used", "Share"], rows);
  list.classList.add("quotas");
  return section("quotas", title, scrolling(caption, list));
}

function label({ kind, zone }: Quota): string {
  return zone === undefined ? kind : `${kind} of ${zone}`;
}

function part({ used, limit }: Quota): number {
  return limit > 0 ? used / limit : 1;
}

function figure({ used, limit }: Quota): string {
  return `${number(used)} of ${number(limit)}`;
}

function bar(quota: Quota): HTMLElement {
  const share = part(quota);
  const level = share >= 1 ? "full" : share >= NEAR ? "near" : "fine";
  const filled = make("span", { class: `filled ${level}` });
  filled.style.inlineSize = `${Math.min(share, 1) * 100}%`;
  const warning = level === "fine" ? "" : level === "full" ? " · full" : " · nearly full";
  return make(
    "div",
    { class: "share" },
    make("span", { class: "bar", "aria-hidden": "true" }, filled),
    make("span", { class: "figure" }, percent(share) + warning),
  );
}
