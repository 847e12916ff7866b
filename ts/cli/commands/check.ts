/** `check`: what is wrong with the names of a program. */
import { linkProgram, type Program, readProgram } from "../analyse/program.ts";
import type { Finding, LinkOptions } from "../analyse/report.ts";
import type { ParsedArgs } from "../args.ts";
import { shown } from "../collect/collect.ts";
import { packagesOf } from "../collect/packages.ts";
import { namedState } from "../collect/state.ts";
import { readConfig } from "../config.ts";
import { Problem } from "../problem.ts";
import { Progress } from "../progress.ts";
import type { Checked } from "../render/findings.ts";
import { github } from "../render/github.ts";
import { json } from "../render/json.ts";
import { pretty } from "../render/pretty.ts";
import { sarif } from "../render/sarif.ts";
import { type Answer, colorOf } from "./answer.ts";

const FORMATS = { pretty, json, sarif, github };

export async function check(args: ParsedArgs, folder: string): Promise<Answer> {
  const format = formatOf(args);
  const color = colorOf(args);
  const config = readConfig(folder);
  const program = await readProgram(args.paths, config, folder, new Progress());
  const stages = args.values.stage ?? [];
  const { report } = linkProgram(program, {
    stages,
    rules: config.rules,
    packages: packagesOf(program.files),
    ...(await deployed(args, folder)),
  });
  const troubles = troublesOf(program, report.findings, folder);
  const texts = new Map(program.files.map(({ name, text }) => [name, text]));
  const checked: Checked = {
    findings: report.findings,
    files: program.scanned,
    declarations: report.declarations.length,
    troubles,
    textOf: (name) => texts.get(name),
    version: VERSION,
  };
  const output = FORMATS[format](checked, color);
  return { output, troubles, code: report.findings.length > 0 ? 1 : 0 };
}

/** What the state says, if `--state` names it. */
async function deployed(args: ParsedArgs, folder: string): Promise<Partial<LinkOptions>> {
  const found = await namedState(args, folder);
  if (found === undefined) return {};
  const stages = args.values.stage ?? [];
  const [store = ""] = args.values.state ?? [];
  return {
    state: found.resources.filter(({ stage }) => stages.length === 0 || stages.includes(stage)),
    orphans: true,
    stored: found.stages,
    armed: found.armed.map((one) => ({ ...one, file: shown(one.file, folder), store })),
  };
}

function formatOf({ flags, values }: ParsedArgs): keyof typeof FORMATS {
  const [format = flags.has("json") ? "json" : "pretty"] = values.format ?? [];
  if (!Object.hasOwn(FORMATS, format)) {
    const help = `there are ${Object.keys(FORMATS).join(", ")}`;
    throw new Problem(`there is no format \`${format}\``, help);
  }
  if (flags.has("json") && format !== "json") {
    throw new Problem(`\`--json\` and \`--format ${format}\` exclude each other`);
  }
  return format as keyof typeof FORMATS;
}

/** What could not be looked at, or only in part: a program may have too much in it to be read. */
export function troublesOf(
  { troubles }: Program,
  findings: readonly Finding[],
  folder: string,
): Answer["troubles"] {
  const unread = troubles.map(({ path, reason }) => ({ file: shown(path, folder), reason }));
  const beyond = findings.filter(isBeyondLimits);
  return [...unread, ...beyond.map(({ file, message }) => ({ file, reason: message }))];
}

/** The parser's own words are about what is written; the others are about the analyser's limits. */
function isBeyondLimits({ code, message }: Finding): boolean {
  return code === "parse-error" && !message.startsWith("this does not parse");
}
