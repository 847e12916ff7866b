// The reference of what npm users import, by TypeDoc. Run by itself it writes nothing, and fails
// where TypeDoc finds fault with the comments.
import { join } from "node:path";
import { run } from "./run.mjs";
import { installIn, REFERENCE } from "./tools.mjs";

/** Makes the reference in site/, or as `options` of TypeDoc say. */
export async function referenceOfPackage(...options) {
  await installIn(REFERENCE);
  const typedoc = join(REFERENCE, "node_modules", "typedoc", "bin", "typedoc");
  const config = join(REFERENCE, "typedoc.json");
  await run(process.execPath, [typedoc, "--options", config, ...options]);
}

if (process.argv[1] === import.meta.filename) await referenceOfPackage("--emit", "none");
