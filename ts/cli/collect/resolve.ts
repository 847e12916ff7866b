/** Which source an import means: as TypeScript sees it, in the folders of the package manager. */
import type fs from "node:fs";
import { existsSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { CachedInputFileSystem, type Resolver as Library, ResolverFactory } from "enhanced-resolve";
import { hasManifest, isAlchemy, nearest } from "./packages.ts";
import { SOURCE } from "./walk.ts";
import { LinkedFiles, packagesIn, workspaceAbove } from "./workspaces.ts";

const CONDITIONS = ["import", "require", "node", "bun", "module", "default"];

const COMMON = {
  extensions: [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"],
  extensionAlias: {
    ".js": [".ts", ".tsx", ".js", ".jsx"],
    ".jsx": [".tsx", ".jsx"],
    ".mjs": [".mts", ".mjs"],
    ".cjs": [".cts", ".cjs"],
  },
  extensionAliasForExports: true,
  useSyncFileSystemCalls: true,
  pnpApi: null,
};

/** Ways to find a module. */
const WAYS = {
  /** Paths, and packages without their `exports`. */
  plain: { exportsFields: [], conditionNames: CONDITIONS },
  /** Where TypeScript finds the source of a package. */
  sources: {
    conditionNames: ["source", "development", "types", ...CONDITIONS],
    mainFields: ["source", "types", "module", "main"],
    tsconfig: true,
  },
  /** Where a runtime finds it. */
  runtime: { conditionNames: CONDITIONS, mainFields: ["module", "main"], tsconfig: true },
};

type Way = keyof typeof WAYS;

/** Longer than a program is read: no file is looked up twice. */
const CACHE_MS = 600_000;

export class Resolver {
  readonly #links = new LinkedFiles();
  // Nothing is asked of it that it would answer later.
  readonly #files = new CachedInputFileSystem(this.#links as unknown as typeof fs, CACHE_MS);
  readonly #libraries = new Map<Way, Library>();
  readonly #known = new Map<string, string | undefined>();
  readonly #homes = new Map<string, string | undefined>();
  readonly #copies = new Map<string, string | undefined>();
  readonly #workspaces = new Map<string, Promise<void>>();

  /**
   * The real path of the source that `module` means in `file`, which is a real path too;
   * `undefined` if it is none of this program.
   */
  async resolve(file: string, module: string): Promise<string | undefined> {
    const folder = dirname(file);
    // Files below one `package.json` and one `tsconfig.json` have the same packages.
    const isPath = /^\.{0,2}\//.test(module) || module === "." || module === "..";
    const home = isPath ? folder : (nearest(folder, this.#homes, isHome) ?? folder);
    const key = `${home}\0${module}`;
    if (!this.#known.has(key)) {
      if (!isPath) await this.#link(home);
      const found = isPath ? this.#find("plain", home, module) : this.#inPackage(home, module);
      this.#known.set(key, found);
    }
    const found = this.#known.get(key);
    return found !== undefined && this.#isForeign(found, file) ? undefined : found;
  }

  /** Links the packages of the workspace that `folder` is in. */
  #link(folder: string): Promise<void> {
    const linking = this.#workspaces.get(folder) ?? this.#linkAbove(folder);
    this.#workspaces.set(folder, linking);
    return linking;
  }

  async #linkAbove(folder: string): Promise<void> {
    const root = workspaceAbove(folder);
    if (root === undefined) return;
    if (root !== folder) return this.#link(root);
    this.#links.add(root, await packagesIn(root));
    this.#files.purge();
  }

  #inPackage(home: string, module: string): string | undefined {
    const source = this.#find("sources", home, module);
    if (source !== undefined && !isBuilt(source)) return source;
    const [name = "", inner] = /^((?:@[^/]+\/)?[^/]+)(?:\/(.*))?$/.exec(module)?.slice(1) ?? [];
    // A package that is not built yet has its sources in a place that its `exports` do not name.
    return (
      this.#find("plain", home, `${name}/src/${inner ?? "index"}`) ??
      this.#find("runtime", home, module) ??
      this.#find("plain", home, module)
    );
  }

  #find(way: Way, folder: string, module: string): string | undefined {
    try {
      const found = this.#library(way).resolveSync({}, folder, module);
      return found !== false && isSource(found) ? found : undefined;
    } catch {
      return undefined;
    }
  }

  #library(way: Way): Library {
    const known = this.#libraries.get(way);
    const options = { ...COMMON, ...WAYS[way], fileSystem: this.#files };
    const library = known ?? ResolverFactory.createResolver(options);
    this.#libraries.set(way, library);
    return library;
  }

  /** Whether a file is of a copy of Alchemy, and the file that imports it is not. */
  #isForeign(file: string, from: string): boolean {
    const copy = nearest(dirname(file), this.#copies, isAlchemy);
    return copy !== undefined && copy !== nearest(dirname(from), this.#copies, isAlchemy);
  }
}

function isHome(folder: string): boolean {
  const files = ["tsconfig.json", "jsconfig.json"];
  return hasManifest(folder) || files.some((file) => existsSync(join(folder, file)));
}

/** What is in `node_modules` for real was written by others. */
function isSource(path: string): boolean {
  return SOURCE.test(path) && !path.split(sep).includes("node_modules");
}

function isBuilt(path: string): boolean {
  return path.split(sep).includes("dist");
}
