// Makes site/: the documentation with the playground, the reference of what npm users import, and that of the
// core. It fails if a link leads nowhere. Any web server can serve it; `--base /blocks/` makes it for a folder of
// one. `--quick` takes what `npm run dev` has built.
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "./build.mjs";
import { referenceOfPackage } from "./reference.mjs";
import { root, run, step } from "./run.mjs";
import { deadLinks } from "./site/dead.mjs";
import { linkBack, mendRustdoc } from "./site/references.mjs";
import { documentation } from "./site.mjs";

const site = join(root, "site");

function baseOf(args) {
  const at = args.indexOf("--base");
  const base = at === -1 ? "/" : args[at + 1];
  if (/^\/([\w.~-]+\/)*$/.test(base ?? "")) return base;
  throw new Error("give `--base` a path that begins and ends with `/`, such as `/blocks/`");
}

async function referenceOfCore() {
  const env = { ...process.env, RUSTDOCFLAGS: "-D warnings" };
  const target = join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "site");
  await run("cargo", ["doc", "--no-deps", "--lib", "--target-dir", target], { env });
  cpSync(join(target, "doc"), join(site, "core"), { recursive: true });
  mendRustdoc(join(site, "core"));
}

function checkLinks(base) {
  const { dead } = deadLinks(site, base);
  if (dead.length > 0) throw new Error(`these links lead nowhere:\n${dead.join("\n")}`);
}

const base = baseOf(process.argv.slice(2));
await build({ quick: process.argv.includes("--quick") });
rmSync(site, { recursive: true, force: true });
mkdirSync(site);
await step("making the pages", () => documentation(site, base));
await step("making the reference of the package", () => referenceOfPackage());
await step("making the reference of the core", referenceOfCore);
for (const reference of ["api", "core"]) linkBack(join(site, reference), base);
await step("checking the links", () => checkLinks(base));
