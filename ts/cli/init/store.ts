/** Where the programs of a project keep their state, as the analyser tells it. */
import { linkProgram, type Program, readProgram } from "../analyse/program.ts";
import type { DeclaredApp } from "../analyse/report.ts";
import { readConfig } from "../config.ts";
import { isStack } from "../evaluate/stack.ts";
import { Problem } from "../problem.ts";
import { Progress } from "../progress.ts";

export interface Stores {
  /** What `--state-store` takes, from the project on: modules, and programs for Alchemy 2. */
  modules: readonly string[];
  /** Programs whose store `--state-store` cannot be given. */
  inline: readonly string[];
  /** Programs whose state is in files, which no pipeline has. */
  local: readonly string[];
  /** Whether all programs are for Alchemy 2. */
  isNew: boolean;
}

/** What the scripts of `package.json` can have without quotes, in every shell. */
const PLAIN = /^[\w./@-]+$/;

/** @returns none where the programs cannot be read: `check` says why. */
export async function storesOf(folder: string): Promise<Stores> {
  const program = await programIn(folder);
  const apps = program === undefined ? [] : linkProgram(program, { stages: [] }).apps;
  const [local, given] = split(apps, ({ store }) => store.in === "files");
  const found = given.map((app) => ({ app, module: program && moduleOf(app, program) }));
  return {
    modules: unique(found.flatMap(({ module }) => module ?? [])),
    inline: unique(found.flatMap(({ app, module }) => (module === undefined ? app.file : []))),
    local: unique(local.map(({ file }) => file)),
    isNew: apps.length > 0 && apps.every(({ alchemy }) => alchemy === 2),
  };
}

async function programIn(folder: string): Promise<Program | undefined> {
  try {
    return await readProgram([], await readConfig(folder), folder, new Progress());
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}

/** The file that `--state-store` takes: the module of the store, or the program that exports the stack. */
function moduleOf({ file, store }: DeclaredApp, { files }: Program): string | undefined {
  const exporter = () => files.find((one) => one.name === file && isStack(one.modules, one.text));
  const path = store.in === "module" ? store.path : exporter()?.name;
  if (path === undefined || !PLAIN.test(path)) return undefined;
  return path.startsWith("../") ? path : `./${path}`;
}

function split<T>(all: readonly T[], test: (one: T) => boolean): [T[], T[]] {
  return [all.filter(test), all.filter((one) => !test(one))];
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}
