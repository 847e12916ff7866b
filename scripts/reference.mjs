// The reference of what npm users import, by TypeDoc. Run by itself it writes nothing, and fails
// where TypeDoc finds fault with the comments.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, run } from "./run.mjs";

/** TypeDoc has a folder of its own: it needs an older TypeScript than the project. */
const tools = join(root, "docs", "api");

async function installTypedoc() {
  const stamp = join(tools, "node_modules", ".made-from");
  const wanted = readFileSync(join(tools, "package-lock.json"), "utf8");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  await run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: tools });
  writeFileSync(stamp, wanted);
}

/** Makes the reference in site/, or as `options` of TypeDoc say. */
export async function referenceOfPackage(...options) {
  await installTypedoc();
  const typedoc = join(tools, "node_modules", "typedoc", "bin", "typedoc");
  const config = join(tools, "typedoc.json");
  await run(process.execPath, [typedoc, "--options", config, ...options]);
}

if (process.argv[1] === import.meta.filename) await referenceOfPackage("--emit", "none");
