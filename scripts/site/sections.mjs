// Pages with a section for each code: in the site, each code has a page of its own.
import { plain, slugOf } from "./slug.mjs";

/** Fenced code, in which a `#` begins no heading. */
const FENCED = /^```[\s\S]*?^```$/gm;

/** Where headings of these levels begin. */
function headings(markdown) {
  const hidden = markdown.replace(FENCED, (code) => code.replaceAll("#", " "));
  return [...hidden.matchAll(/^(#{1,6}) +(.+)$/gm)].map(({ 0: line, 1: marks, index }) => {
    const title = markdown.slice(index + marks.length, index + line.length).trim();
    return { level: marks.length, title, from: index, to: index + line.length };
  });
}

/**
 * Takes the sections of codes out of a page.
 *
 * @param level The level of their headings, which begin with the code in backticks.
 * @returns The codes, each with its text, the anchor it had and what its heading notes; and the page, with a list of links in
 * their place.
 */
export function takeCodes(markdown, level, folder) {
  const all = headings(markdown);
  const codes = [];
  let rest = "";
  let done = 0;
  for (const [at, heading] of all.entries()) {
    const names = namesOf(heading.title);
    if (heading.level !== level || names.length === 0) continue;
    const next = all.slice(at + 1).find((one) => one.level <= level);
    const end = next?.from ?? markdown.length;
    rest += markdown.slice(done, heading.from);
    rest += `${names.map((name) => `- [\`${name}\`](/${folder}/${name}/)`).join("\n")}\n`;
    const goesOn = next?.level === level && namesOf(next.title).length > 0;
    if (!goesOn) rest += "\n";
    done = end;
    const text = markdown.slice(heading.to, end).trim();
    const anchor = slugOf(plain(heading.title));
    const [, note] = /\((\w+)\)$/.exec(heading.title) ?? [];
    codes.push(...names.map((name) => ({ name, anchor, note, text })));
  }
  return { codes, rest: rest + markdown.slice(done) };
}

/** The codes of a heading: `` `a`, `b` (stages) `` has two. */
function namesOf(title) {
  const [start = ""] = /^`[a-z-]+`(, `[a-z-]+`)*/.exec(title) ?? [];
  return [...start.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name);
}
