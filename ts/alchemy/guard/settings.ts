/** The settings of every set of blocks, which count whether or not one of its blocks is called. */
import type { Settings } from "../../options.ts";
import type { Run } from "../../wasm.ts";
import { activeScope, runOf } from "../scope.ts";
import type { AlchemyScope } from "../types.ts";

/** Sets that were made before any app was: they are for all apps. */
const common: Settings[] = [];
/** How many of them each run knows. */
const known = new WeakMap<Run, number>();

/** Notes a set of blocks, for the app in which it is made. */
export function noteSettings(settings: Settings): void {
  const scope = activeScope();
  if (scope) runOf(scope.root).note(settings);
  else common.push(settings);
}

/** What an app has declared, with all that the program lets go and protects. */
export function consentingRun({ root }: AlchemyScope): Run {
  const run = runOf(root);
  for (const settings of common.slice(known.get(run) ?? 0)) run.note(settings);
  known.set(run, common.length);
  return run;
}
