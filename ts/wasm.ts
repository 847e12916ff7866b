/**
 * The Rust core. The package has the module as text; the first call makes an instance of it, so that
 * to import the package costs little and needs no WebAssembly.
 */
import * as glue from "#glue";
import * as host from "#host";
import text from "#module";
import { decoded, type Glue, instantiate, Module } from "./instance.ts";
import type { Internals } from "./internals.ts";

let started = false;

/** The exports of the core, ready to be called. */
export function core(): typeof glue & Internals {
  if (!started) {
    instantiate(new Module(decoded(text)), glue as unknown as Glue, host);
    started = true;
  }
  return glue as typeof glue & Internals;
}

export type { Declared, HostFacts, Location, Run, Scope } from "./internals.ts";
