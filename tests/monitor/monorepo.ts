/** Apps in one repository: each in a folder of its own, with its own state. */
import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import type { App, RunOptions } from "../support/program.ts";

/** The folder of an app below that of `app`, or a path in it. */
export function pathOf(app: App, ...parts: string[]): string {
  return join(app.folder, "apps", ...parts);
}

/** Where the monitor is run: in the folder of one of the apps. */
export function inside(app: App, name: string) {
  return { folder: pathOf(app, name), cloudflare: app.cloudflare };
}

/** Deploys a program whose state and text are in `apps/<name>` afterwards. */
export async function deployTo(
  app: App,
  name: string,
  source: string,
  { stage = "prod", ...run }: RunOptions & { stage?: string } = {},
): Promise<void> {
  await app.deploy(stage, source, run);
  await mkdir(pathOf(app, name), { recursive: true });
  await rename(join(app.folder, ".alchemy"), pathOf(app, name, ".alchemy"));
  await rename(join(app.folder, `alchemy.${stage}.run.ts`), pathOf(app, name, "alchemy.run.ts"));
}
