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
import { compile, instantiate, Module } from "./instance.ts";

/** What the runtime does itself: to decode in JavaScript takes longer than to compile. */
function decoded(base64: string): Uint8Array {
  const { Uint8Array: Bytes, Buffer: Node } = globalThis as unknown as Decoders;
  if (Bytes.fromBase64) return Bytes.fromBase64(base64);
  if (Node) return Node.from(base64, "base64");
  return Bytes.from(atob(base64), (character) => character.charCodeAt(0));
}

/** Newer runtimes have the first, Node has the second in all its versions, old browsers neither. */
interface Decoders {
  Uint8Array: typeof Uint8Array & { fromBase64?(base64: string): Uint8Array };
  Buffer?: { from(text: string, encoding: "base64"): Uint8Array };
}

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
