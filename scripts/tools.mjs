// Tools that have a folder and a lock file of their own, because not everyone who builds needs them.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, run } from "./run.mjs";

/** TypeDoc, which needs an older TypeScript than the project. */
export const REFERENCE = join(root, "docs", "api");
/** VitePress, which only those who make the site need. */
export const SITE = join(root, "docs", "site");
/** textlint, which reads the pages. */
export const PROSE = join(root, "docs", "prose");

/** Installs what the lock file in `folder` says, unless that is there already. */
export async function installIn(folder) {
  const stamp = join(folder, "node_modules", ".made-from");
  const wanted = readFileSync(join(folder, "package-lock.json"), "utf8");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  await run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: folder });
  writeFileSync(stamp, wanted);
}
