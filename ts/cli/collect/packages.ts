/** Which package a file belongs to. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Source } from "./collect.ts";

/** The folder of the nearest `package.json` for each file, by name; none for files outside. */
export function packagesOf(
  files: readonly Pick<Source, "path" | "name">[],
): Record<string, string> {
  const known = new Map<string, string | undefined>();
  const packages: Record<string, string> = {};
  for (const { path, name } of files) {
    const found = packageAt(dirname(path), known);
    if (found !== undefined) packages[name] = found;
  }
  return packages;
}

function packageAt(folder: string, known: Map<string, string | undefined>): string | undefined {
  if (known.has(folder)) return known.get(folder);
  const above = dirname(folder);
  const isPackage = existsSync(join(folder, "package.json"));
  const outside = above === folder ? undefined : packageAt(above, known);
  const found = isPackage ? folder : outside;
  known.set(folder, found);
  return found;
}
