// What wasm-pack makes, as the loader sees it; the build maps these names to files in pkg/.

declare module "#module" {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}

declare module "#host" {
  export class BlockError extends Error {
    readonly name: "BlockError";
    readonly code: string;
    readonly help: string;
  }
  export function onScope(watch: (scope: never) => void): void;
}

declare module "#glue" {
  type Block = (name: unknown, options: unknown, resource: unknown, settings: unknown) => unknown;
  export const Database: Block;
  export const Bucket: Block;
  export const KV: Block;
  export const Queue: Block;
  export const DurableObject: Block;
  export const AlchemyWorkflow: Block;
  export function physicalName(kind: string, base: string, stage: string): string;
  export function physicalNames(kind: string, bases: readonly string[], stage: string): string[];
  export function stageSlug(stage: string): string;
  export function resolveStage(): string;
  export function version(): string;
  export function needsRows(scope: object): boolean;
  export function holdRow(
    scope: object,
    type: string,
    id: string,
    name: string,
    jurisdiction: string,
  ): void;
  export function recheck(scope: object, id: string): void;
  export function __wbg_set_wasm(exports: WebAssembly.Exports): void;
}
