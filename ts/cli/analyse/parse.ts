/** Parses many files, each on its own: one that cannot be parsed does not keep the others. */
import { imports, importsIn, parse } from "./analyzer.ts";

export interface Task {
  name: string;
  text: string;
}

/** What was found in a file, or why it could not be looked into. */
export interface Parsed {
  facts?: string;
  /** The modules that it names. */
  modules: string[];
  trouble?: string;
}

/** The facts of each file, and its modules. */
export function parseAll(tasks: readonly Task[]): Parsed[] {
  return each(tasks, ({ name, text }) => {
    const facts = parse(name, text);
    return { facts, modules: importsIn(facts) };
  });
}

/** The modules of each file. */
export function importsOfAll(tasks: readonly Task[]): Parsed[] {
  return each(tasks, ({ name, text }) => ({ modules: imports(name, text) }));
}

function each(tasks: readonly Task[], read: (task: Task) => Parsed): Parsed[] {
  return tasks.map((task) => {
    try {
      return read(task);
    } catch (error) {
      const trouble = `the analyser gave up on it (${(error as Error).message})`;
      return { modules: [], trouble };
    }
  });
}
