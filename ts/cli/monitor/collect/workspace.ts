/** The workspace around a folder: the programs and the states of all its apps belong together. */
import { isAbsolute, relative, sep } from "node:path";
import ignore from "ignore";
import { stateFoldersIn } from "../../collect/places.ts";
import { readPlaces, readStores, type StatePlaces, type StoreRows } from "../../collect/stores.ts";
import { workspaceOf } from "../../collect/workspaces.ts";
import { type Config, readConfig } from "../../config.ts";

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
