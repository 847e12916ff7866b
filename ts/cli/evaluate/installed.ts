/** The Alchemy 2 that a program imports, and a runtime that can run both. */
import { spawnSync } from "node:child_process";
import fs, { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CachedInputFileSystem, ResolverFactory } from "enhanced-resolve";
import { ALCHEMY_2, INSTALL_2 } from "../../generated/versions.ts";
import { hasManifest, nearest } from "../collect/packages.ts";
import { Problem, reasonOf } from "../problem.ts";
import { MODULES, type ModuleName } from "./answer.ts";

const HELP = `install a version that is known beside the program: \`${INSTALL_2}\``;
const HELP_RUNTIME = "install Bun, or run `alch-blocks` with Bun or with Node 22.18 and newer";

/** Where people run a program: the folder of its package. */
export function homeOf(program: string): string {
  const folder = dirname(program);
  return nearest(folder, new Map(), hasManifest) ?? folder;
}

export interface Installed {
  /** What starts a program. */
  runtime: string;
  modules: Record<ModuleName, string>;
}

/** @throws Problem if there is no Alchemy 2, or one that is not known. */
export function installedFor(program: string): Installed {
  const folder = dirname(program);
  const runtime = runtimeFor(program);
  const resolve = resolverFor(runtime === "bun" || "Bun" in globalThis ? "bun" : "node");
  const main = resolve(folder, MODULES.alchemist);
  const version = main === undefined ? olderIn(folder, resolve) : versionAt(main);
  if (main === undefined || version === undefined || !ALCHEMY_2.includes(version)) {
    throw unsuitable(program, version);
  }
  const modules = Object.entries(MODULES).map(([name, module]) => {
    // Effect is Alchemy's own, of which there may be several.
    const file = resolve(dirname(main), module);
    if (file === undefined) throw unsuitable(program, version);
    return [name, file];
  });
  return { runtime, modules: Object.fromEntries(modules) };
}

function unsuitable(program: string, version: string | undefined): Problem {
  if (version === undefined) {
    const message = `there is no Alchemy 2 that \`${program}\` could import`;
    return new Problem(message, HELP, "alchemy2-missing");
  }
  const message = `\`${program}\` imports Alchemy ${version}, which \`--evaluate\` does not know`;
  return new Problem(message, HELP, "alchemy2-unknown");
}

type Resolve = (folder: string, module: string) => string | undefined;

/** Finds modules as the runtime does. */
function resolverFor(condition: "bun" | "node"): Resolve {
  const library = ResolverFactory.createResolver({
    fileSystem: new CachedInputFileSystem(fs, 0),
    conditionNames: [condition, "import", "module-sync", "default"],
    extensions: [".js", ".mjs", ".ts"],
    useSyncFileSystemCalls: true,
    pnpApi: null,
  });
  return (folder, module) => {
    try {
      return library.resolveSync({}, folder, module) || undefined;
    } catch {
      return undefined;
    }
  };
}

/** The version of an Alchemy that has none of the modules of version 2. */
function olderIn(folder: string, resolve: Resolve): string | undefined {
  const file = resolve(folder, "alchemy");
  return file === undefined ? undefined : versionAt(file);
}

/** The version of the package that a file is in. */
function versionAt(file: string): string | undefined {
  for (let at = dirname(file); at !== dirname(at); at = dirname(at)) {
    try {
      const manifest = readFileSync(join(at, "package.json"), "utf8");
      const { name, version } = JSON.parse(manifest) as { name?: unknown; version?: unknown };
      if (name === "alchemy") return typeof version === "string" ? version : undefined;
    } catch (error) {
      if (reasonOf(error) !== "it does not exist") return undefined;
    }
  }
  return undefined;
}

/** What runs this, unless it is a Node that cannot read TypeScript. */
function runtimeFor(program: string): string {
  const { typescript } = process.features as { typescript?: unknown };
  const readsTypes = "Bun" in globalThis || Boolean(typescript);
  if (readsTypes || /\.[cm]?jsx?$/.test(program)) return process.execPath;
  const { error } = spawnSync("bun", ["--version"], { stdio: "ignore" });
  if (error === undefined) return "bun";
  const message = `this Node (${process.version}) cannot run \`${program}\`, which is TypeScript`;
  throw new Problem(message, HELP_RUNTIME, "evaluate-runtime");
}
