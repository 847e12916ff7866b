/** Which files of the program its imports mean. */
import { realpathSync } from "node:fs";
import { isBuiltin } from "node:module";
import type { Resolver } from "./resolve.ts";

/** A file, and the modules that it names. */
export interface Importing {
  /** Absolute. */
  path: string;
  /** As it is shown. */
  name: string;
  modules: readonly string[];
}

/** The libraries that the analyser knows, and what a runtime has. */
const LIBRARY = /^(?:(?:node|bun|cloudflare|data|https?):|alchemy(?:\/|$)|@alch\/blocks(?:\/|$))/;

export class Modules {
  #resolver: Promise<Resolver> | undefined;
  /** The names of the files of the program, by their real paths. */
  readonly #names = new Map<string, string>();
  /** By the name of the file that imports: its modules, and the real paths of what they mean. */
  readonly #targets = new Map<string, Map<string, string>>();

  /** Notes what `files` import, and gives the real paths of files that are not known yet. */
  async add(files: readonly Importing[]): Promise<string[]> {
    const importing = files.map((file) => ({ ...file, real: realOf(file.path) }));
    for (const { real, name } of importing) this.#names.set(real, name);
    const unknown = new Set<string>();
    for (const { real, name, modules } of importing) {
      const targets = new Map<string, string>();
      for (const module of modules) {
        const target = await this.resolve(real, module);
        if (target === undefined) continue;
        targets.set(module, target);
        if (!this.#names.has(target)) unknown.add(target);
      }
      this.#targets.set(name, targets);
    }
    return [...unknown];
  }

  /** The real path of the file that `module` means in the file whose real path is `from`. */
  async resolve(from: string, module: string): Promise<string | undefined> {
    if (LIBRARY.test(module) || isBuiltin(module)) return undefined;
    // Programs in one file do not need it, and it takes a while to load.
    this.#resolver ??= import("./resolve.ts").then(({ Resolver }) => new Resolver());
    return (await this.#resolver).resolve(from, module);
  }

  /** What modules mean, by the names of files. */
  byName(): Record<string, Record<string, string>> {
    const known = (targets: ReadonlyMap<string, string>) =>
      [...targets].flatMap(([module, target]) => {
        const name = this.#names.get(target);
        return name === undefined ? [] : [[module, name] as const];
      });
    const all = [...this.#targets].map(([file, targets]) => [file, known(targets)] as const);
    return Object.fromEntries(all.map(([file, targets]) => [file, Object.fromEntries(targets)]));
  }
}

/** A path without symbolic links; that of a file that is gone by now as it is. */
export function realOf(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}
