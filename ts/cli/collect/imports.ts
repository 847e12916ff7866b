/** Who imports a file, by the looks of the texts. */
import { basename, dirname } from "node:path";
import { type Modules, realOf } from "./modules.ts";

/** The path of a module without what an import may leave out. */
function stemOf(path: string): string {
  return path.replace(/\.[cm]?[jt]sx?$/, "");
}

interface Import {
  from: string;
  module: string;
}

export class Importers {
  /** Relative imports by the last part of the module's name: most are never resolved. */
  readonly #relative = new Map<string, Import[]>();
  /** By the real path of the file that is imported. */
  readonly #byFile = new Map<string, string[]>();

  constructor(private readonly modules: Modules) {}

  async note(path: string, modules: readonly string[]): Promise<void> {
    const from = realOf(path);
    for (const module of modules) {
      if (module.startsWith(".")) {
        push(this.#relative, stemOf(module.slice(module.lastIndexOf("/") + 1)), { from, module });
        continue;
      }
      const target = await this.modules.resolve(from, module);
      if (target !== undefined) push(this.#byFile, target, from);
    }
  }

  /** The real paths of all that import one of `files`, through others too. */
  async of(files: readonly string[]): Promise<string[]> {
    const asked = new Set(files.map(realOf));
    const found = new Set(asked);
    // A set can grow while it is gone through.
    for (const file of found) for (const from of await this.#directly(file)) found.add(from);
    return [...found].filter((file) => !asked.has(file));
  }

  async #directly(file: string): Promise<string[]> {
    const name = basename(stemOf(file));
    const names = name === "index" ? [name, basename(dirname(file)), ".", "..", ""] : [name];
    const found = [...(this.#byFile.get(file) ?? [])];
    for (const { from, module } of names.flatMap((last) => this.#relative.get(last) ?? [])) {
      if ((await this.modules.resolve(from, module)) === file) found.push(from);
    }
    return found;
  }
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const all = map.get(key);
  if (all) all.push(value);
  else map.set(key, [value]);
}
