// The pages of the documentation site, by VitePress, with the playground in them.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { playground } from "./playground.mjs";
import { root, run } from "./run.mjs";
import { messages } from "./site/messages.mjs";
import { assetOf, sitePages } from "./site/pages.mjs";
import { installIn, SITE } from "./tools.mjs";

const staged = join(SITE, "pages");

const read = (file) => readFileSync(join(root, file), "utf8");

function put(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** The files that are pages, with their text. */
function sources() {
  const files = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"];
  for (const name of readdirSync(join(root, "docs")))
    if (name.endsWith(".md")) files.push(`docs/${name}`);
  return new Map(files.sort().map((file) => [file, read(file)]));
}

/** The start page, with the example of README.md. */
function startPage() {
  const [example] = /^```ts\n[\s\S]*?^```$/m.exec(read("README.md")) ?? [];
  if (example === undefined) throw new Error("README.md has no example");
  return read("docs/site/index.md").replace("<!-- the example of README.md -->", () => example);
}

async function stage() {
  rmSync(staged, { recursive: true, force: true });
  const { pages, assets } = sitePages(sources(), messages());
  for (const [path, text] of pages) put(join(staged, path), text);
  put(join(staged, "index.md"), startPage());
  put(join(staged, "playground-page.md"), read("docs/site/playground-page.md"));
  for (const file of assets) {
    const place = join(staged, "public", assetOf(file));
    mkdirSync(dirname(place), { recursive: true });
    copyFileSync(join(root, file), place);
  }
  put(join(staged, "public", "playground", "index.html"), await playground());
}

/** Makes the site in `folder`, to be served from `base`. */
export async function documentation(folder, base = "/") {
  await installIn(SITE);
  await stage();
  const vitepress = join(SITE, "node_modules", "vitepress", "bin", "vitepress.js");
  const args = ["build", SITE, "--base", base, "--outDir", folder, "--emptyOutDir"];
  await run(process.execPath, [vitepress, ...args]);
}
