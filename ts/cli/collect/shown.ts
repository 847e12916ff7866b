import { relative, sep } from "node:path";

/** `path` as it is printed. */
export function shown(path: string, folder: string): string {
  const name = relative(folder, path) || path;
  return sep === "/" ? name : name.replaceAll(sep, "/");
}
