/** Which Alchemy a program runs. */

type Builtin = (name: "node:fs") => typeof import("node:fs");

let found: string | undefined;
let isKnown = false;

/**
 * The version of the Alchemy that this package imports, as the runtime finds it: `0.94.0`. A package of
 * another name that stands in its place has that in front: `fork@0.94.0`.
 *
 * @returns nothing where there is no such file, as in a bundle that Alchemy is in.
 */
export function installedVersion(): string | undefined {
  if (!isKnown) found = findVersion();
  isKnown = true;
  return found;
}

function findVersion(): string | undefined {
  try {
    for (let at = new URL(".", import.meta.resolve("alchemy")); ; at = new URL("..", at)) {
      const version = versionIn(at);
      if (version !== undefined || at.pathname === "/") return version;
    }
  } catch {
    return undefined;
  }
}

/** The version of the package in a folder, if one is there. */
function versionIn(folder: URL): string | undefined {
  // Not imported: the guard for Alchemy 2 is bundled into Workers, where there are no files.
  const { getBuiltinModule } = globalThis.process as unknown as { getBuiltinModule: Builtin };
  const { existsSync, readFileSync } = getBuiltinModule("node:fs");
  const file = new URL("package.json", folder);
  if (!existsSync(file)) return undefined;
  const { name, version } = JSON.parse(readFileSync(file, "utf8"));
  return name === "alchemy" ? version : `${name}@${version}`;
}
