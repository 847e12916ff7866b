/** `state disarm`: keeps the deploy of one stage from deleting another stage. */
import { type ArmedStage, neededFor } from "../../state/armed.ts";
import { setAside } from "../../state/aside.ts";
import { isRow } from "../../state/row.ts";
import type { ParsedArgs } from "../args.ts";
import { shown } from "../collect/collect.ts";
import { readStates } from "../collect/state.ts";
import { Problem, reasonOf } from "../problem.ts";
import { type Disarmed, disarmJson, disarmText } from "../render/disarm.ts";
import { type Answer, colorOf } from "./answer.ts";

export async function state(args: ParsedArgs, folder: string): Promise<Answer> {
  checkAction(args.paths);
  const color = colorOf(args);
  const { state: places = [".alchemy"] } = args.values;
  const found = await readStates({ state: places, stateStore: [] }, folder);
  const write = args.flags.has("write");
  const stages: Disarmed[] = [];
  for (const armed of inFiles(wanted(found.armed, args))) {
    const { pending, keys } = armed;
    const isBlocked = pending.length + keys.length > 0;
    const backup = write && !isBlocked ? shown(await disarm(armed, folder), folder) : null;
    const action = isBlocked ? "blocked" : backup === null ? "disarm" : "disarmed";
    stages.push({ ...armed, file: shown(armed.file, folder), backup, action });
  }
  const output = args.flags.has("json") ? disarmJson(stages) : disarmText(stages, color);
  const left = stages.some(({ action }) => action !== "disarmed");
  return { output, troubles: [], code: left ? 1 : 0 };
}

function checkAction([action, more]: readonly string[]): void {
  const help = "write `alch-blocks state disarm`; see `alch-blocks state --help`";
  if (action === undefined) throw new Problem("`state` needs an action", help);
  if (action !== "disarm") throw new Problem(`\`state\` has no action \`${action}\``, help);
  if (more !== undefined) throw new Problem(`\`state disarm\` takes no \`${more}\``, help);
}

function wanted(armed: readonly ArmedStage[], { values }: ParsedArgs): ArmedStage[] {
  const [app] = values.app ?? [];
  const [stage] = values.stage ?? [];
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
async function disarm({ file }: { file: string }, folder: string): Promise<string> {
  try {
    return await setAside(file, (row) => !isRow(row) || neededFor(row).length > 0);
  } catch (error) {
    const message = `\`${shown(file, folder)}\` cannot be renamed: ${reasonOf(error)}`;
    throw new Problem(message, "run `alch-blocks state disarm` again to see what is still armed");
  }
}
