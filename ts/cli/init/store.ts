/** The state store that the programs of a project give to Alchemy 0.94, as their text says it. */
import { existsSync } from "node:fs";
import { dirname, relative, resolve, sep } from "node:path";
import { readProgram } from "../analyse/program.ts";
import { readConfig } from "../config.ts";
import { Problem } from "../problem.ts";
import { Progress } from "../progress.ts";

export interface Stores {
  /** The modules whose default export makes a store, from the project on. */
  modules: readonly string[];
  /** Programs whose store has no such module. */
  inline: readonly string[];
}

/** An import of Alchemy itself: other files may have an option of that name for something else. */
const ALCHEMY = /\bfrom\s+["']alchemy["']/;
const COMMENT = /\/\*[\s\S]*?\*\/|(?<!:)\/\/.*/g;
/** `stateStore`, `stateStore: name` or `stateStore: (scope) => …`. */
const OPTION = /\bstateStore\s*(?:[,}]|:\s*(\w+)\s*[,}]|:)/;
/** What the scripts of `package.json` can have without quotes, in every shell. */
const PLAIN = /^[\w./@-]+$/;

/** @returns none where the programs cannot be read: `check` says why. */
export async function storesOf(folder: string): Promise<Stores> {
  const modules = new Set<string>();
  const inline: string[] = [];
  for (const { name, path, text } of await programsIn(folder)) {
    const code = text.replaceAll(COMMENT, "");
    const option = OPTION.exec(code.replaceAll(/^import\b.*$/gm, ""));
    if (!ALCHEMY.test(code) || option === null) continue;
    const [whole, given = whole.includes(":") ? "" : "stateStore"] = option;
    const module = moduleOf(given, code, path, folder);
    if (module === undefined) inline.push(name);
    else modules.add(module);
  }
  return { modules: [...modules], inline };
}

async function programsIn(folder: string) {
  try {
    return (await readProgram([], await readConfig(folder), folder, new Progress())).files;
  } catch (error) {
    if (error instanceof Problem) return [];
    throw error;
  }
}

/** The file that a program imports as `name` by default. */
function moduleOf(name: string, code: string, program: string, folder: string): string | undefined {
  if (name === "") return undefined;
  const written = new RegExp(`\\bimport\\s+${name}\\s+from\\s+["'](\\.[^"']+)["']`).exec(code)?.[1];
  if (written === undefined) return undefined;
  const at = resolve(dirname(program), written);
  const found = [at, at.replace(/\.js$/, ".ts"), `${at}.ts`, `${at}.js`].find((one) =>
    existsSync(one),
  );
  if (found === undefined) return undefined;
  const path = relative(folder, found).split(sep).join("/");
  const shown = path.startsWith("../") ? path : `./${path}`;
  return PLAIN.test(shown) ? shown : undefined;
}
