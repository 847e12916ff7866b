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
  const { argv, getBuiltinModule } = (globalThis.process ?? {}) as {
    argv?: string[];
    getBuiltinModule?: Builtins;
  };
  const main = argv?.[1];
  // Runtimes that lack it get no answer: the guard is imported where there are no files, too.
  if (main === undefined || !getBuiltinModule) return undefined;
  const { existsSync, readFileSync } = getBuiltinModule("node:fs");
  const { dirname, join, relative, sep } = getBuiltinModule("node:path");
  for (let folder = dirname(main); ; folder = dirname(folder)) {
    const file = join(folder, "package.json");
    if (existsSync(file)) {
      const path = relative(folder, main).split(sep).join("/");
      return `${nameIn(readFileSync(file, "utf8"))}:${path}`;
    }
    if (folder === dirname(folder)) return undefined;
  }
}

function nameIn(manifest: string): string {
  try {
    return String(JSON.parse(manifest).name ?? "");
  } catch {
    return "";
  }
}
