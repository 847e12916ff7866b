// What rustdoc leaves to be done before its pages can be part of a site.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

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

/** @param folder What rustdoc has written for one crate. */
export function finishRustdoc(folder) {
  for (const file of readdirSync(folder, { recursive: true })) {
    if (!file.endsWith(".html")) continue;
    const path = join(folder, file);
    const html = readFileSync(path, "utf8");
    const mended = html.replace(INNER, "$1");
    if (mended !== html) writeFileSync(path, mended);
  }
  writeFileSync(join(folder, "index.html"), START);
}
