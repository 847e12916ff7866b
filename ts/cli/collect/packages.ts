/** Which package a file belongs to. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Source } from "./collect.ts";

/** The folder of the nearest `package.json` for each file, by name; none for files outside. */
export function packagesOf(
  files: readonly Pick<Source, "path" | "name">[],
): Record<string, string> {
  const known = new Map<string, string | undefined>();
  const packages: Record<string, string> = {};
  for (const { path, name } of files) {
    const found = nearest(dirname(path), known, hasManifest);
    if (found !== undefined) packages[name] = found;
  }
  return packages;
}

export function hasManifest(folder: string): boolean {
  return existsSync(join(folder, "package.json"));
}

/** The nearest folder from `folder` upwards that `fits`; `known` is filled. */
export function nearest(
  folder: string,
  known: Map<string, string | undefined>,
  fits: (folder: string) => boolean,
): string | undefined {
  if (known.has(folder)) return known.get(folder);
  const above = dirname(folder);
  const outside = () => (above === folder ? undefined : nearest(above, known, fits));
  const found = fits(folder) ? folder : outside();
  known.set(folder, found);
  return found;
}

/** The `package.json` in `folder`, if there is one that can be read. */
export function manifestIn(folder: string): Record<string, unknown> | undefined {
  if (!hasManifest(folder)) return undefined;
  try {
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    return typeof manifest === "object" && manifest !== null ? manifest : undefined;
  } catch {
    return undefined;
  }
}

/** Whether `folder` has a copy of Alchemy: a package of that name that does not use Alchemy itself. */
export function isAlchemy(folder: string): boolean {
  const { name, dependencies, devDependencies } = manifestIn(folder) ?? {};
  if (name !== "alchemy") return false;
  return ![dependencies, devDependencies].some((all) => {
    return typeof all === "object" && all !== null && Object.hasOwn(all, "alchemy");
  });
}
