/** The workspace around a folder: the programs and the states of all its apps belong together. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, isAbsolute, join, relative, sep } from "node:path";
import ignore from "ignore";
import { stateFoldersIn } from "../../collect/places.ts";
import { readPlaces, readStores, type StatePlaces, type StoreRows } from "../../collect/stores.ts";
import { type Config, readConfig } from "../../config.ts";

/**
 * The top of the repository; outside of one, the outermost folder that makes it a workspace; else
 * the folder itself.
 */
export function workspaceOf(folder: string): string {
  let workspace = folder;
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, ".git"))) return at;
    if (isWorkspace(at)) workspace = at;
    if (dirname(at) === at) return workspace;
  }
}

function isWorkspace(folder: string): boolean {
  if (existsSync(join(folder, "pnpm-workspace.yaml"))) return true;
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    return typeof manifest === "object" && manifest !== null && "workspaces" in manifest;
  } catch {
    return false;
  }
}

/**
 * Reads the places that were named; every folder `.alchemy` of the workspace, if none was, but for what
 * the config ignores.
 *
 * @throws Problem as `readStores`.
 */
export async function readNamedOrAll(
  places: StatePlaces,
  folder: string,
  apps: readonly string[],
): Promise<StoreRows[]> {
  const { state, stateStore } = places;
  if (state.length + stateStore.length > 0) return readStores(places, folder, apps);
  const top = workspaceOf(folder);
  return readPlaces(stateFoldersIn(top, ignoredBy(await readConfig(top))), folder);
}

/** What the config leaves out. `.gitignore` files do not count: they name every `.alchemy`. */
function ignoredBy({ folder, ignore: patterns }: Config): (path: string) => boolean {
  const rules = ignore().add([...patterns]);
  return (path) => {
    const seen = relative(folder, path).replaceAll(sep, "/");
    return !seen.startsWith("../") && !isAbsolute(seen) && rules.ignores(`${seen}/`);
  };
}
