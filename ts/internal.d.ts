// What wasm-pack makes, as the loader sees it. The build maps these names to files in pkg/; those of
// `#glue` are the types that wasm-pack wrote (`paths` in tsconfig.json).

declare module "#module" {
  const base64: string;
  export default base64;
}

declare module "#host" {
  export class BlockError extends Error {
    constructor(code: string, message: string, help: string);
    readonly name: "BlockError";
    readonly code: string;
    readonly help: string;
    readonly docs: string;
  }
}
