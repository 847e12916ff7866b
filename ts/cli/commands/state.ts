/** `state disarm`: keeps the deploy of one stage from deleting another stage. */

import { type ArmedStage, neededFor } from "../../state/armed.ts";
import { setAside } from "../../state/aside.ts";
import { isRow } from "../../state/row.ts";
import { shown } from "../collect/shown.ts";
import { readStates } from "../collect/state.ts";
import { readConfig } from "../config.ts";
import { hintAt } from "../print.ts";
import { Problem, reasonOf } from "../problem.ts";
import { type Disarmed, disarmJson, disarmText } from "../render/disarm.ts";
import type { Answer } from "./answer.ts";
import {
  COLOR,
  colorOf,
  command,
  ending,
  finish,
  JSON_OPTION,
  NO_COLOR,
  value,
  values,
} from "./command.ts";

const disarmCommand = command("disarm")
  .summary("keep the deploy of one stage from deleting another")
  .description(
    "List the stages that the deploy of another stage would delete. With `--write`, prevent it.",
  )
  .usage("[options]")
  .allowExcessArguments(false)
  .addOption(values("--state <folder>", "Alchemy's file store (default: `.alchemy`); repeat it"))
  .addOption(value("--app <app>", "only this app"))
  .addOption(value("--stage <stage>", "only this stage"))
  .option("--write", "rename the rows; without it, nothing changes")
  .addOption(JSON_OPTION)
  .addOption(COLOR)
  .addOption(NO_COLOR)
  .addHelpText(
    "after",
    ending({
      examples: [
        ["npx @alch/blocks state disarm", "list them"],
        ["npx @alch/blocks state disarm --write", "disarm all"],
      ],
      notes: [
        `When a stage replaces a resource, Alchemy 0.94 writes a row for the stage
itself: \`.alchemy/<app>/<stage>.json\`. The next deploy of another stage of that
app deletes the whole stage because of this row, unless its program imports
\`@alch/blocks\`. Such a stage is armed.`,
        `\`--write\` renames the row to \`<stage>.json.disarmed\`, which Alchemy does not
read. It changes no resource and no other row. A row that an unfinished deploy
still needs stays: finish that deploy first.`,
      ],
      exit: { 0: "no stage is armed any more", 1: "a stage is armed", 2: "it could not run" },
    }),
  )
  .action(async (options) => finish(await disarm(options, process.cwd())));

export default command("state")
  .summary("keep the deploy of one stage from deleting another (`state disarm`)")
  .description("Look after Alchemy's state.")
  .usage("<command> [options]")
  .helpCommand(false)
  .addCommand(disarmCommand);

interface Options {
  state?: string[] | undefined;
  app?: string | undefined;
  stage?: string | undefined;
  write?: boolean | undefined;
  json?: boolean | undefined;
  color?: boolean | undefined;
}

async function disarm(options: Options, folder: string): Promise<Answer> {
  const color = colorOf(options);
  await readConfig(folder);
  const { state = [".alchemy"], write = false } = options;
  const found = await readStates({ state, stateStore: [] }, folder);
  const { app, stage } = options;
  hintAt(
    "app",
    app === undefined ? [] : [app],
    found.stages.map((one) => one.app),
  );
  hintAt(
    "stage",
    stage === undefined ? [] : [stage],
    found.stages.map((one) => one.stage),
  );
  const stages: Disarmed[] = [];
  for (const armed of inFiles(wanted(found.armed, options))) {
    const { pending, keys } = armed;
    const isBlocked = pending.length + keys.length > 0;
    const backup = write && !isBlocked ? shown(await rename(armed, folder), folder) : null;
    const action = isBlocked ? "blocked" : backup === null ? "disarm" : "disarmed";
    stages.push({ ...armed, file: shown(armed.file, folder), backup, action });
  }
  const output = options.json ? disarmJson(stages) : disarmText(stages, color);
  const left = stages.some(({ action }) => action !== "disarmed");
  return { output, troubles: [], code: left ? 1 : 0 };
}

function wanted(armed: readonly ArmedStage[], { app, stage }: Options): ArmedStage[] {
  return armed.filter((one) => {
    return (app ?? one.app) === one.app && (stage ?? one.stage) === one.stage;
  });
}

/** @throws Problem for a stage whose row is no file. */
function inFiles(armed: readonly ArmedStage[]): (ArmedStage & { file: string })[] {
  return armed.map((one) => {
    const { app, stage, file } = one;
    if (file !== undefined) return { ...one, file };
    const message = `stage \`${stage}\` of \`${app}\` is armed, and its row is not in a file`;
    throw new Problem(message, "import `@alch/blocks` in every program of the app");
  });
}

/** @returns the backup. */
async function rename({ file }: { file: string }, folder: string): Promise<string> {
  try {
    return await setAside(file, (row) => !isRow(row) || neededFor(row).length > 0);
  } catch (error) {
    const message = `\`${shown(file, folder)}\` cannot be renamed: ${reasonOf(error)}`;
    throw new Problem(
      message,
      "run `npx @alch/blocks state disarm` again to see what is still armed",
    );
  }
}
