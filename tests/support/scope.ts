import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Scope, type ScopeOptions } from "alchemy";

/**
 * Runs `act` in a scope of stage `stage`, made as `alchemy(app, { stage })` makes it: a root scope
 * for the app and one below it for the stage. State goes to a folder that is removed afterwards.
 */
export async function inStage<T>(
  stage: string,
  act: (scope: Scope) => T | Promise<T>,
  options: Partial<ScopeOptions> & { app?: string } = {},
): Promise<T> {
  const { app = "shop", ...rest } = options;
  const rootDir = rest.rootDir ?? mkdtempSync(join(tmpdir(), "alch-blocks-"));
  const common = { phase: "up", noTrack: true, quiet: true, rootDir, ...rest } as const;
  const root = new Scope({ ...common, parent: null, scopeName: app, stage });
  const scope = new Scope({ ...common, parent: root, scopeName: stage, stage });
  try {
    return await Scope.storage.run(scope, async () => act(scope));
  } finally {
    if (!rest.rootDir) rmSync(rootDir, { recursive: true, force: true });
  }
}
