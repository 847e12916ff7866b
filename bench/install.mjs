// What only a benchmark needs is large, and has a package of its own below `bench/`.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { root, run, step } from "../scripts/run.mjs";

/**
 * Installs what a folder of `bench/` asks for in its lock file, unless it is there. Not for the
 * process that measures: Bun keeps what it has seen of a folder, and would not find what came since.
 */
export async function install(folder) {
  const cwd = join(root, "bench", folder);
  if (existsSync(join(cwd, "node_modules", ".package-lock.json"))) return;
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
  await step(`installing what \`${folder}\` is compared with`, () => run("npm", args, { cwd }));
}
