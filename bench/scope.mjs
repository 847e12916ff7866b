// Scopes of Alchemy in local mode, as an app has them.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Scope } from "alchemy";

/** The scope that `alchemy("shop", { stage, local: true })` makes, with its state in `rootDir`. */
export function openScope(rootDir, stage) {
  const common = { phase: "up", noTrack: true, quiet: true, local: true, rootDir, stage };
  const app = new Scope({ ...common, parent: null, scopeName: "shop" });
  return new Scope({ ...common, parent: app, scopeName: stage });
}

export const inScope = (scope, act) => Scope.storage.run(scope, act);

/** Runs `act` with a folder for the state, and prints what it returns as JSON. */
export async function printJson(act) {
  const rootDir = mkdtempSync(join(tmpdir(), "alch-blocks-bench-"));
  try {
    console.log(JSON.stringify(await act(rootDir)));
  } finally {
    rmSync(rootDir, { recursive: true, force: true });
  }
  process.exit();
}
