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

/** Has `glue` use an instance of its own; the core is in each module, and takes from `host`. */
export function instantiate(
  module: WebAssembly.Module,
  glue: Glue,
  host: object,
): WebAssembly.Exports {
  // Functions that need no conversion are imported from the snippet itself, whose path has a hash.
  const imports = Module.imports(module).map(({ module: name }) => name);
  const sources = imports.map((name) => [name, name.endsWith("/host.js") ? host : glue] as const);
  const { exports } = new Instance(module, Object.fromEntries(sources));
  glue.__wbg_set_wasm(exports);
  (exports.__wbindgen_start as (() => void) | undefined)?.();
  return exports;
}
