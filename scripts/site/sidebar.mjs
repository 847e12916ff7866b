// The sidebar: the tables of docs/README.md, in their order, and below two of the pages what they list.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Pages that have a page for each of their codes. */
const LISTS = { "/rules": "rules", "/troubleshooting": "errors" };

const capitalised = (text) => text.charAt(0).toUpperCase() + text.slice(1);

function codesIn(folder) {
  return readdirSync(folder)
    .sort()
    .map((code) => ({ text: code, code }));
}

/** @param root The folder with the pages as the site has them. */
export function sidebar(root) {
  const groups = [];
  for (const [, first] of readFileSync(join(root, "all.md"), "utf8").matchAll(/^\| (.+?) \|/gm)) {
    if (/^-+$/.test(first)) continue;
    const links = [...first.matchAll(/\[([^\]]+)\]\(([^)]+)\)/g)];
    if (links.length === 0) groups.push({ text: capitalised(first), items: [] });
    for (const [, text, link] of links) groups.at(-1).items.push(item(root, text, link));
  }
  return groups;
}

function item(root, text, link) {
  const page = { text: capitalised(text), link };
  const folder = LISTS[link];
  if (folder === undefined) return page;
  const items = codesIn(join(root, folder)).map(({ text, code }) => {
    return { text, link: `/${folder}/${code}/` };
  });
  return { ...page, collapsed: true, items };
}
