/** Dead links of a site are found, in pages of any tool. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { deadLinks } from "../../scripts/site/dead.mjs";
import { linkBack, mendRustdoc } from "../../scripts/site/references.mjs";

const folder = mkdtempSync(join(tmpdir(), "alch-blocks-dead-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PAGES = {
  "index.html": `<h1 id="top">Top</h1> <a href="/b/a/">a</a> <a href='#top'>top</a>
    <a href="https://example.com/none">away</a> <a href="api/index.html">later</a>
    <!-- <a href="hidden.html"></a> --> <script>"<a href='hidden.html'>"</script>`,
  "a/index.html": `<i id="impl-From%3CT%3E"></i> <a href="#impl-From%3CT%3E">raw</a>
    <a id="6"></a> <a href="../a/#6-9">lines</a> <img src="../none.png"> <a href="#none">x</a>
    <a href="/elsewhere/">out of the site</a> <a href="../none.html?a=1&amp;b=2#c">x</a>`,
  "core/help.html": `<a href="./index.html">x</a> <a href="crate::Name"><code>Name</code></a>`,
  "core/alch_blocks/index.html": '<section id="main-content" tabindex="-1">The core',
};

beforeAll(() => {
  for (const [path, text] of Object.entries(PAGES)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
});

const dead = () => deadLinks(folder, "/b/", (file) => file.startsWith("api/")).dead.sort();

const OF_PAGES = [
  "a/index.html: #none",
  "a/index.html: ../none.html?a=1&b=2#c",
  "a/index.html: ../none.png",
  "a/index.html: /elsewhere/",
];

test("links to files and anchors that are not there", () => {
  const core = ["core/help.html: ./index.html", "core/help.html: crate::Name"];
  expect(dead()).toEqual([...OF_PAGES, ...core]);
});

test("those of rustdoc are mended, and lead back to the documentation", () => {
  mendRustdoc(join(folder, "core"));
  linkBack(join(folder, "core"), "/b/");
  expect(dead()).toEqual(OF_PAGES);
  const text = (file: string) => readFileSync(join(folder, "core", file), "utf8");
  expect(text("help.html")).toContain("<code>Name</code>");
  expect(text("alch_blocks/index.html")).toContain('<a href="/b/">Documentation</a>The core');
});
