// Loads the naive wrapper: in a file of its own, since the process that is measured reads it.
import { readFileSync } from "node:fs";

/** Its `Database`, which takes what the block of that name takes. */
export async function loadNaive() {
  const file = (end) => new URL(`../../pkg-naive/alch_blocks_naive_bg.${end}`, import.meta.url);
  const glue = await import(file("js"));
  const module = new WebAssembly.Module(readFileSync(file("wasm")));
  const { exports } = new WebAssembly.Instance(module, { "./alch_blocks_naive_bg.js": glue });
  glue.__wbg_set_wasm(exports);
  exports.__wbindgen_start?.();
  return glue.Database;
}
