/** Makes instances of the modules that only the command line loads. */
import { readFileSync } from "node:fs";

// The types are those of Workers, which forbid making an instance.
const { Module, Instance } = WebAssembly as unknown as {
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

/** The module `file`, which lies beside the command line. */
export function compile(file: string): WebAssembly.Module {
  return new Module(readFileSync(new URL(file, import.meta.url)));
}

/** Has `glue` use an instance of its own; the core is in each module, and takes from `host`. */
export function instantiate(module: WebAssembly.Module, glue: Glue, host: object): void {
  const imports = Module.imports(module).map(({ module: name }) => name);
  const sources = imports.map((name) => [name, name.endsWith("/host.js") ? host : glue] as const);
  const { exports } = new Instance(module, Object.fromEntries(sources));
  glue.__wbg_set_wasm(exports);
  (exports.__wbindgen_start as (() => void) | undefined)?.();
}
