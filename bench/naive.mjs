// The naive wrapper, which shows what the boundary costs where nothing is done about it.
import { readFileSync } from "node:fs";
import { buildModule, once } from "../scripts/build.mjs";

const WHERE = "pkg-naive";

export async function buildNaive() {
  // As quick as it can be compiled: it is compared for its time, and its size matters to nobody.
  const build = (folder) =>
    buildModule("bench/naive", folder, { configs: ["profile.release.opt-level=3"] });
  const inputs = ["bench/naive", "Cargo.toml", "Cargo.lock", "scripts/build.mjs"];
  await once("compiling the naive wrapper to WebAssembly", WHERE, inputs, build);
}

/** Its `Database`, which takes what the block of that name takes. */
export async function loadNaive() {
  const file = (name) => new URL(`../${WHERE}/alch_blocks_naive_bg.${name}`, import.meta.url);
  const glue = await import(file("js"));
  const module = new WebAssembly.Module(readFileSync(file("wasm")));
  const { exports } = new WebAssembly.Instance(module, { "./alch_blocks_naive_bg.js": glue });
  glue.__wbg_set_wasm(exports);
  exports.__wbindgen_start?.();
  return glue.Database;
}
