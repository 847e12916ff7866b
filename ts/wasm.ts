/**
 * Loads the Rust core.
 *
 * The module is inlined as text and instantiated synchronously: the loader that wasm-pack writes
 * for bundlers imports a `.wasm` file, which Node, Bun and esbuild each refuse or lose, and a
 * top-level await would break `require`.
 */
import * as glue from "#glue";
import * as host from "#host";
import text from "#module";

// The types are those of Workers, which forbid what Node, Bun and Deno allow: making an instance.
const Instance = WebAssembly.Instance as unknown as new (
  module: WebAssembly.Module,
  imports: Record<string, object>,
) => WebAssembly.Instance;
const Module = WebAssembly.Module as unknown as {
  new (bytes: Uint8Array): WebAssembly.Module;
  imports(module: WebAssembly.Module): { module: string }[];
};

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

const core = new Module(decoded(text));
// Functions that need no conversion are imported from the snippet itself, whose path has a hash.
const sources = Module.imports(core).map(({ module }) => module);
const imports = sources.map((name) => [name, name.endsWith("/host.js") ? host : glue] as const);
const { exports } = new Instance(core, Object.fromEntries(imports));
glue.__wbg_set_wasm(exports);
(exports.__wbindgen_start as () => void)();

export * from "#glue";
