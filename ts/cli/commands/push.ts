/** `migrate --push`: rows of Alchemy 2 from the local store to the one that a program has. */
import { resolve } from "node:path";
import type { CopiedStage } from "../evaluate/answer.ts";
import { installedFor } from "../evaluate/installed.ts";
import { copyRows } from "../evaluate/run.ts";
import { Problem } from "../problem.ts";
import { pushedText } from "../render/push.ts";
import { jsonOf } from "../render/text.ts";
import type { Answer } from "./answer.ts";
import { colorOf } from "./command.ts";

export interface Options {
  write?: boolean | undefined;
  stage?: string[] | undefined;
  json?: boolean | undefined;
  color?: boolean | undefined;
}

/** How long it may take, in seconds: a remote store takes each row in a call of its own. */
const DEADLINE = 600;

/** @param folder The one that has `.alchemy/state`, where Alchemy 2 looks for it, too. */
export async function push(program: string, options: Options, folder: string): Promise<Answer> {
  const path = resolve(folder, program);
  const writes = options.write === true;
  process.stderr.write("note: `--push` runs your program, with the credentials of this shell\n");
  const asked = { program: path, folder, deadline: DEADLINE };
  const copy = { stages: options.stage ?? null, writes };
  const copied = await copyRows(asked, installedFor(path), copy);
  const unknown = options.stage?.find((stage) => !copied.some((one) => one.stage === stage));
  if (unknown !== undefined || copied.length === 0) throw nothingFor(unknown);
  const output = options.json
    ? jsonOf({ version: 1, copied: copied.map((one) => ({ ...one, written: hasWritten(one) })) })
    : pushedText({ copied, program, writes, color: colorOf(options) });
  const code = copied.some(({ refused }) => refused !== null) ? 1 : 0;
  return { output, troubles: [], code };

  function hasWritten({ refused, missing }: CopiedStage): boolean {
    return writes && refused === null && missing.length > 0;
  }
}

function nothingFor(stage: string | undefined): Problem {
  const what = stage === undefined ? "no stage of this stack" : `no stage \`${stage}\``;
  const help = "run it in the folder that has `.alchemy`, after `migrate --to-v2 --write`";
  return new Problem(`\`.alchemy/state\` has ${what}`, help, "state-missing");
}
