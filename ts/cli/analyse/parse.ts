/** Parses many files, each on its own: one that cannot be parsed does not keep the others. */
import { importsIn, parse } from "./analyzer.ts";

export interface Task {
  name: string;
  text: string;
}

/** What was found in a file, or why it could not be looked into. */
export interface Parsed {
  facts: string;
  /** The modules that it names. */
  modules: string[];
  trouble?: string;
}

export function parseAll(tasks: readonly Task[]): Parsed[] {
  return tasks.map(({ name, text }) => {
    try {
      const facts = parse(name, text);
      return { facts, modules: importsIn(facts) };
    } catch (error) {
      const trouble = `the analyser gave up on it (${(error as Error).message})`;
      return { facts: "", modules: [], trouble };
    }
  });
}
