// Makes site/: the playground, the reference of what npm users import, and that of the core. Any
// web server can serve it; the pages also work from files.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "./build.mjs";
import { playground } from "./playground.mjs";
import { root, run, step } from "./run.mjs";

const site = join(root, "site");
/** TypeDoc has a folder of its own: it needs an older TypeScript than the project. */
const tools = join(root, "docs", "api");

async function writePlayground() {
  mkdirSync(join(site, "playground"));
  writeFileSync(join(site, "playground", "index.html"), await playground());
}

async function installTypedoc() {
  const stamp = join(tools, "node_modules", ".made-from");
  const wanted = readFileSync(join(tools, "package-lock.json"), "utf8");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  await run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: tools });
  writeFileSync(stamp, wanted);
}

async function referenceOfPackage() {
  await installTypedoc();
  const typedoc = join(tools, "node_modules", "typedoc", "bin", "typedoc");
  await run(process.execPath, [typedoc, "--options", join(tools, "typedoc.json")]);
}

async function referenceOfCore() {
  const env = { ...process.env, RUSTDOCFLAGS: "-D warnings" };
  const target = join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "site");
  await run("cargo", ["doc", "--no-deps", "--lib", "--target-dir", target], { env });
  cpSync(join(target, "doc"), join(site, "core"), { recursive: true });
}

await build();
rmSync(site, { recursive: true, force: true });
mkdirSync(site);
await step("building the playground", writePlayground);
await step("making the reference of the package", referenceOfPackage);
await step("making the reference of the core", referenceOfCore);
