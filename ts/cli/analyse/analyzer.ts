/** Loads the analyser, which is Rust, and hands texts to it. */
import * as glue from "#analyzer";
import { instantiate } from "../../instance.ts";
import { compile } from "../module.ts";
import type { LinkOptions, Migration, Report } from "./report.ts";

let compiled: WebAssembly.Module | undefined;
let running = false;

function start(): void {
  compiled ??= compile("./analyzer.wasm");
  instantiate(compiled, glue);
  running = true;
}

/** What is asked of the analyser, done by an instance that is whole. */
function ask<T>(question: () => T): T {
  if (!running) start();
  try {
    return question();
  } catch (error) {
    // A trap, by a stack that was too small for one, leaves an instance that cannot be used again.
    running = false;
    throw error;
  }
}

/** Whether `text` may declare or hand on a resource. */
export function mentions(text: string): boolean {
  return ask(() => glue.mentions(text));
}

/** What is in one file, for {@link link}. */
export function parse(name: string, text: string): string {
  return ask(() => glue.parse(name, text));
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

/** What is in the program that the files make up; the report is handed on as text, too. */
export function link(
  facts: readonly string[],
  options: LinkOptions,
): { report: Report; text: string } {
  const text = ask(() => glue.link([...facts], JSON.stringify(options)));
  return { report: JSON.parse(text) as Report, text };
}

/** How to move what one file declares over to blocks. */
export function migrate(name: string, text: string, report: string): Migration {
  return JSON.parse(ask(() => glue.migrate(name, text, report))) as Migration;
}
