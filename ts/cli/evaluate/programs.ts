/** Which programs are evaluated, where, and in which stages. */
import { existsSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import type { Parsed, Program } from "../analyse/program.ts";
import type { Evaluated } from "../analyse/report.ts";
import { Problem } from "../problem.ts";
import { visible } from "../render/text.ts";
import { homeOf, installedFor } from "./installed.ts";
import { evaluate } from "./run.ts";
import { isStack } from "./stack.ts";

/** How many run at once: each loads all of Alchemy. */
const AT_ONCE = 2;
/** How long one stage may take, in seconds. */
export const DEADLINE = 60;

const HELP_OLD = "leave `--evaluate` out: programs for Alchemy 0.94 are read from their text";

/**
 * Runs each program for Alchemy 2 in each of `stages`.
 *
 * @throws Problem if there is none, or if one cannot be evaluated.
 */
export async function evaluateAll(
  program: Program,
  stages: readonly string[],
  deadline = DEADLINE,
): Promise<Evaluated[]> {
  const files = program.files.filter(({ modules, text }) => isStack(modules, text));
  if (files.length === 0) {
    const message = "`--evaluate` is for programs of Alchemy 2, and there is none";
    throw new Problem(message, HELP_OLD, "evaluate-nothing");
  }
  tell(files, stages);
  const runs = files.flatMap((file) => {
    const installed = installedFor(file.path);
    const { path: program, name } = file;
    const asked = { program, name, folder: homeOf(program), deadline };
    return stages.map((stage) => async (): Promise<Evaluated> => {
      return { ...(await evaluate(asked, stage, installed)), file: name };
    });
  });
  const folders = new Set(files.map(({ path }) => join(homeOf(path), ".alchemy")));
  const made = [...folders].filter((folder) => !existsSync(folder));
  try {
    return await together(runs);
  } finally {
    made.forEach(removeEmpty);
  }
}

/** Alchemy is never run without people being told. */
function tell(files: readonly Parsed[], stages: readonly string[]): void {
  const names = files.map(({ name }) => `\`${visible(name)}\``).join(", ");
  const where = stages.map((stage) => `\`${visible(stage)}\``).join(", ");
  process.stderr.write(
    `note: \`--evaluate\` runs your code, ${names}, in ${where}: without credentials, but it can reach the network and your files\n`,
  );
}

/** Alchemy makes the folder, and has nothing to put there. */
function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // It was not made, or there is something in it.
  }
}

/** Runs a few at a time; the first that fails ends all. */
async function together<T>(runs: readonly (() => Promise<T>)[]): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  let failed = false;
  const one = async () => {
    for (let at = next++; at < runs.length && !failed; at = next++) {
      try {
        results[at] = (await runs[at]?.()) as T;
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const all = Array.from({ length: Math.min(AT_ONCE, runs.length) }, one);
  const failure = (await Promise.allSettled(all)).find(({ status }) => status === "rejected");
  if (failure?.status === "rejected") throw failure.reason;
  return results;
}
