/** What a refusal is, and the stack that its users see: it starts at their own line. */
import { BlockError as HostError } from "#host";
import type { ErrorCode } from "./generated/types.ts";

export type { ErrorCode } from "./generated/types.ts";

/** A refusal of the naming law or of the guard. Nothing was passed to Alchemy. */
export interface BlockError extends Error {
  readonly name: "BlockError";
  /** Stable: programs may branch on it. */
  readonly code: ErrorCode;
  /** What to do. */
  readonly help: string;
  /** The page of the code: a file of this package, and the heading in it. */
  readonly docs: string;
}
export const BlockError = HostError as unknown as { new (): BlockError; prototype: BlockError };

/** A function of this package that is running. */
export type Entry = (...args: never[]) => unknown;

/** What V8 and JavaScriptCore have beside the standard. Types of Workers do not say so. */
const Traces = Error as unknown as {
  captureStackTrace?(target: object, above: Entry): void;
  stackTraceLimit?: number;
};

/**
 * Deno prints nothing of an uncaught error but its message and its stack. Node and Bun print its
 * properties too.
 */
const printsOnlyStack = "Deno" in globalThis;

/** Refusals whose stack starts at a user's line already. */
const located = new WeakSet<object>();

/**
 * A refusal that says nothing yet. Its stack starts at the caller of `entry`, which has to be
 * running. Runtimes format a stack when it is first read, so that this costs little.
 *
 * The runtimes keep the frames inside of the error, and find the line of source there that they
 * print. To have that right, this object itself has to be thrown: see {@link refusedAt}.
 */
export function siteOf(entry: Entry): BlockError {
  const site = withoutStack(() => new HostError("", "", "") as BlockError);
  Traces.captureStackTrace?.(site, entry);
  return site;
}

/** Makes an error whose constructor captures no stack, which halves the cost of a site. */
function withoutStack(make: () => BlockError): BlockError {
  const limit = Traces.stackTraceLimit;
  // `Reflect.set` does not throw where a program has frozen what is built in.
  const setLimit = (to: number) => Reflect.set(Error, "stackTraceLimit", to);
  if (limit === undefined) return make();
  setLimit(0);
  try {
    return make();
  } finally {
    setLimit(limit);
  }
}

/** What to throw for `error`: if it is a refusal, one with the stack of `site`, else itself. */
export function refusedAt(site: BlockError, error: BlockError): BlockError {
  const refusal = printsOnlyStack ? withDetails(error, site) : fill(site, error);
  located.add(refusal);
  return refusal;
}

/** Whether an error is a refusal whose stack still has our frames. */
export function isUnlocated(error: unknown): error is BlockError {
  return error instanceof BlockError && !located.has(error);
}

/**
 * Throws what `entry` has caught; a refusal as if `entry` itself were not on the stack.
 *
 * `entry` has to call others in a `try` block. JavaScriptCore drops the frame of a function that
 * returns what another one returns.
 */
export function rethrow(error: unknown, entry: Entry): never {
  const thrown = isUnlocated(error) ? refusedAt(siteOf(entry), error) : error;
  // Outside of a promise, Node shows the line that throws, whatever the stack says. It shows none
  // if that line has this text in it.
  throw unlisted(thrown, "node-do-not-add-exception-line");
}

function unlisted(error: unknown, _: string): unknown {
  return error;
}

/** The message with all the rest, for who prints the message alone. */
export function explained({ message, code, help, docs }: BlockError): string {
  return [message, `  code: ${code}`, `  help: ${help}`, `  docs: ${docs}`].join("\n");
}

function fill(site: BlockError, { code, message, help, docs }: BlockError): BlockError {
  return Object.assign(site, { code, message, help, docs });
}

/** Deno uses its own frames, and not this text, once anybody has read the error's first stack. */
function withDetails(error: BlockError, site: BlockError): BlockError {
  const frames = site.stack?.split("\n").filter((line) => line.startsWith("    at ")) ?? [];
  const stack = [`BlockError: ${explained(error)}`, ...frames].join("\n");
  const common = { configurable: true, writable: true };
  return Object.defineProperties(error, {
    stack: { ...common, value: stack },
    // The properties are in the stack.
    [Symbol.for("Deno.customInspect")]: { ...common, value: () => stack },
  });
}
