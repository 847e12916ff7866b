/** Modules that are not relative and still of this program: workspace packages, `paths`. */
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { resolveFile } from "./imports.ts";

/** No file is called so. */
const NOWHERE = "";

interface Importing {
  path: string;
  modules: readonly string[];
}

/**
 * Notes in `aliases` which files the modules mean that `importing` names, relative to `folder`.
 * A module that means different files in different places is left out: it is not decided then.
 *
 * @returns The files, in a form to be followed.
 */
export function aliasesOf(
  importing: readonly Importing[],
  folder: string,
  aliases: Map<string, string>,
): Importing[] {
  const found: Importing[] = [];
  for (const { path, modules } of importing) {
    for (const module of modules) {
      if (!isLocalAlias(module)) continue;
      const target = pathsTarget(path, module) ?? packageTarget(path, module);
      if (target === undefined) continue;
      const name = relative(folder, target).split(sep).join("/");
      aliases.set(module, (aliases.get(module) ?? name) === name ? name : NOWHERE);
      found.push({ path, modules: [relativeTo(path, target)] });
    }
  }
  return found;
}

/** The libraries are known, and what a runtime has is in no file. */
function isLocalAlias(module: string): boolean {
  return !/^(?:[./]|(?:node|bun|cloudflare):|alchemy(?:\/|$)|@alch\/blocks(?:\/|$))/.test(module);
}

function relativeTo(from: string, target: string): string {
  const path = relative(dirname(from), target).split(sep).join("/");
  return path.startsWith(".") ? path : `./${path}`;
}

/** A package that is linked into `node_modules` from elsewhere, as workspaces are. */
function packageTarget(from: string, module: string): string | undefined {
  const name = /^(?:@[^/]+\/)?[^/]+/.exec(module)?.[0];
  if (name === undefined) return undefined;
  for (const at of foldersAbove(from)) {
    const place = join(at, "node_modules", name);
    if (!existsSync(place)) continue;
    const real = realpathSync(place);
    if (real.split(sep).includes("node_modules")) return undefined;
    return entryOf(real, module.slice(name.length + 1));
  }
  return undefined;
}

/** The source of an entry of a package. */
function entryOf(folder: string, inner: string): string | undefined {
  const { exports, main } = readJson(join(folder, "package.json"), {}) as Record<string, unknown>;
  const written = targetOf(exports, inner ? `./${inner}` : ".") ?? (inner ? inner : main);
  const choices = [written, inner ? join("src", inner) : "src/index", inner || "index"];
  for (const choice of choices) {
    const file = typeof choice === "string" ? resolveFile(resolve(folder, choice)) : undefined;
    if (file !== undefined) return file;
  }
  return undefined;
}

/** What `exports` says for an entry; of conditions, the first that leads to a text. */
function targetOf(exports: unknown, entry: string): string | undefined {
  if (typeof exports === "string") return entry === "." ? exports : undefined;
  if (typeof exports !== "object" || exports === null) return undefined;
  const map = exports as Record<string, unknown>;
  return firstText(entry in map || entry !== "." ? map[entry] : map);
}

function firstText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return undefined;
  for (const one of Object.values(value)) {
    const text = firstText(one);
    if (text !== undefined && !text.endsWith(".d.ts")) return text;
  }
  return undefined;
}

interface Paths {
  folder: string;
  paths: Record<string, readonly string[]>;
}

const knownPaths = new Map<string, Paths | undefined>();

/** What the `paths` of the nearest `tsconfig.json` say. */
function pathsTarget(from: string, module: string): string | undefined {
  const config = foldersAbove(from).find((at) => existsSync(join(at, "tsconfig.json")));
  if (config === undefined) return undefined;
  if (!knownPaths.has(config)) knownPaths.set(config, readPaths(join(config, "tsconfig.json"), 0));
  const { folder, paths } = knownPaths.get(config) ?? { folder: "", paths: {} };
  for (const [pattern, targets] of Object.entries(paths)) {
    const rest = matched(pattern, module);
    if (rest === undefined) continue;
    for (const target of targets) {
      const file = resolveFile(
        resolve(
          folder,
          target.replace("*", () => rest),
        ),
      );
      if (file !== undefined) return file;
    }
  }
  return undefined;
}

/** What `*` stands for, `""` where there is none. */
function matched(pattern: string, module: string): string | undefined {
  const [start = "", end] = pattern.split("*");
  if (end === undefined) return pattern === module ? "" : undefined;
  const fits = module.length >= start.length + end.length;
  if (!fits || !module.startsWith(start) || !module.endsWith(end)) return undefined;
  return module.slice(start.length, module.length - end.length);
}

const DEEPEST = 8;

function readPaths(file: string, depth: number): Paths | undefined {
  const config = readJson(file, {}) as {
    extends?: string | string[];
    compilerOptions?: { baseUrl?: string; paths?: Record<string, string[]> };
  };
  const { baseUrl = ".", paths } = config.compilerOptions ?? {};
  if (paths) return { folder: resolve(dirname(file), baseUrl), paths };
  if (depth === DEEPEST) return undefined;
  for (const base of [config.extends ?? []].flat().reverse()) {
    if (!base.startsWith(".")) continue;
    const path = resolve(dirname(file), base);
    const found = readPaths(path.endsWith(".json") ? path : `${path}.json`, depth + 1);
    if (found) return found;
  }
  return undefined;
}

/** JSON as `tsconfig.json` has it: with comments and commas too many. */
function readJson(file: string, otherwise: unknown): unknown {
  try {
    const text = readFileSync(file, "utf8").replace(/^\ufeff/, "");
    const plain = text.replace(/("(?:[^"\\]|\\.)*")|\/\/.*|\/\*[\s\S]*?\*\//g, "$1");
    return JSON.parse(plain.replace(/("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g, "$1"));
  } catch {
    return otherwise;
  }
}

function foldersAbove(file: string): string[] {
  const all: string[] = [];
  for (let at = dirname(file); ; at = dirname(at)) {
    all.push(at);
    if (dirname(at) === at) return all;
  }
}
