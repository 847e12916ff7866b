// The playground as one page, with the core in it: it works on any web server, and from a file.
import { createHash } from "node:crypto";
import { join } from "node:path";
import { inOne } from "./assets.mjs";
import { generated } from "./build.mjs";

const SOURCES = join("docs", "playground");

// Older ones of Chromium make no module of this size without waiting.
const BROWSERS = ["chrome115", "firefox115", "safari16"];

const bundled = async (entry) => (await inOne(join(SOURCES, entry), BROWSERS, [generated])).text;

const hashOf = (text) => `sha256-${createHash("sha256").update(text).digest("base64")}`;

/** The page. It may run its own script and the core, and fetch nothing. */
export async function playground() {
  const [script, style] = await Promise.all([bundled("main.ts"), bundled("style.css")]);
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}' 'wasm-unsafe-eval'`,
    `style-src '${hashOf(style)}'`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return [
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="referrer" content="no-referrer">',
    // An icon without content, or a browser would ask the server for one.
    '<link rel="icon" href="data:,">',
    "<title>@alch/blocks: playground</title>",
    `<style>${style}</style>`,
    "</head>",
    "<body>",
    '<div id="page"></div>',
    "<noscript><p>The names are made by a script, which is turned off here.</p></noscript>",
    `<script>${script}</script>`,
    "</body>",
    "</html>",
    "",
  ].join("\n");
}
