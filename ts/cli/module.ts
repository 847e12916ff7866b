/** Reads the modules that only the command line loads. */
import { readFileSync } from "node:fs";
import { Module } from "../instance.ts";

/** The module `file`, which lies beside the command line. */
export function compile(file: string): WebAssembly.Module {
  return new Module(readFileSync(new URL(file, import.meta.url)));
}
