// What wasm-pack makes of the analyser, and what the build makes of the config's schema; the build
// maps these names to files.

declare module "#analyzer" {
  export function mentions(text: string): boolean;
  export function parse(path: string, text: string): string;
  export function link(facts: string[], options: string): string;
  export function migrate(path: string, text: string, report: string): string;
  export function __wbg_set_wasm(exports: WebAssembly.Exports): void;
}

declare module "#config-schema" {
  interface Fault {
    instancePath: string;
    keyword: string;
    message?: string;
    params: Record<string, unknown>;
  }
  const validate: { (config: unknown): boolean; errors?: Fault[] | null };
  export default validate;
}

/** The package's version. */
declare const VERSION: string;
