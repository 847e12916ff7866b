/** `init`: the workflows, the scripts and the config of a project. */
import { Argument } from "@commander-js/extra-typings";
import { shown } from "../collect/shown.ts";
import { workspaceOf } from "../collect/workspaces.ts";
import { readConfig } from "../config.ts";
import { planApp } from "../init/app.ts";
import { create } from "../init/create.ts";
import { hasCost, type Planned, planFiles } from "../init/files.ts";
import { ALL_PARTS, PARTS, type Part } from "../init/parts.ts";
import { GITLAB_FILE } from "../init/pipelines.ts";
import { readProject } from "../init/project.ts";
import { storesOf } from "../init/store.ts";
import { Problem, reasonOf } from "../problem.ts";
import { appText, initText } from "../render/init.ts";
import { Terminal } from "../terminal.ts";
import { writeAll } from "../write.ts";
import type { Answer } from "./answer.ts";
import { command, completedBy, ending, finish, oneOf } from "./command.ts";

const NAMES = ALL_PARTS.map((part) => `\`${part}\``).join(", ");

export default command("init")
  .summary("set up previews, the sweep and the monitor in a project")
  .description(
    "Write the workflows, the scripts of `package.json` that they run, and `alch-blocks.json`. On a terminal, it asks which parts you want; elsewhere, it sets up the monitor. With `--app`, write a program that you can deploy. A file that is there already stays as it is, unless you agree to overwrite it.",
  )
  .usage("[parts…] [options]")
  .addArgument(completedBy(ALL_PARTS, new Argument("[parts...]", `what to set up: ${NAMES}`)))
  .option("--app", "write a program, its types and its scripts, called after this folder")
  .option("--cost", "have the monitor say what each stage costs, too")
  .option("-y, --yes", "overwrite without asking")
  .addHelpText(
    "after",
    ending({
      examples: [
        ["npx @alch/blocks init --app", "a program to begin with"],
        ["npx @alch/blocks init", "ask what to set up"],
        ["npx @alch/blocks init previews sweep", "a stage for each pull request"],
        ["npx @alch/blocks init monitor --cost", "the monitor, with what each stage costs"],
      ],
      notes: [
        `GitHub gets workflows in \`.github/workflows\`. A project with a \`.gitlab-ci.yml\`
and no \`.github\` gets \`${GITLAB_FILE}\` instead.`,
      ],
      exit: { 0: "it ran", 2: "it could not run" },
    }),
  )
  .action(async (parts, { yes = false, app = false, cost = false }) => {
    await finish(await init(parts, { yes, app, cost }, process.cwd()));
  });

interface Options {
  yes: boolean;
  app: boolean;
  cost: boolean;
}

async function init(
  names: readonly string[],
  { yes, app, cost }: Options,
  folder: string,
): Promise<Answer> {
  const named = ALL_PARTS.filter((part) => names.includes(part));
  const unknown = names.find((name) => !ALL_PARTS.some((part) => part === name));
  if (unknown !== undefined) {
    throw new Problem(`\`init\` has no part \`${unknown}\``, oneOf(unknown, ALL_PARTS));
  }
  const isNamed = app || named.length > 0;
  if (cost && isNamed && !named.includes("monitor")) throw withoutMonitor();
  await using terminal = new Terminal();
  const write = async (planned: readonly Planned[]) => {
    const wanted = yes ? planned : await agreed(planned, terminal, folder);
    await writeEach(wanted, folder);
    return wanted;
  };
  const outputs: string[] = [];
  if (app) {
    const planned = await planApp(folder);
    outputs.push(appText(planned, await write(planned), folder));
  }
  if (!app || named.length > 0) {
    const project = readProject(folder);
    // One that cannot be used must not pass for one that is there already.
    await readConfig(folder);
    const parts = named.length > 0 ? named : await askedFor(terminal, yes);
    if (cost && !parts.includes("monitor")) throw withoutMonitor();
    const isPriced = cost || hasCost(project);
    const asked = { parts, cost: isPriced, stores: await storesOf(folder) };
    const planned = planFiles(project, asked);
    outputs.push(initText(planned, await write(planned), asked, project, folder));
  }
  return { output: outputs.join("\n"), troubles: [], code: 0 };
}

function withoutMonitor(): Problem {
  return new Problem("`--cost` needs the part `monitor`", "add `monitor`, or leave out `--cost`");
}

async function askedFor(terminal: Terminal, yes: boolean): Promise<Part[]> {
  if (yes || !terminal.isThere) return ["monitor"];
  const parts: Part[] = [];
  for (const part of ALL_PARTS) {
    if (await terminal.confirm(`set up ${PARTS[part].about}? [Y/n] `, true)) parts.push(part);
  }
  return parts;
}

/** Those that overwrite nothing, and those that someone at the terminal has agreed to. */
async function agreed(
  planned: readonly Planned[],
  terminal: Terminal,
  folder: string,
): Promise<Planned[]> {
  const inTheWay = planned.filter(({ overwrites }) => overwrites !== undefined);
  if (inTheWay.length === 0) return [...planned];
  if (!terminal.isThere) {
    const files = inTheWay.map((file) => `  \`${shown(file.path, folder)}\`: ${file.overwrites}`);
    const one = files.length === 1;
    const message = `${one ? "a file is" : `${files.length} files are`} in the way, and there is no terminal to ask at:`;
    const help = `nothing was written: give \`--yes\` to overwrite ${one ? "it" : "them"}`;
    throw new Problem([message, ...files].join("\n"), help);
  }
  const refused = new Set<Planned>();
  for (const file of inTheWay) {
    const question = `overwrite \`${shown(file.path, folder)}\`? ${file.overwrites} [y/N] `;
    if (!(await terminal.confirm(question, false))) refused.add(file);
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
        if (stopped) throw new Problem("stopped", "run `npx @alch/blocks init` again for the rest");
      }
    } catch (error) {
      if (error instanceof Problem) throw error;
      throw new Problem(
        `\`${shown(path, folder)}\` cannot be written: ${reasonOf(error)}`,
        "run `npx @alch/blocks init` again when that is repaired: what is written stays as it is",
      );
    }
  }
}
