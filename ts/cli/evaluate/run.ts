/** Asks a program of Alchemy 2 what it declares, or what its state has, in a process of its own. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { INSTALL_2 } from "../../generated/versions.ts";
import { Problem } from "../problem.ts";
import {
  ANSWER,
  type Answer,
  type CopiedStage,
  type Copy,
  type EvaluatedStack,
  type ExportedRow,
  type Question,
  readAnswer,
} from "./answer.ts";
import { withoutCredentials } from "./environment.ts";
import type { Installed } from "./installed.ts";
import { type Ended, runToEnd } from "./process.ts";

export interface Asked {
  /** The path of the program. */
  program: string;
  /** Where people run it: paths in the program may be relative to it. */
  folder: string;
  /** In seconds. */
  deadline: number;
}

const HELP_THROWS =
  "see that it can be evaluated without credentials and in this stage; leave `--evaluate` out to read its text alone";
/** Alchemy 2 asks for parts of Effect that npm does not install with it. */
const HELP_MISSING = `install it; Alchemy 2 takes these: \`${INSTALL_2}\``;
const HELP_STORE = "see that its store can be reached with the environment that deploys have";
const HELP_HANGS =
  "it may wait for a service that cannot be reached without credentials; give it more time with `--timeout`, or leave `--evaluate` out";
const HELP_DIES =
  "look for what ends the process, such as `process.exit`, or leave `--evaluate` out";
const HELP_GARBAGE =
  "look for what ends the process before the program is evaluated, or leave `--evaluate` out";

/**
 * What the program declares in a stage. It is given no credentials.
 *
 * @throws Problem if it does not come to an answer.
 */
export async function evaluate(
  asked: Asked & { name: string },
  stage: string,
  installed: Installed,
): Promise<EvaluatedStack> {
  const what = `\`${asked.name}\` cannot be evaluated in stage \`${stage}\``;
  const answer = await answerOf(asked, stage, installed, what);
  if ("resources" in answer && answer.stage === stage) return answer;
  throw new Problem(`${what}: it answered something else`, HELP_GARBAGE, "evaluate-garbage");
}

/**
 * Every row of the store that the program has. It has the environment that this program has.
 *
 * @throws Problem if it does not come to an answer.
 */
export async function rowsOf(asked: Asked, installed: Installed): Promise<ExportedRow[]> {
  const what = "its program gave no rows";
  const answer = await answerOf(asked, null, installed, what);
  if ("rows" in answer) return answer.rows;
  throw new Problem(`${what}: it answered something else`, HELP_GARBAGE, "evaluate-garbage");
}

/**
 * Copies rows from the local store to the one that the program has, with the environment that this
 * program has.
 *
 * @throws Problem if it does not come to an answer.
 */
export async function copyRows(
  asked: Asked,
  installed: Installed,
  copy: Copy,
): Promise<CopiedStage[]> {
  const what = "its rows cannot be copied";
  const answer = await answerOf(asked, null, installed, what, copy);
  if ("copied" in answer) return answer.copied;
  throw new Problem(`${what}: it answered something else`, HELP_GARBAGE, "evaluate-garbage");
}

async function answerOf(
  { program, folder, deadline }: Asked,
  stage: string | null,
  { runtime, modules }: Installed,
  what: string,
  copy?: Copy,
): Promise<Exclude<Answer, { error: string }>> {
  const top = mkdtempSync(join(tmpdir(), "alch-blocks-evaluate-"));
  const [scratch, home] = [join(top, "alchemy"), join(top, "home")];
  for (const made of [scratch, home]) mkdirSync(made);
  try {
    const inside = fileURLToPath(new URL("./inside.js", import.meta.url));
    const question: Question = { modules, entrypoint: program, stage, scratch, copy };
    const env = stage === null ? process.env : withoutCredentials(process.env, home);
    const how = { folder, env, deadline };
    const ended = await runToEnd(runtime, [inside, JSON.stringify(question)], how);
    const help = stage === null ? HELP_STORE : HELP_THROWS;
    return judged({ what, help }, ended, deadline, readAnswer(join(scratch, ANSWER)));
  } finally {
    rmSync(top, { recursive: true, force: true });
  }
}

function judged(
  { what, help }: { what: string; help: string },
  { code, late, said }: Ended,
  deadline: number,
  answer: Answer | undefined,
): Exclude<Answer, { error: string }> {
  if (late) {
    throw new Problem(`${what}: it took more than ${deadline} s`, HELP_HANGS, "evaluate-timeout");
  }
  if (answer === undefined && code === 0) {
    const message = `${what}: it gave no answer that can be read`;
    throw new Problem(message, HELP_GARBAGE, "evaluate-garbage");
  }
  if (answer === undefined) {
    const end = said === "" ? "" : `: ${said}`;
    throw new Problem(`${what}: its process ended with ${code}${end}`, HELP_DIES, "evaluate-died");
  }
  if (!("error" in answer)) return answer;
  const isMissing = /cannot find (package|module)/i.test(answer.error);
  throw new Problem(`${what}: ${answer.error}`, isMissing ? HELP_MISSING : help, "evaluate-failed");
}
