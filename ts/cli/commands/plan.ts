/** `plan`: what would be named what, and which hostnames there would be. */

import { linkProgram, lookedAt, readProgram } from "../analyse/program.ts";
import { readConfig } from "../config.ts";
import { hintAt } from "../print.ts";
import { Problem } from "../problem.ts";
import { Progress } from "../progress.ts";
import { planJson, planTable } from "../render/plan.ts";
import type { Answer } from "./answer.ts";
import {
  COLOR,
  colorOf,
  command,
  EVALUATE,
  ending,
  finish,
  JSON_OPTION,
  list,
  NO_COLOR,
  PATHS,
  TIMEOUT,
} from "./command.ts";
import { evaluated } from "./evaluated.ts";
import { troublesOf } from "./troubles.ts";

export default command("plan")
  .summary("show the name of each resource in each stage")
  .description(
    "Show the name that each resource gets in each stage, and each hostname, from the source alone.",
  )
  .usage("[paths…] --stage <stage> [options]")
  .argument("[paths...]", PATHS)
  .addOption(
    list("--stage <stage>", "the stage; repeat it or give a list (`prod,pr-7`) to compare stages"),
  )
  .addOption(EVALUATE)
  .addOption(TIMEOUT)
  .addOption(JSON_OPTION)
  .addOption(COLOR)
  .addOption(NO_COLOR)
  .addHelpText(
    "after",
    ending({
      examples: [
        ["npx @alch/blocks plan --stage prod", "all of this folder"],
        ["npx @alch/blocks plan apps/shop --stage prod,pr-7", "two stages side by side"],
        ["npx @alch/blocks plan --stage prod --evaluate", "Alchemy 2: run it"],
      ],
      exit: {
        0: "it ran",
        2: "it could not run, a file could not be read, or a stage is refused",
      },
    }),
  )
  .action(async (paths, options) => finish(await plan(paths, options, process.cwd())));

/** How wide a table is at most that goes to a file, a pipe or the log of a workflow. */
const PIPED = 120;

interface Options {
  stage?: string[] | undefined;
  evaluate?: true | undefined;
  timeout?: string | undefined;
  json?: boolean | undefined;
  color?: boolean | undefined;
}

async function plan(paths: readonly string[], options: Options, folder: string): Promise<Answer> {
  const color = colorOf(options);
  const config = await readConfig(folder);
  const stages = options.stage ?? config.stages;
  if (stages.length === 0) {
    const help = "add `--stage prod`, or `stages` to `alch-blocks.json`";
    throw new Problem("`plan` needs a stage", help);
  }
  hintAt("stage", stages, config.stages);
  const slugs = await slugsOf(stages);
  const program = await readProgram(paths, config, folder, new Progress());
  const ran = await evaluated(program, stages, options);
  const report = linkProgram(program, { stages, byFlag: true, ...ran });
  const planned = {
    stages: slugs,
    declarations: report.declarations,
    hosts: report.hosts,
    unmodelled: report.findings.filter(({ code }) => code === "unmodelled"),
    ...lookedAt(program),
  };
  const output = options.json
    ? planJson(planned)
    : planTable(planned, color, process.stdout.columns || PIPED);
  // A name may be missing from the table for what could not be read.
  const errors = report.findings.filter(({ code }) => code === "parse-error");
  const broken = errors.map(({ file, line, message }) => ({
    file: `${file}:${line}`,
    reason: message,
  }));
  return {
    output,
    troubles: [...troublesOf(program, { ...report, findings: [] }, folder), ...broken],
    refused: report.refused,
    code: 0,
  };
}

/** How each stage stands in names. The core, which knows it, is loaded only here. */
async function slugsOf(stages: readonly string[]): Promise<{ stage: string; slug: string }[]> {
  const { BlockError, stageSlug } = await import("../../naming.ts");
  try {
    return stages.map((stage) => ({ stage, slug: stageSlug(stage) }));
  } catch (error) {
    if (error instanceof BlockError) throw new Problem(error.message, error.help);
    throw error;
  }
}
