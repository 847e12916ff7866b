// Alchemy 2 and Effect, of exact versions, kept in `.tools/` between runs: the types of `ts/alchemy2/`
// come from there, and the tests deploy with it.
//
// They are no dependencies of the project, which has Alchemy 0.94: one project has one `alchemy`, and
// npm finds no set of packages that suits both versions.
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, run, step } from "./run.mjs";

/** Where they are. */
export const alchemy2Folder = join(root, ".tools", "alchemy2");

const project = join(root, "tests", "deploy2", "project");
const FILES = ["package.json", "package-lock.json"];

/** Installs what is not there yet. */
export async function installAlchemy2() {
  const done = join(alchemy2Folder, "node_modules", ".complete");
  const wanted = FILES.map((file) => readFileSync(join(project, file), "utf8")).join("");
  if (existsSync(done) && readFileSync(done, "utf8") === wanted) return;
  mkdirSync(alchemy2Folder, { recursive: true });
  for (const file of FILES) cpSync(join(project, file), join(alchemy2Folder, file));
  // Not `npm ci`: that wants each optional package in the lock file, and one for Windows is in no
  // registry.
  const args = ["install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts"];
  await step("installing Alchemy 2 (once, about a minute and 1 GB)", () =>
    run("npm", args, { cwd: alchemy2Folder }),
  );
  writeFileSync(done, wanted);
}
