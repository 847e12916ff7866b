/** Hands texts to the analyser. */
import { ask } from "../module.ts";
import type {
  LinkOptions,
  MigrateOptions,
  Migration,
  OldRow,
  Report,
  SourceFile,
  ToV2,
} from "./report.ts";

/** Whether `text` may declare or hand on a resource. */
export function mentions(text: string): boolean {
  return ask((analyzer) => analyzer.mentions(text));
}

/** The modules that `text` seems to import. It is not parsed. */
export function specifiers(text: string): string[] {
  return JSON.parse(ask((analyzer) => analyzer.specifiers(text))) as string[];
}

/** The modules that a file names, as they are written. */
export function imports(name: string, text: string): string[] {
  return JSON.parse(ask((analyzer) => analyzer.imports(name, text))) as string[];
}

/** What is in the program that `files` make up. */
export function report(
  files: readonly { path: string; text: string }[],
  options: LinkOptions,
): Report {
  const [given, how] = [JSON.stringify(files), JSON.stringify(options)];
  return JSON.parse(ask((analyzer) => analyzer.report(given, how))) as Report;
}

/** What is in one file, for {@link link}. */
export function parse(name: string, text: string): string {
  return ask((analyzer) => analyzer.parse(name, text));
}

/** A list of texts, as JSON. */
const LIST = /\[(?:"(?:[^"\\]|\\.)*",?)*\]/y;

/** The modules among the facts of a file; the rest of them is long. */
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

/** What is in the program whose files have these `facts`. */
export function link(facts: readonly string[], options: LinkOptions): Report {
  const size = facts.reduce((sum, { length }) => sum + length, 0);
  const text = ask((analyzer) => {
    if (size > LARGE) analyzer.reserve(size * ROOM);
    return analyzer.link([...facts], JSON.stringify(options));
  });
  return JSON.parse(text) as Report;
}

/** How to move a program over to blocks, and what a deploy of it would then do. */
export function migrate(files: readonly SourceFile[], options: MigrateOptions): Migration {
  const answer = ask((analyzer) =>
    analyzer.migrate(JSON.stringify(files), JSON.stringify(options)),
  );
  return JSON.parse(answer) as Migration;
}

/** The rows and the program of version 2, from those of 0.94. */
export function migrateToV2(
  files: readonly SourceFile[],
  options: MigrateOptions,
  state: { rows: readonly OldRow[]; atRoot: readonly OldRow[]; account?: string },
): ToV2 {
  const [given, how, rows] = [files, options, state].map((one) => JSON.stringify(one));
  const answer = ask((analyzer) => analyzer.migrateToV2(given ?? "", how ?? "", rows ?? ""));
  return JSON.parse(answer) as ToV2;
}
