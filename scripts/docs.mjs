// Makes site/: the playground, the reference of what npm users import, and that of the core. Any
// web server can serve it; the pages also work from files.
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "./build.mjs";
import { playground } from "./playground.mjs";
import { referenceOfPackage } from "./reference.mjs";
import { root, run, step } from "./run.mjs";

const site = join(root, "site");

async function writePlayground() {
  mkdirSync(join(site, "playground"));
  writeFileSync(join(site, "playground", "index.html"), await playground());
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
await step("making the reference of the package", () => referenceOfPackage());
await step("making the reference of the core", referenceOfCore);
