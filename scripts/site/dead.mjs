// Links of a site to files and headings that are not there.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** Only to tell links within the site from others. */
const ORIGIN = "http://site.invalid";

/** Links that leave the site. Any other scheme is a mistake, such as that of `crate::Name`. */
const ELSEWHERE = /^(https?:|mailto:|data:|javascript:|\/\/)/;

/** What has no link and no anchor that counts. */
const HIDDEN =
  /<!--[\s\S]*?-->|(?<=<script[^>]*>)[\s\S]*?(?=<\/script>)|<template[\s\S]*?<\/template>/g;
const TAGS = /<[a-z][\w-]*\b((?:[^>"']|"[^"]*"|'[^']*')*)>/gi;
const ATTRIBUTE = /\s(href|src|id|name)=(?:"([^"]*)"|'([^']*)'|([^\s>]+))/g;

/** Lines of a source, as the reference of the core marks them: only the first one has a name. */
const LINES = /^(\d+)-\d+$/;

const decoded = (text) =>
  text
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");

/** What a page has to link to, and what it links to. */
function read(html) {
  const ids = new Set();
  const links = [];
  for (const [, attributes] of html.replace(HIDDEN, "").matchAll(TAGS)) {
    for (const [, name, ...values] of attributes.matchAll(ATTRIBUTE)) {
      const value = decoded(values.find((one) => one !== undefined));
      if (name === "href" || name === "src") links.push(value);
      else ids.add(value);
    }
  }
  return { ids, links };
}

/** The file that a server answers with. */
const fileAt = (path) => path.replace(/(^|\/)$/, "$1index.html");

/**
 * @param folder The site, as a server has it at `base`.
 * @param leaves Tells of a file, such as `api/index.html`, whether other tools make it later.
 * @returns Each dead link after its page, and how many links were followed.
 */
export function deadLinks(folder, base = "/", leaves = () => false) {
  const files = readdirSync(folder, { recursive: true }).map((file) => file.replaceAll("\\", "/"));
  const pages = new Map(
    files
      .filter((file) => file.endsWith(".html"))
      .map((file) => [file, read(readFileSync(join(folder, file), "utf8"))]),
  );
  const isThere = (file) => existsSync(join(folder, file)) && statSync(join(folder, file)).isFile();
  const isDead = (page, link) => {
    const { origin, pathname, hash } = new URL(link, `${ORIGIN}${base}${page}`);
    if (origin !== ORIGIN || !pathname.startsWith(base)) return true;
    const file = fileAt(decodeURIComponent(pathname.slice(base.length)));
    if (leaves(file)) return false;
    if (!isThere(file)) return true;
    const anchor = hash.slice(1).replace(LINES, "$1");
    const ids = pages.get(file)?.ids;
    return !(anchor === "" || !ids || ids.has(anchor) || ids.has(decodeURIComponent(anchor)));
  };
  const isOwn = (link) => !ELSEWHERE.test(link);
  const all = [...pages].flatMap(([page, { links }]) =>
    links.filter(isOwn).map((link) => ({ page, link })),
  );
  const dead = all.filter(({ page, link }) => isDead(page, link));
  return { dead: dead.map(({ page, link }) => `${page}: ${link}`), followed: all.length };
}
