// What wasm-pack makes for the command line: see cli-wasm/src/lib.rs.

declare module "#cli" {
  export function mentions(text: string): boolean;
  export function specifiers(text: string): string;
  export function reserve(bytes: number): void;
  export function imports(path: string, text: string): string;
  export function report(files: string, options: string): string;
  export function parse(path: string, text: string): string;
  export function link(facts: string[], options: string): string;
  export function migrate(files: string, options: string): string;
  export function migrateToV2(files: string, options: string, state: string): string;
  export function decideStages(question: string): string;
  export function usageDatasets(): string;
  export class Judge {
    add(lines: Uint8Array): void;
    judge(options: string): string;
    cost(usage: string): string;
    free(): void;
  }
  export function __wbg_set_wasm(exports: WebAssembly.Exports): void;
}

// What the build makes of schemas.

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

declare module "#metrics-schema" {
  const validate: {
    (value: unknown): boolean;
    errors?: { instancePath: string; message?: string }[] | null;
  };
  export default validate;
}

/** The package's version. */
declare const VERSION: string;
