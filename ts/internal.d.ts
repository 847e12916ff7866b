// What wasm-pack makes, as the loader sees it; the build maps these names to files in pkg/.

declare module "#module" {
  const base64: string;
  export default base64;
}

declare module "#host" {
  export class BlockError extends Error {
    readonly name: "BlockError";
    readonly code: string;
    readonly help: string;
  }
  type Scope = import("./state/store.ts").WatchedScope;
  export function currentScope(): Scope | undefined;
  export function activeScope(): Scope;
  export function onScope(watch: (scope: Scope) => void): void;
  export function onRefusal(say: (code: number, message: number, words: string) => string): void;
  export function blockError(lines: string): BlockError;
  export function handleOf(object: object): number;
}

declare module "#refusals-module" {
  const base64: string;
  export default base64;
}

declare module "#refusals" {
  /** The code, the message and the help of a refusal, a line each. */
  export function explain(code: number, message: number, words: string): string;
  export function refuse(
    which:
      | "worker-moved"
      | "declared-twice"
      | "other-kind"
      | "state-unreadable"
      | "owner-missing"
      | "share-conflict",
    ...words: [string, string, string]
  ): string;
  export function __wbg_set_wasm(exports: WebAssembly.Exports): void;
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
  // The scopes are given by their handles: see `handleOf`.
  /** 1 where rows of the state can make a name ambiguous. */
  export function needsRows(scope: number): number;
  export function holdRow(
    scope: number,
    type: string,
    id: string,
    name: string,
    jurisdiction: string,
  ): void;
  export function recheck(scope: number, id: string): void;
  /** The name, the jurisdiction, `onRename`, and the options that have the name. */
  export function declared(
    scope: number,
    id: string,
    type: string,
  ): [string, string, "refuse" | "keep" | "replace", ...string[]] | undefined;
  export function judgeRow(
    scope: number,
    id: string,
    type: string,
    name: string,
    deployed: boolean,
    retained: boolean,
    local: boolean,
    elsewhere: string,
    pending: boolean,
  ): "declared" | "keep" | "replace";
  /** Takes type, id, class and workflow of each binding; gives places and names in turn. */
  export function judgeLeft(
    root: number,
    meant: boolean,
    id: string,
    type: string,
    name: string,
    jurisdiction: string,
    ...chain: string[]
  ): void;
  export function noteKept(scope: number, id: string, type: string): void;
  export function judgeWorker(
    root: number,
    before: number,
    ...bindings: string[]
  ): (number | string)[];
  export function __wbg_set_wasm(exports: WebAssembly.Exports): void;
}
