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
  /** What a block has declared in this run. */
  export interface Declared {
    name: string;
    keys: string[];
    jurisdiction: string;
    onRename: "refuse" | "keep" | "replace";
  }
  export function declared(scope: object, id: string, type: string): Declared | undefined;
  export function judgeRow(
    scope: object,
    id: string,
    type: string,
    name: string,
    deployed: boolean,
    retained: boolean,
    local: boolean,
    elsewhere: string,
    pending: boolean,
  ): "declared" | "keep" | "replace";
  export function judgeWorker(
    scope: object,
    before: readonly object[],
    now: readonly object[],
  ): [number, string][];
  export function workerMoved(script: string, id: string, place: string): Error;
  export function stateUnreadable(id: string, place: string, why: string): Error;
  export function ownerMissing(type: string, id: string, name: string): Error;
  export function shareConflict(type: string, id: string, name: string): Error;
  export function __wbg_set_wasm(exports: WebAssembly.Exports): void;
}
