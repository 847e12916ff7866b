/** Makes instances of the modules that wasm-pack builds. */

// The types are those of Workers, which forbid what Node, Bun and Deno allow: making an instance.
export const { Module, Instance } = WebAssembly as unknown as {
  Module: {
    new (bytes: Uint8Array): WebAssembly.Module;
    imports(module: WebAssembly.Module): { module: string }[];
  };
  Instance: new (
    module: WebAssembly.Module,
    imports: Record<string, object>,
  ) => { exports: WebAssembly.Exports };
};

/** What wasm-bindgen writes around a module. */
export interface Glue {
  __wbg_set_wasm(exports: WebAssembly.Exports): void;
}

/**
 * Has `glue` use an instance of its own, and gives what that exports.
 *
 * The loaders that wasm-pack writes each fail somewhere: in Node, in a bundle, in a compiled
 * executable or under `require`. A synchronous instance works in all of them.
 */
export function instantiate(
  module: WebAssembly.Module,
  glue: Glue,
  host: object = glue,
): WebAssembly.Exports {
  // The path of the crate's own JavaScript has a hash in it.
  const names = Module.imports(module).map(({ module: name }) => name);
  const sources = names.map((name) => [name, name.endsWith("/host.js") ? host : glue] as const);
  const { exports } = new Instance(module, Object.fromEntries(sources));
  glue.__wbg_set_wasm(exports);
  (exports.__wbindgen_start as (() => void) | undefined)?.();
  return exports;
}

/** The bytes of base64 text, by what the runtime has for it. */
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
