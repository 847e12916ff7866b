/** The table of commands, by what they are for. Only those that are needed are loaded. */
import { command } from "./command.ts";

const GROUPS = {
  "Begin:": {
    init: () => import("./init.ts"),
    migrate: () => import("./migrate.ts"),
  },
  "Before a deploy:": {
    check: () => import("./check.ts"),
    plan: () => import("./plan.ts"),
  },
  "Stages:": {
    stages: () => import("./stages.ts"),
    urls: () => import("./urls.ts"),
    destroy: () => import("./destroy.ts"),
    sweep: () => import("./sweep.ts"),
  },
  "The whole account:": {
    monitor: () => import("./monitor.ts"),
    cost: () => import("./cost.ts"),
  },
  "Others:": {
    state: () => import("./state.ts"),
    completion: () => import("./completion.ts"),
  },
};

export function isCommand(name: string): boolean {
  return Object.values(GROUPS).some((group) => Object.hasOwn(group, name));
}

/** The program with the command `name` alone, or with all where there is no such command. */
export async function programWith(name: string) {
  const program = command("npx @alch/blocks")
    .usage("<command> [paths…] [options]")
    .description(
      "Keep the stages of your Alchemy apps apart at Cloudflare: check the names before a deploy, and look after what is deployed.",
    )
    .version(VERSION, "-v, --version", "show the version")
    .addHelpText("after", "\n`npx @alch/blocks <command> --help` shows the options of a command.");
  for (const [title, group] of Object.entries(GROUPS)) {
    program.commandsGroup(title);
    for (const [known, load] of Object.entries(group)) {
      if (!isCommand(name) || known === name) program.addCommand((await load()).default);
    }
  }
  // It stands with the last of them.
  return program.helpCommand("help [command]", "show the help of a command");
}
