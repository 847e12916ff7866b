/**
 * What the refusals of the core say: made by a WebAssembly module of its own, which the first of them
 * loads, since most deploys have none.
 */
import { type BlockError, blockError, onRefusal } from "#host";
import * as glue from "#refusals";
import text from "#refusals-module";
import { decoded, instantiate, Module } from "./instance.ts";

let started = false;

function start(): void {
  if (started) return;
  instantiate(new Module(decoded(text)), glue);
  started = true;
}

/** Where the stack ends in the module, the next refusal makes another instance. */
function asked(ask: () => string): string {
  start();
  try {
    return ask();
  } catch (error) {
    started = false;
    throw error;
  }
}

onRefusal((code, message, words) => asked(() => glue.explain(code, message, words)));

/** A refusal that is not the core's, by its name and three words. */
export function refusal(...words: Parameters<typeof glue.refuse>): BlockError {
  return blockError(asked(() => glue.refuse(...words)));
}
