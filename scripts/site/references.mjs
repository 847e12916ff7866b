// What is left to do before the pages of TypeDoc and of rustdoc can be part of the site.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

function rewrite(folder, change) {
  for (const file of readdirSync(folder, { recursive: true })) {
    if (!file.endsWith(".html")) continue;
    const path = join(folder, file);
    const html = readFileSync(path, "utf8");
    const changed = change(html);
    if (changed !== html) writeFileSync(path, changed);
  }
}

/** Where a page of TypeDoc has links, and where the content of one of rustdoc begins. */
const PLACE = /<div id="tsd-toolbar-links">|<section id="main-content"[^>]*>/;

/** Gives each page a link to the documentation, which begins at `address`. */
export function linkBack(folder, address) {
  let found = false;
  rewrite(folder, (html) =>
    html.replace(PLACE, (place) => {
      found = true;
      return `${place}<a href="${address}">Documentation</a>`;
    }),
  );
  if (!found) throw new Error(`no page in ${folder} has a place for a link to the documentation`);
}

/** A link that the documentation of a dependency has, and that leads nowhere outside of it. */
const INNER = /<a href="crate::[^"]*">([\s\S]*?)<\/a>/g;

/** Some pages of rustdoc lead to the start of all crates, which it does not write for one crate. */
const START = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="refresh" content="0; url=alch_blocks/index.html">
<title>The core</title>
<p><a href="alch_blocks/index.html">The core</a></p>
</html>
`;

/** Mends the links of what rustdoc has written for one crate. */
export function mendRustdoc(folder) {
  rewrite(folder, (html) => html.replace(INNER, "$1"));
  writeFileSync(join(folder, "index.html"), START);
}
