/** What the config of the command line says to a deploy: the nearest one above the current folder. */
import { builtinModules } from "./program.ts";

/** The stages that the config names: `stages` in `alch-blocks.json`, or in its section of `package.json`. */
export function configuredStages(): string[] {
  const builtin = builtinModules();
  if (!builtin) return [];
  const { existsSync, readFileSync } = builtin("node:fs");
  const { dirname, join } = builtin("node:path");
  const read = (file: string) =>
    existsSync(file) ? parsed(readFileSync(file, "utf8")) : undefined;
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    const section = read(join(folder, "package.json"))?.["alch-blocks"];
    const config = read(join(folder, "alch-blocks.json")) ?? section;
    if (config !== undefined) return stagesOf(config);
    if (existsSync(join(folder, ".git")) || folder === dirname(folder)) return [];
  }
}

/** The command line says what is wrong with a config. A deploy goes on without it. */
function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) ?? undefined;
  } catch {
    return undefined;
  }
}

function stagesOf(config: unknown): string[] {
  const { stages } = (config ?? {}) as { stages?: unknown };
  return Array.isArray(stages) ? stages.filter((stage) => typeof stage === "string") : [];
}
