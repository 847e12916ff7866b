/**
 * The runtimes that the package is tested in, of exact versions, kept in `.tools/` between runs.
 *
 * They are no dependencies of the project: their npm packages are different ones on each
 * platform, which a lock file cannot say, and most work here needs none of them. Node's have the
 * binary in them; Deno's has a launcher that finds it, so no install script has to run.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, run } from "./project.ts";

const NODES = { node20: "20.20.2", node22: "22.23.3", node24: "24.21.0" };
const DENO = "2.9.6";

const folder = join(root, ".tools", "runtimes");
const platform = process.platform === "win32" ? "win" : process.platform;
const windows = process.platform === "win32" ? ".exe" : "";

function manifest(): string {
  const nodes = Object.entries(NODES).map(
    ([name, version]) => [name, `npm:node-${platform}-${process.arch}@${version}`] as const,
  );
  return JSON.stringify({
    private: true,
    dependencies: { ...Object.fromEntries(nodes), deno: DENO },
  });
}

const node = (name: keyof typeof NODES) =>
  join(folder, "node_modules", name, "bin", `node${windows}`);

const DENO_LAUNCHER = join(folder, "node_modules", "deno", "bin.cjs");

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

/** Installs what is not there yet. */
export async function installRuntimes(): Promise<void> {
  const file = join(folder, "package.json");
  const done = join(folder, "node_modules", ".complete");
  const wanted = manifest();
  if (existsSync(done) && readFileSync(done, "utf8") === wanted) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, wanted);
  await run("npm", ["install", "--no-audit", "--no-fund", "--no-package-lock"], folder);
  writeFileSync(done, wanted);
}
