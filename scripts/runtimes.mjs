// The runtimes that the package is tested in, of exact versions, kept in `.tools/` between runs.
//
// They are no dependencies of the project: their npm packages are different ones on each platform,
// which a lock file cannot say, and most work here needs none of them. Node's have the binary in
// them; Deno's has a launcher that finds it, so no install script has to run.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, run, step } from "./run.mjs";

const NODES = { node20: "20.20.2", node22: "22.23.3", node24: "24.21.0" };
const DENO = "2.9.6";

/** Where they are: each is a package in the `node_modules` of this folder. */
export const runtimesFolder = join(root, ".tools", "runtimes");

function manifest() {
  const platform = process.platform === "win32" ? "win" : process.platform;
  const nodes = Object.entries(NODES).map(([name, version]) => [
    name,
    `npm:node-${platform}-${process.arch}@${version}`,
  ]);
  return JSON.stringify({
    private: true,
    dependencies: { ...Object.fromEntries(nodes), deno: DENO },
  });
}

/** Installs what is not there yet. */
export async function installRuntimes() {
  const file = join(runtimesFolder, "package.json");
  const done = join(runtimesFolder, "node_modules", ".complete");
  const wanted = manifest();
  if (existsSync(done) && readFileSync(done, "utf8") === wanted) return;
  mkdirSync(runtimesFolder, { recursive: true });
  writeFileSync(file, wanted);
  await step("installing the runtimes that the package is tested in (once)", () =>
    run("npm", ["install", "--no-audit", "--no-fund", "--no-package-lock"], {
      cwd: runtimesFolder,
    }),
  );
  writeFileSync(done, wanted);
}
