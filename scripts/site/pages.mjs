// The pages of the documentation site. They are the Markdown files of the repository, with one page for
// each error and each rule.
import { posix } from "node:path";
import { relink } from "./links.mjs";
import { blocksOf } from "./messages.mjs";
import { takeCodes } from "./sections.mjs";

/** Where a file stands in the site if not under its own name. */
const PLACES = {
  "README.md": "overview.md",
  "docs/README.md": "all.md",
  "CHANGELOG.md": "changelog.md",
  "CONTRIBUTING.md": "contributing.md",
  "SECURITY.md": "security.md",
};

/** Pages whose sections become pages of their own. */
const SPLIT = {
  "docs/troubleshooting.md": { level: 3, folder: "errors", all: "All error codes" },
  "docs/rules.md": { level: 2, folder: "rules", all: "All rules" },
};

/** What a code is, by what its heading notes. */
const CODES = {
  check: "`npx @alch/blocks check` reports this code.",
  stages: "`npx @alch/blocks destroy` and `sweep` report this code.",
  warning: "A block or the guard warns with this code.",
};
const ERROR = "A block or the guard refuses with this code.";
const RULE = "A rule of `npx @alch/blocks check`.";

/** Ways from pages to the playground, which the files of the package do not have. */
const TO_PLAYGROUND = {
  "docs/naming-law.md": tip(
    "[Type a name](/playground-page) and see what it becomes in each stage.",
  ),
  "docs/domains.md": tip(
    "[Type a hostname](/playground-page) and see what it becomes in each stage.",
  ),
  "docs/alchemy-2.md": tip(
    "[Choose Alchemy 2](/playground-page) and see the program for each block.",
  ),
  "docs/options.md": tip(
    "[Type a name](/playground-page) and see the class and the name of each block.",
  ),
};

function tip(text) {
  return `::: tip\n${text}\n:::\n`;
}

/** The file that a page is made of, both as paths: that of a rule is its source. */
export function sourceOf(page) {
  const [file] = Object.entries(PLACES).find(([, place]) => place === page) ?? [];
  if (file !== undefined) return file;
  if (page.startsWith("errors/")) return "docs/troubleshooting.md";
  const [, rule] = /^rules\/([a-z-]+)\//.exec(page) ?? [];
  return rule ? `analyzer/src/rules/${rule.replaceAll("-", "_")}.rs` : `docs/${page}`;
}

const placeOf = (file) => PLACES[file] ?? file.replace(/^docs\//, "");

/** The address of a file that is no page: text without an extension gets one, so that browsers show it. */
export const assetOf = (file) => (posix.extname(file) === "" ? `${file}.txt` : file);

/**
 * Every page of the site by its path, and the files that pages link to.
 *
 * @param sources Each Markdown file of the repository that is a page, by its path.
 * @param messages What is printed for each code, by the folder of its page.
 */
export function sitePages(sources, messages = {}) {
  const split = new Map(
    Object.entries(SPLIT).map(([file, { level, folder }]) => {
      return [file, takeCodes(sources.get(file), level, folder)];
    }),
  );
  const assets = new Set();
  const addressOf = ({ file, anchor }) => {
    const code = split.get(file)?.codes.find((one) => one.anchor === anchor);
    if (code !== undefined) return `/${SPLIT[file].folder}/${code.name}/`;
    if (!sources.has(file)) {
      assets.add(file);
      return `/${assetOf(file)}`;
    }
    return `/${placeOf(file).replace(/\.md$/, "")}${anchor === undefined ? "" : `#${anchor}`}`;
  };
  const pages = new Map();
  for (const [file, text] of sources) {
    const { rest = text, codes = [] } = split.get(file) ?? {};
    pages.set(placeOf(file), whole(file, relink(file, rest, addressOf)));
    for (const code of codes) {
      const said = blocksOf(code.name, messages[SPLIT[file].folder] ?? []);
      const page = codePage(code, said, SPLIT[file], placeOf(file).replace(/\.md$/, ""));
      pages.set(`${SPLIT[file].folder}/${code.name}/index.md`, relink(file, page, addressOf));
    }
  }
  return { pages, assets };
}

/** A page as the site has it: without the marks of what is generated, and with a way to the playground. */
function whole(file, markdown) {
  const shown = markdown.replace(/^<!--[\s\S]*?-->\n/gm, "").trimStart();
  const link = TO_PLAYGROUND[file];
  return link === undefined ? shown : shown.replace(/^(# .+\n)/m, `$1\n${link}`);
}

/** The first block of code in a page. */
const EXAMPLE = /^```[\s\S]*?^```$/m;

/** An error has its first message on top; a rule has it below its example. */
function codePage({ name, note, text }, [first, ...others], { folder, all }, index) {
  const title = `---\ntitle: ${name}\noutline: false\n---\n\n# \`${name}\``;
  const isRule = folder === "rules";
  const parts = isRule
    ? [RULE, first === undefined ? text : text.replace(EXAMPLE, (code) => `${code}\n\n${first}`)]
    : [CODES[note] ?? ERROR, first, text];
  if (others.length > 0) parts.push("## Other messages", ...others);
  parts.push("## Next", `[${all}](/${index})`);
  return `${[title, ...parts].filter((part) => part !== undefined).join("\n\n")}\n`;
}
