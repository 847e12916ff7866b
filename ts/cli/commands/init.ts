/** `init`: the workflow, the script and the config of the monitor, written into a project. */
import { createInterface } from "node:readline/promises";
import { shown } from "../collect/shown.ts";
import { workspaceOf } from "../collect/workspaces.ts";
import { readConfig } from "../config.ts";
import { create } from "../init/create.ts";
import { type Planned, planFiles, SCRIPT } from "../init/files.ts";
import { type Project, readProject } from "../init/project.ts";
import { Problem, reasonOf } from "../problem.ts";
import { visible } from "../render/text.ts";
import { writeAll } from "../write.ts";
import type { Answer } from "./answer.ts";
import { command, ending, finish } from "./command.ts";

export default command("init")
  .summary("set up the monitor in a project")
  .description(
    "Write the workflow `.github/workflows/monitor-collisions.yml`, the script `monitor:collisions` of `package.json`, and `alch-blocks.json`. A file that is there already stays as it is, unless you agree to overwrite it.",
  )
  .usage("[options]")
  .allowExcessArguments(false)
  .option("-y, --yes", "overwrite without asking")
  .addHelpText(
    "after",
    ending({
      examples: [["alch-blocks init", "ask before it overwrites a file"]],
      exit: { 0: "it ran", 2: "it could not run" },
    }),
  )
  .action(async ({ yes = false }) => finish(await init(yes, process.cwd())));

async function init(yes: boolean, folder: string): Promise<Answer> {
  const project = readProject(folder);
  // One that cannot be used must not pass for one that is there already.
  await readConfig(folder);
  const planned = planFiles(project);
  const wanted = yes ? planned : await agreed(planned, folder);
  await writeEach(wanted, folder);
  return { output: report(planned, wanted, project, folder), troubles: [], code: 0 };
}

/** Those that overwrite nothing, and those that someone at the terminal has agreed to. */
async function agreed(planned: readonly Planned[], folder: string): Promise<Planned[]> {
  const inTheWay = planned.filter(({ overwrites }) => overwrites !== undefined);
  if (inTheWay.length === 0) return [...planned];
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    const files = inTheWay.map((file) => `\`${shown(file.path, folder)}\` (${file.overwrites})`);
    const message = `${files.join(" and ")} would be overwritten, and there is no terminal to ask at`;
    throw new Problem(message, "nothing was written; `--yes` overwrites");
  }
  const refused = new Set<Planned>();
  // Asked on the standard error: the output may go to a file.
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // Ctrl-C and Ctrl-D end the questions without an answer.
  const ended = new Promise<never>((_, reject) => {
    terminal.once("close", () => reject(new Problem("stopped", "nothing was written")));
  });
  try {
    for (const file of inTheWay) {
      const name = shown(file.path, folder);
      const question = visible(`overwrite ${name}? ${file.overwrites} [y/N] `);
      const answer = await Promise.race([terminal.question(question), ended]);
      if (!/^\s*y(es)?\s*$/i.test(answer)) refused.add(file);
    }
  } finally {
    ended.catch(() => undefined);
    terminal.close();
  }
  return planned.filter((file) => !refused.has(file));
}

async function writeEach(files: readonly Planned[], folder: string): Promise<void> {
  const top = workspaceOf(folder);
  for (const { path, before, after } of files) {
    try {
      if (before === undefined) await create(path, after);
      else {
        const { failed, stopped } = await writeAll([{ path, before, after }], top);
        if (failed !== undefined) throw failed;
        if (stopped) throw new Problem("stopped", "run `alch-blocks init` again for the rest");
      }
    } catch (error) {
      if (error instanceof Problem) throw error;
      throw new Problem(
        `\`${shown(path, folder)}\` cannot be written: ${reasonOf(error)}`,
        "run `alch-blocks init` again when that is repaired: what is written stays as it is",
      );
    }
  }
}

function report(
  planned: readonly Planned[],
  written: readonly Planned[],
  { deploys, manager, depends }: Project,
  folder: string,
): string {
  if (planned.length === 0) return "everything is there already\n";
  const lines = planned.map((file) => {
    const name = visible(shown(file.path, folder));
    if (!written.includes(file)) return `left alone  ${name}`;
    return `${file.before === undefined ? "created" : "changed"}     ${name}`;
  });
  const after =
    deploys.length > 0
      ? `after ${deploys.map((name) => `\`${visible(name)}\``).join(", ")}`
      : "after a workflow called `Deploy`: write the name of yours into it, if it has another one";
  const steps = [
    ...(depends ? [] : ["add the package `@alch/blocks` to the project"]),
    "set the secrets CLOUDFLARE_API_TOKEN and CLOUDFLARE_ACCOUNT_ID in the repository, and\n     ALCHEMY_STATE_TOKEN and ALCHEMY_PASSWORD where your programs use them",
    `try it here: ${manager} run ${SCRIPT}`,
    "commit the files",
  ];
  return [
    ...lines,
    "",
    `The monitor runs every day and ${after}.`,
    "Next:",
    ...steps.map((step, at) => `  ${at + 1}. ${step}`),
    "",
  ].join("\n");
}
