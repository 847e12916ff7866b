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
  export function needsRows(scope: object): boolean;
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
  // Words are each behind their length in bytes and a colon. An answer of three lines is a refusal.
  /** Takes what is declared and what the row has, empty where it is not; gives one word. */
  export function judgeRow(words: string): string;
  /**
   * Takes how many bindings there were and are, then type, id, class, workflow and what was chosen of each,
   * before and now; gives places among the old and the new in turn, a space apart.
   */
  export function judgeWorker(before: number, now: number, words: string): string;
  export function __wbg_set_wasm(exports: WebAssembly.Exports): void;
}

declare module "#glue" {
  type OnRename = import("./options.ts").OnRename;
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
  export function holdRow(
    scope: number,
    id: string,
    type: string,
    name: string,
    jurisdiction: string,
  ): void;
  export function recheck(scope: number, id: string): void;
  /**
   * The name, the jurisdiction, `onRename`, the stage, the same where that is protected, and the
   * options that have the name.
   */
  export function declared(
    scope: number,
    id: string,
    type: string,
  ): [string, string, OnRename, string, string, ...string[]] | undefined;
  /** What was chosen for a workflow, by its name, or for a class. */
  export function chosen(root: number, name: string, type: string): OnRename;
  export function judgeLeft(
    root: number,
    id: string,
    type: string,
    name: string,
    jurisdiction: string,
    meant: boolean,
    ...chain: string[]
  ): void;
  export function noteKept(scope: number, id: string, type: string): void;
  export function __wbg_set_wasm(exports: WebAssembly.Exports): void;
}
