/** Which program this is, to tell two programs apart that use one app name. */

type Builtins = {
  (name: "node:fs"): typeof import("node:fs");
  (name: "node:path"): typeof import("node:path");
};

/** What was found for a path: a process may run one program after the other. */
const found = new Map<string | undefined, string | undefined>();

/** The name of the program's package, and the path of the program there; nothing where neither is known. */
export function programName(): string | undefined {
  const main = (globalThis.process as { argv?: string[] } | undefined)?.argv?.[1];
  if (!found.has(main)) found.set(main, findProgram(main));
  return found.get(main);
}

function findProgram(main: string | undefined): string | undefined {
  const builtin = builtinModules();
  if (main === undefined || !builtin) return undefined;
  const { existsSync, readFileSync } = builtin("node:fs");
  const { dirname, join, relative, sep } = builtin("node:path");
  for (let folder = dirname(main); ; folder = dirname(folder)) {
    const file = join(folder, "package.json");
    if (existsSync(file)) {
      const path = relative(folder, main).split(sep).join("/");
      return `${nameIn(readFileSync(file, "utf8"))}:${path}`;
    }
    if (folder === dirname(folder)) return undefined;
  }
}

/** Node's modules. Runtimes that lack them get none: the guard is imported where there are no files, too. */
export function builtinModules(): Builtins | undefined {
  const { getBuiltinModule } = (globalThis.process ?? {}) as { getBuiltinModule?: Builtins };
  return getBuiltinModule;
}

function nameIn(manifest: string): string {
  try {
    return String(JSON.parse(manifest).name ?? "");
  } catch {
    return "";
  }
}
