/** Which program this is, to tell two programs apart that use one app name. */

type Builtins = {
  (name: "node:fs"): typeof import("node:fs");
  (name: "node:path"): typeof import("node:path");
};

let found: string | undefined;
let isKnown = false;

/** The name of the program's package, and the path of the program there; nothing where neither is known. */
export function programName(): string | undefined {
  if (!isKnown) found = findProgram();
  isKnown = true;
  return found;
}

function findProgram(): string | undefined {
  const main = globalThis.process?.argv?.[1];
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
