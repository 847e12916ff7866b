/** `plan`: what would be named what. */
import { linkProgram, readProgram } from "../analyse/program.ts";
import type { ParsedArgs } from "../args.ts";
import { readConfig } from "../config.ts";
import { Problem } from "../problem.ts";
import { Progress } from "../progress.ts";
import { planJson, planTable } from "../render/plan.ts";
import { type Answer, colorOf } from "./answer.ts";
import { troublesOf } from "./check.ts";

export async function plan(args: ParsedArgs, folder: string): Promise<Answer> {
  const color = colorOf(args);
  const stages = [...new Set(args.values.stage ?? [])];
  if (stages.length === 0) {
    throw new Problem("`plan` needs to know the stage", "add `--stage prod`, or several of them");
  }
  const slugs = await slugsOf(stages);
  const program = await readProgram(args.paths, readConfig(folder), folder, new Progress());
  const { report } = linkProgram(program, { stages });
  const planned = { stages: slugs, declarations: report.declarations, files: program.scanned };
  const output = args.flags.has("json")
    ? planJson(planned)
    : planTable(planned, color, process.stdout.columns || Number.POSITIVE_INFINITY);
  // A name may be missing from the table for what could not be read.
  const errors = report.findings.filter(({ code }) => code === "parse-error");
  const broken = errors.map(({ file, line, message }) => ({
    file: `${file}:${line}`,
    reason: message,
  }));
  return {
    output,
    troubles: [...troublesOf(program, { ...report, findings: [] }, folder), ...broken],
    code: 0,
  };
}

/** The core is loaded only here: it says how a stage stands in names. */
async function slugsOf(stages: readonly string[]): Promise<{ stage: string; slug: string }[]> {
  const { BlockError, stageSlug } = await import("../../naming.ts");
  try {
    return stages.map((stage) => ({ stage, slug: stageSlug(stage) }));
  } catch (error) {
    if (error instanceof BlockError) throw new Problem(error.message, error.help);
    throw error;
  }
}
