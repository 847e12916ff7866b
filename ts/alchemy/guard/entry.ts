/**
 * Has the guard see each scope of Alchemy's before anything is done in it. Alchemy enters its storage
 * with the root scope and the scope of the stage before a deploy and before `--destroy`, and runs each
 * nested scope in it, whether or not the program calls a block.
 */
import { BlockError, explained, isUnlocated, refusedAt, siteOf } from "../../errors.ts";
import { installedVersion } from "../../installed.ts";
import { core } from "../../wasm.ts";
import type { AlchemyScope } from "../types.ts";
import { guardState } from "./install.ts";

/** Alchemy's `AsyncLocalStorage`, which all copies of Alchemy share. */
interface Storage {
  enterWith(scope: AlchemyScope | undefined): void;
  run(
    scope: AlchemyScope | undefined,
    act: (...args: never[]) => unknown,
    ...args: never[]
  ): unknown;
}

const KEY = "__ALCHEMY_STORAGE__";
const watched = new WeakSet<Storage>();

/** Guards every scope from now on. Alchemy may be loaded already, or come later. */
export function guardAllScopes(): void {
  const storage = (globalThis as unknown as { [KEY]?: Storage })[KEY];
  if (storage) {
    watch(storage);
    return;
  }
  const plain = { configurable: true, enumerable: true, writable: true };
  Object.defineProperty(globalThis, KEY, {
    configurable: true,
    enumerable: true,
    get: () => undefined,
    set(made: Storage) {
      Object.defineProperty(globalThis, KEY, { ...plain, value: made });
      watch(made);
    },
  });
}

function watch(storage: Storage): void {
  if (watched.has(storage)) return;
  watched.add(storage);
  const { enterWith, run } = storage;
  storage.enterWith = function guarded(scope) {
    meet(scope, guarded);
    enterWith.call(storage, scope);
  };
  storage.run = function guarded(scope, act, ...args) {
    meet(scope, guarded);
    return run.call(storage, scope, act, ...args);
  };
}

function meet(scope: AlchemyScope | undefined, entry: (...args: never[]) => unknown): void {
  // A program may clear the storage, or keep something else in it.
  if (!scope?.root || scope.phase === "read") return;
  if (scope.parent && !scope.parent.parent) checkStage(scope, entry);
  try {
    guardState(scope);
  } catch (error) {
    throw isUnlocated(error) ? refusedAt(siteOf(entry), error) : error;
  }
}

/** Refuses a stage that the command line does not mean: Alchemy reads `--stage x` alone. */
function checkStage({ stage }: AlchemyScope, entry: (...args: never[]) => unknown): void {
  const argument = stageArgument(globalThis.process?.argv?.slice(2) ?? []);
  if (argument === undefined || argument === stage) return;
  throw refusedAt(siteOf(entry), core().stageConflict(argument, stage) as BlockError);
}

/**
 * Refuses to be used with Alchemy 2, which has no scopes: nothing would be guarded, and nobody told.
 * Other versions are judged when they enter a scope.
 */
export function refuseAlchemy2(): void {
  const version = installedVersion();
  if (!version?.startsWith("2.")) return;
  try {
    core().checkAlchemy(version);
  } catch (error) {
    throw error instanceof BlockError ? withHelp(error) : error;
  }
}

/** Alchemy 2 prints nothing of an error but its message, which V8 keeps in the stack. */
function withHelp(error: BlockError): BlockError {
  const { message, stack } = error;
  const whole = explained(error);
  return Object.assign(error, { message: whole, stack: stack?.replace(message, () => whole) });
}

function stageArgument(args: readonly string[]): string | undefined {
  const at = args.findIndex((arg) => arg === "--stage" || arg.startsWith("--stage="));
  return args[at] === "--stage" ? args[at + 1] : args[at]?.slice("--stage=".length);
}
