/** `check`: what is wrong with the names of a program. */

import { Option } from "@commander-js/extra-typings";
import { linkProgram, lookedAt, readProgram } from "../analyse/program.ts";
import type { Finding } from "../analyse/report.ts";
import { packagesOf } from "../collect/packages.ts";
import { pipelinesOf } from "../collect/pipelines.ts";
import { readConfig } from "../config.ts";
import { hintAt } from "../print.ts";
import { Progress } from "../progress.ts";
import { type Checked, SEVERITIES } from "../render/findings.ts";
import { github } from "../render/github.ts";
import { json } from "../render/json.ts";
import { pretty } from "../render/pretty.ts";
import { sarif } from "../render/sarif.ts";
import type { Answer } from "./answer.ts";
import {
  aboutOutput,
  COLOR,
  choice,
  colorOf,
  command,
  EVALUATE,
  ending,
  finish,
  JSON_OPTION,
  list,
  NO_COLOR,
  NO_STATE,
  PATHS,
  STATE_STORE,
  statePlace,
  TIMEOUT,
} from "./command.ts";
import { deployed } from "./deployed.ts";
import { comparedStages, evaluated } from "./evaluated.ts";
import { troublesOf } from "./troubles.ts";

const FORMATS = ["pretty", "json", "sarif", "github"] as const;
const FAIL_ON = [...SEVERITIES, "never"] as const;

export default command("check")
  .summary("find names that stages share, and raw resources")
  .description("Find names that stages or resources share, and raw resources.")
  .usage("[paths…] [options]")
  .argument("[paths...]", PATHS)
  .addOption(
    list(
      "--stage <stage>",
      "judge the names of this stage; repeat it or give a list (`prod,pr-7`)",
    ),
  )
  .addOption(
    choice(
      "--fail-on <severity>",
      "exit with 1 from this severity on: `error`, `warning` (default), `info` or `never`",
      FAIL_ON,
    ),
  )
  .addOption(statePlace("each `.alchemy` beside a program or above it"))
  .addOption(STATE_STORE)
  .addOption(NO_STATE)
  .addOption(EVALUATE)
  .addOption(TIMEOUT)
  .addOption(
    aboutOutput(
      choice(
        "--format <format>",
        "`pretty` (default), `json`, `sarif` or `github`",
        FORMATS,
      ).conflicts("json"),
    ),
  )
  .addOption(JSON_OPTION)
  .addOption(
    aboutOutput(new Option("--verbose", "show the lines of the program around each finding")),
  )
  .addOption(
    aboutOutput(
      new Option("--quiet", "print only what makes it exit with 1, and nothing else").conflicts(
        "verbose",
      ),
    ),
  )
  .addOption(COLOR)
  .addOption(NO_COLOR)
  .addHelpText(
    "after",
    ending({
      examples: [
        ["npx @alch/blocks check", "all of this folder"],
        ["npx @alch/blocks check apps/shop --stage prod,pr-7", "one app, two stages"],
        ["npx @alch/blocks check --verbose", "with lines of code"],
        ["npx @alch/blocks check --format github", "annotations in a workflow"],
      ],
      notes: [
        "A comment on the line before silences a finding. It must give a reason:\n  // alch-blocks-disable-next-line fixed-name: the old app has it too",
      ],
      exit: {
        0: "no finding, or none that is severe enough",
        1: "a finding of `warning` or `error` (`--fail-on` changes this)",
        2: "it could not run, or a file could not be read",
      },
    }),
  )
  .action(async (paths, options) => finish(await check(paths, options, process.cwd())));

interface Options {
  stage?: string[] | undefined;
  state?: string[] | false | undefined;
  stateStore?: string[] | undefined;
  evaluate?: true | undefined;
  timeout?: string | undefined;
  failOn?: (typeof FAIL_ON)[number] | undefined;
  format?: (typeof FORMATS)[number] | undefined;
  json?: boolean | undefined;
  verbose?: boolean | undefined;
  quiet?: boolean | undefined;
  color?: boolean | undefined;
}

async function check(paths: readonly string[], options: Options, folder: string): Promise<Answer> {
  const config = await readConfig(folder);
  const program = await readProgram(paths, config, folder, new Progress());
  const { link, stores, orphans } = await deployed(program, paths, options, folder);
  const known = [...config.stages, ...(link.stored ?? []).map(({ stage }) => stage)];
  if (!options.quiet) hintAt("stage", options.stage, known);
  const stages = comparedStages(options.stage ?? config.stages, link.stored);
  const ran = await evaluated(program, stages, options);
  const report = linkProgram(program, {
    stages: options.stage ?? [],
    ...ran,
    configStages: config.stages,
    rules: config.rules,
    packages: packagesOf(program.files),
    pipelines: await pipelinesOf(folder, program.troubles),
    ...link,
  });
  const troubles = troublesOf(program, report, folder);
  const texts = new Map(program.files.map(({ name, text }) => [name, text]));
  const checked: Checked = {
    findings: options.quiet
      ? report.findings.filter((finding) => isFailing([finding], options.failOn))
      : report.findings,
    declarations: report.declarations.length + report.hosts.length,
    ...lookedAt(program),
    stores,
    orphans,
    troubles,
    textOf: (name) => texts.get(name),
    version: VERSION,
  };
  const output = await rendered(checked, options);
  return { output, troubles, code: isFailing(report.findings, options.failOn) ? 1 : 0 };
}

function rendered(checked: Checked, options: Options): string | Promise<string> {
  const { json: isJson, format, verbose = false, quiet = false } = options;
  if (isJson || format === "json") return json(checked);
  if (format === "sarif") return sarif(checked);
  if (format === "github") return github(checked);
  return pretty(checked, { color: colorOf(options), verbose, quiet });
}

function isFailing(findings: readonly Finding[], failOn: Options["failOn"] = "warning"): boolean {
  if (failOn === "never") return false;
  const least = SEVERITIES.indexOf(failOn);
  return findings.some(({ severity }) => SEVERITIES.indexOf(severity) <= least);
}
