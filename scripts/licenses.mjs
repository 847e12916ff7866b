// What packages that are bundled ask to go with them.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./run.mjs";

/** The licences of the packages that the files `inputs` belong to. */
export function licenses(inputs) {
  const packages = inputs.flatMap(
    (path) => path.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/) ?? [],
  );
  const texts = [...new Set(packages)].sort().map((path) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, path, "package.json")));
    const file = readdirSync(join(root, path)).find((entry) => /^licen[sc]e/i.test(entry));
    const text = file ? readFileSync(join(root, path, file), "utf8") : `${license}\n`;
    return `${name} ${version}\n\n${text.trim()}\n`;
  });
  return texts.join(`\n${"-".repeat(80)}\n\n`);
}
