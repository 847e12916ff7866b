/** `metrics/dashboard.html`: one page that needs neither a server nor the network. */
import { createHash } from "node:crypto";
import script from "#dashboard-script";
import style from "#dashboard-style";
import { cut } from "../../github/markdown.ts";
import type { Metrics } from "../report.ts";
import { type View, viewOf } from "./view.ts";

/**
 * The page of `metrics`. Whatever is in them is data to the script of the page, which puts it in as
 * text; the page's policy lets nothing else run, and nothing be fetched.
 */
export function renderDashboard(metrics: Metrics): string {
  const view = viewOf(metrics);
  return [
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy()}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="referrer" content="no-referrer">',
    // An icon without content, or a browser would ask a server for one.
    '<link rel="icon" href="data:,">',
    `<title>${escaped(titleOf(view))}</title>`,
    `<style>${style}</style>`,
    "</head>",
    "<body>",
    '<a class="skip" href="#findings">Skip to the findings</a>',
    '<div id="page"></div>',
    "<noscript><p>This page shows its data by a script, which is turned off here. The same data is in <code>collision-metrics.json</code> beside it.</p></noscript>",
    `<script type="application/json" id="data">${embedded(view)}</script>`,
    `<script>${script}</script>`,
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

const NAME = "Collision monitor";
/** The most of a name in the title: browsers show less. */
const TITLE = 60;

/** `Collision monitor: shop and 2 more, Acme`. */
function titleOf({ current: { account, summary } }: View): string {
  const [app, ...others] = summary.apps;
  const more = others.length > 0 ? ` and ${others.length} more` : "";
  const where = account?.name ?? account?.id;
  const about = [
    ...(app === undefined ? [] : [cut(app, TITLE) + more]),
    ...(where === undefined ? [] : [cut(where, TITLE)]),
  ];
  return about.length === 0 ? NAME : `${NAME}: ${about.join(", ")}`;
}

/** Text that is neither an element nor the end of one. */
function escaped(text: string): string {
  return text.replace(/[<>&]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function policy(): string {
  return [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

/** JSON that cannot end the element it stands in; halves of pairs are escaped by JSON itself. */
function embedded(view: View): string {
  const unit = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(view).replace(/[<>&\u2028\u2029]/g, unit);
}
