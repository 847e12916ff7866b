// What wasm-pack makes of the judge; the build maps these names to files.

declare module "#monitor" {
  export class Judge {
    free(): void;
    add(lines: Uint8Array): void;
    judge(options: string): string;
  }
  export function __wbg_set_wasm(exports: WebAssembly.Exports): void;
}

declare module "#metrics-schema" {
  const validate: {
    (value: unknown): boolean;
    errors?: { instancePath: string; message?: string }[] | null;
  };
  export default validate;
}
