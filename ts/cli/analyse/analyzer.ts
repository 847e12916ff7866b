/** Hands texts to the analyser. */
import { ask } from "../module.ts";
import type { LinkOptions, Migration, Report } from "./report.ts";

/** Whether `text` may declare or hand on a resource. */
export function mentions(text: string): boolean {
  return ask((analyzer) => analyzer.mentions(text));
}

/** The modules that `text` seems to import. It is not parsed. */
export function specifiers(text: string): string[] {
  return JSON.parse(ask((analyzer) => analyzer.specifiers(text))) as string[];
}

/** What is in one file, for {@link link}. */
export function parse(name: string, text: string): string {
  return ask((analyzer) => analyzer.parse(name, text));
}

/** A list of texts, as JSON. */
const LIST = /\[(?:"(?:[^"\\]|\\.)*",?)*\]/y;

/** The modules that a file names, as they are written; the rest of its facts is long. */
export function importsIn(facts: string): string[] {
  const key = '"imports":';
  const at = facts.indexOf(key);
  LIST.lastIndex = at + key.length;
  const [list = "[]"] = (at < 0 ? undefined : LIST.exec(facts)) ?? [];
  return JSON.parse(list) as string[];
}

/** From how many characters of facts on it is worth it to make room for them. */
const LARGE = 1_000_000;
/** How many bytes the analyser needs for a character of facts. */
const ROOM = 4;

/** What is in the program that the files make up; the report is handed on as text, too. */
export function link(
  facts: readonly string[],
  options: LinkOptions,
): { report: Report; text: string } {
  const size = facts.reduce((sum, { length }) => sum + length, 0);
  const text = ask((analyzer) => {
    if (size > LARGE) analyzer.reserve(size * ROOM);
    return analyzer.link([...facts], JSON.stringify(options));
  });
  return { report: JSON.parse(text) as Report, text };
}

/** How to move what one file declares over to blocks. */
export function migrate(name: string, text: string, report: string): Migration {
  return JSON.parse(ask((analyzer) => analyzer.migrate(name, text, report))) as Migration;
}
