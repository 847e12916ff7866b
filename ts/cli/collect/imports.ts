/** Local imports: which file of the program another one means. */
import { statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

/** `from "./x"`, `import "./x"`, `import("./x")`, `require("./x")`, found without parsing. */
const LOCAL = /\b(?:from|import|require)\s*\(?\s*(["'`])(\.\.?(?:\/[^"'`\n]*)?)\1/g;

/** The relative modules that a text seems to import. */
function localImports(text: string): string[] {
  return Array.from(text.matchAll(LOCAL), ([, , module = ""]) => module);
}

/** What may stand for an extension in an import, in the order of TypeScript. */
const INSTEAD: Readonly<Record<string, readonly string[]>> = {
  ".js": [".ts", ".tsx", ".js", ".jsx"],
  ".jsx": [".tsx", ".jsx"],
  ".mjs": [".mts", ".mjs"],
  ".cjs": [".cts", ".cjs"],
};

const EXTENSIONS = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"];

/** The files that an import of `path` may mean, the likeliest first. */
function candidates(path: string): string[] {
  const written = /\.[cm]?[jt]sx?$/.exec(path)?.[0] ?? "";
  const instead = INSTEAD[written]?.map((extension) => path.slice(0, -written.length) + extension);
  return [
    ...(instead ?? []),
    ...(written ? [path] : []),
    ...EXTENSIONS.map((extension) => path + extension),
    ...EXTENSIONS.map((extension) => join(path, `index${extension}`)),
  ];
}

/** The file that `module` means in `from`, if there is one; `known` files are not looked up. */
export function resolveImport(
  from: string,
  module: string,
  known: ReadonlySet<string>,
): string | undefined {
  const all = candidates(resolve(dirname(from), module));
  return all.find((path) => known.has(path)) ?? all.find(isFile);
}

/** The file that an import of `path` means, if there is one. */
export function resolveFile(path: string): string | undefined {
  return candidates(path).find(isFile);
}

function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  } catch {
    // A part of the path is a file, a link to itself, or not to be looked into.
    return false;
  }
}

/** The path of a module without what an import may leave out. */
function stemOf(path: string): string {
  return path.replace(/\.[cm]?[jt]sx?$/, "");
}

/** Who imports a file, by the looks of it: nothing is resolved before it is asked for. */
export class Importers {
  /** By the last part of the module's name. */
  readonly #imports = new Map<string, { from: string; module: string }[]>();

  note(from: string, text: string): void {
    for (const module of localImports(text)) {
      const last = stemOf(module.slice(module.lastIndexOf("/") + 1));
      const all = this.#imports.get(last);
      if (all) all.push({ from, module });
      else this.#imports.set(last, [{ from, module }]);
    }
  }

  /** All that import one of `files`, through others too. */
  of(files: readonly string[]): string[] {
    const found = new Set(files);
    // A set can grow while it is gone through.
    for (const file of found) for (const from of this.#directly(file)) found.add(from);
    return [...found].slice(files.length);
  }

  #directly(file: string): string[] {
    const stem = stemOf(file);
    const name = basename(stem);
    const folder = dirname(stem);
    const names = name === "index" ? [name, basename(folder), ".", "..", ""] : [name];
    const possible = names.flatMap((last) => this.#imports.get(last) ?? []);
    const meant = possible.filter(({ from, module }) => {
      const path = stemOf(resolve(dirname(from), module));
      return path === stem || (name === "index" && path === folder);
    });
    return meant.map(({ from }) => from);
  }
}
