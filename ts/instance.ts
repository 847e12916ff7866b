/** Makes instances of the modules that wasm-pack builds. */

// The types are those of Workers, which forbid what Node, Bun and Deno allow: making an instance.
export const { Module, Instance, compile } = WebAssembly as unknown as {
  Module: {
    new (bytes: Uint8Array): WebAssembly.Module;
    imports(module: WebAssembly.Module): { module: string }[];
  };
  Instance: new (
    module: WebAssembly.Module,
    imports: Record<string, object>,
  ) => { exports: WebAssembly.Exports };
  compile(bytes: Uint8Array): Promise<WebAssembly.Module>;
};

/** What wasm-bindgen writes around a module. */
export interface Glue {
  __wbg_set_wasm(exports: WebAssembly.Exports): void;
}

/** What each glue was given last. */
const instances = new WeakMap<Glue, WebAssembly.Exports>();

/** Has `glue` use an instance of its own; only the core takes from `host`. */
export function instantiate(
  module: WebAssembly.Module,
  glue: Glue,
  host: object = glue,
): WebAssembly.Exports {
  // Functions that need no conversion are imported from the snippet itself, whose path has a hash.
  const imports = Module.imports(module).map(({ module: name }) => name);
  const sources = imports.map((name) => [name, name.endsWith("/host.js") ? host : glue] as const);
  const { exports } = new Instance(module, Object.fromEntries(sources));
  // The glue keeps views of the memory of the last instance, and lets go of them only where that
  // memory is another: when it has grown.
  (instances.get(glue)?.memory as { grow(pages: number): number } | undefined)?.grow(1);
  instances.set(glue, exports);
  glue.__wbg_set_wasm(exports);
  (exports.__wbindgen_start as (() => void) | undefined)?.();
  return exports;
}

/** What the runtime does itself: to decode in JavaScript takes longer than to compile. */
export function decoded(base64: string): Uint8Array {
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
