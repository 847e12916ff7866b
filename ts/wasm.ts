/**
 * Loads the Rust core.
 *
 * The module is inlined as text and instantiated synchronously: the loader that wasm-pack writes
 * for bundlers imports a `.wasm` file, which Node, Bun and esbuild each refuse or lose, and a
 * top-level await would break `require`.
 */
import * as glue from "#glue";
import * as host from "#host";
import bytes from "#module";

// The types are those of Workers, which forbid what Node, Bun and Deno allow: making an instance.
const Instance = WebAssembly.Instance as unknown as new (
  module: WebAssembly.Module,
  imports: Record<string, object>,
) => WebAssembly.Instance;
const Module = WebAssembly.Module as unknown as {
  new (bytes: Uint8Array): WebAssembly.Module;
  imports(module: WebAssembly.Module): { module: string }[];
};

const core = new Module(bytes);
// Functions that need no conversion are imported from the snippet itself, whose path has a hash.
const sources = Module.imports(core).map(({ module }) => module);
const imports = sources.map((name) => [name, name.endsWith("/host.js") ? host : glue] as const);
const { exports } = new Instance(core, Object.fromEntries(imports));
glue.__wbg_set_wasm(exports);
(exports.__wbindgen_start as () => void)();

export * from "#glue";
