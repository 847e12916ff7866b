/** How a program is started in each runtime that `npm test` installs before the tests. */
import { join } from "node:path";
import { runtimesFolder } from "../../scripts/runtimes.mjs";

const windows = process.platform === "win32" ? ".exe" : "";

const node = (name: "node20" | "node22" | "node24") =>
  join(runtimesFolder, "node_modules", name, "bin", `node${windows}`);

const DENO_LAUNCHER = join(runtimesFolder, "node_modules", "deno", "bin.cjs");

const RUNTIMES = {
  "Node 20": [node("node20")],
  "Node 22": [node("node22")],
  "Node 24": [node("node24")],
  Bun: [process.execPath],
  Deno: [node("node24"), DENO_LAUNCHER, "run", "--no-prompt"],
};

export type Runtime = keyof typeof RUNTIMES;
export const runtimes = Object.keys(RUNTIMES) as Runtime[];

/** Deno wants to be told what a program may do: the core reads `STAGE`, Alchemy does much more. */
type Permission = "--allow-env" | "--allow-all";

/** What starts `program`. */
export function command(
  name: Runtime,
  program: string,
  permission: Permission = "--allow-env",
): string[] {
  const permissions = name === "Deno" ? [permission] : [];
  return [...RUNTIMES[name], ...permissions, program];
}
