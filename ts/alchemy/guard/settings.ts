/** The settings of every set of blocks, which count whether or not one of its blocks is called. */
import type { Settings } from "../../options.ts";
import type { Run } from "../../wasm.ts";
import { runOf } from "../scope.ts";
import type { AlchemyScope } from "../types.ts";

const all: Settings[] = [];
/** How many of them each run knows. */
const known = new WeakMap<Run, number>();

/** Notes a set of blocks. */
export function noteSettings(settings: Settings): void {
  all.push(settings);
}

/** What an app has declared, with all that the program lets go and protects. */
export function consentingRun({ root }: AlchemyScope): Run {
  const run = runOf(root);
  for (const settings of all.slice(known.get(run) ?? 0)) run.note(settings);
  known.set(run, all.length);
  return run;
}
