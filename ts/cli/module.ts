/** Loads the analyser and the judge, which are Rust, as one WebAssembly module. */
import { readFileSync } from "node:fs";
import * as glue from "#cli";
import { instantiate, Module } from "../instance.ts";

let compiled: WebAssembly.Module | undefined;
let memory: { grow(pages: number): number } | undefined;
let running = false;

function start(): void {
  compiled ??= new Module(readFileSync(new URL("./cli.wasm", import.meta.url)));
  // The glue keeps views of the memory of the last instance. It lets go of them when that has grown.
  memory?.grow(1);
  memory = instantiate(compiled, glue).memory as typeof memory;
  running = true;
}

/**
 * Asks the module something. A program may be nested so deeply that the stack ends, which leaves an
 * instance that cannot be used again: the next question gets a new one.
 */
export function ask<T>(question: (module: typeof glue) => T): T {
  if (!running) start();
  try {
    return question(glue);
  } catch (error) {
    running = false;
    throw error;
  }
}
