/** Folders of programs that have the package and an Alchemy of their own, and not the project's. */
import { cp, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { alchemy2Folder } from "../../scripts/alchemy2.mjs";

/** The project, which has Alchemy 0.94. */
export const ROOT = join(import.meta.dir, "..", "..");

/** The version of Alchemy that `npm run versions` tests, and where it has installed that. */
export const tested = process.env.TESTED_ALCHEMY;
export const testedFolder = process.env.TESTED_ALCHEMY_FOLDER;
/** What says the same to a process of its own. */
export const testedEnv: Readonly<Record<string, string>> =
  tested && testedFolder ? { TESTED_ALCHEMY: tested, TESTED_ALCHEMY_FOLDER: testedFolder } : {};

/** Where the Alchemy 2 is that is tested: the newest one, unless another is asked for. */
export const folder2 = (tested?.startsWith("2.") && testedFolder) || alchemy2Folder;

/** Has programs in `folder` import the package as it was built, and `packages` from where they are. */
export async function install(
  folder: string,
  from: string,
  packages: readonly string[],
): Promise<void> {
  const modules = join(folder, "node_modules");
  const own = join(modules, "@alch", "blocks");
  await mkdir(own, { recursive: true });
  // A copy and no link: its imports have to find this Alchemy, and not the project's own.
  await cp(join(ROOT, "dist"), join(own, "dist"), { recursive: true });
  await cp(join(ROOT, "package.json"), join(own, "package.json"));
  for (const name of packages) {
    const link = join(modules, name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(from, "node_modules", name), link);
  }
  // Without one of its own, the name of this package would mean the project around it.
  await writeFile(join(folder, "package.json"), '{ "private": true, "type": "module" }');
}

/**
 * Has the package in `folder` find an Alchemy whose manifest says another name and version. All modules
 * but the main one stay those of the Alchemy in `from`.
 */
export async function pretend(folder: string, from: string, said: object): Promise<void> {
  const real = join(from, "node_modules", "alchemy");
  const place = join(folder, "node_modules", "@alch", "blocks", "node_modules", "alchemy");
  await rm(place, { recursive: true, force: true });
  await mkdir(place, { recursive: true });
  const manifest = JSON.parse(await readFile(join(real, "package.json"), "utf8"));
  const exports = { ...manifest.exports, ".": "./index.js" };
  await writeFile(join(place, "package.json"), JSON.stringify({ ...manifest, exports, ...said }));
  await writeFile(join(place, "index.js"), "");
  for (const name of ["lib", "src"]) await symlink(join(real, name), join(place, name));
}
