/**
 * Runs the programs of one folder, one after another, in one process: to load Alchemy 2 takes longer
 * than a deploy. `App2` copies this file beside them, where `alchemy` is Alchemy 2, and sends the jobs.
 */
import { join } from "node:path";
import { deploy, destroy, run } from "alchemy/Test/Core";

/** What to do with a program, and with which environment. */
export interface Job {
  file: string;
  stage: string;
  command: "deploy" | "destroy";
  adopt: boolean;
  env: Record<string, string>;
}

/** How it ended, with all that it said. */
export interface Done {
  code: number;
  output: string;
}

async function work({ file, stage, command, adopt, env }: Job): Promise<Done> {
  Object.assign(process.env, env);
  const said: unknown[] = [];
  console.log = console.warn = (...words: unknown[]) => said.push(words.join(" "));
  const ended = (code: number) => ({ code, output: said.join("\n") });
  try {
    const { default: stack } = await import(join(process.cwd(), file));
    const options = { providers: stack.providers, adopt };
    const make = command === "deploy" ? deploy : destroy;
    await run(make(options, stack, { stage }), options);
    return ended(0);
  } catch (error) {
    said.push(error instanceof Error ? `${error.message}\n` : String(error));
    return ended(1);
  } finally {
    for (const name of Object.keys(env)) delete process.env[name];
  }
}

process.on("message", async (job: Job) => process.send?.(await work(job)));
