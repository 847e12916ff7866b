/**
 * Loads the Rust core.
 *
 * The module is inlined as text and instantiated synchronously: the loader that wasm-pack writes
 * for bundlers imports a `.wasm` file, which Node, Bun and esbuild each refuse or lose, and a
 * top-level await would break `require`. That is done by the first call, not by the import: until
 * then the runtime compiles the module beside what else the program loads.
 */
import * as glue from "#glue";
import * as host from "#host";
import text from "#module";
import { compile, decoded, instantiate, Module } from "./instance.ts";
import "./refusals.ts";

const bytes = decoded(text);
let compiled: WebAssembly.Module | undefined;
compile(bytes).then(
  (module) => {
    compiled = module;
  },
  // The first call compiles it again then, and throws why that failed.
  () => {},
);

/** Makes the instance, which the glue has from then on. */
function start(): WebAssembly.Exports {
  try {
    return instantiate(compiled ?? new Module(bytes), glue, host);
  } catch (error) {
    // The next call makes another: the stack may have ended in the midst of this.
    glue.__wbg_set_wasm(unstarted);
    throw error;
  }
}

/** What the glue reads each export off at first, so that the first read is the first call. */
const unstarted = new Proxy({}, { get: (_, name) => Reflect.get(start(), name) });
glue.__wbg_set_wasm(unstarted);

export * from "#glue";
