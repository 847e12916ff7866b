/** The table of commands. Only those that are needed are loaded. */
import { command } from "./command.ts";

const COMMANDS = {
  check: () => import("./check.ts"),
  plan: () => import("./plan.ts"),
  migrate: () => import("./migrate.ts"),
  monitor: () => import("./monitor.ts"),
  cost: () => import("./cost.ts"),
  stages: () => import("./stages.ts"),
  destroy: () => import("./destroy.ts"),
  sweep: () => import("./sweep.ts"),
  state: () => import("./state.ts"),
  urls: () => import("./urls.ts"),
  init: () => import("./init.ts"),
  completion: () => import("./completion.ts"),
};

export function isCommand(name: string): boolean {
  return Object.hasOwn(COMMANDS, name);
}

/** The program with the command `name` alone, or with all where there is no such command. */
export async function programWith(name: string) {
  const program = command("npx @alch/blocks")
    .usage("<command> [paths…] [options]")
    .description("Check, plan and migrate Alchemy programs without running them.")
    .version(VERSION, "-v, --version", "show the version")
    .helpCommand("help [command]", "show the help of a command")
    .addHelpText("after", "\n`npx @alch/blocks <command> --help` shows the options of a command.");
  for (const [known, load] of Object.entries(COMMANDS)) {
    if (!isCommand(name) || known === name) program.addCommand((await load()).default);
  }
  return program;
}
