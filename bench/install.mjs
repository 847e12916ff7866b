// What only a benchmark needs is large, and has a package of its own below `bench/`.
import { existsSync } from "node:fs";
import { join } from "node:path";

/** Installs what `folder` asks for in its lock file, unless it is there. */
export async function install(folder) {
  if (existsSync(join(folder, "node_modules", ".package-lock.json"))) return;
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
  const child = Bun.spawn(["npm", ...args], { cwd: folder, stdout: "ignore", stderr: "inherit" });
  if ((await child.exited) !== 0) throw new Error("what to compare with could not be installed");
}
