#!/usr/bin/env node
/** The command line `alch-blocks`. */
import { helpOf, type Name, type ParsedArgs, readArguments } from "./args.ts";
import type { Answer } from "./commands/answer.ts";
import { check } from "./commands/check.ts";
import { migrate } from "./commands/migrate.ts";
import { plan } from "./commands/plan.ts";
import { Problem } from "./problem.ts";
import { createColors, visible, wantsColor } from "./render/text.ts";
import { Secrets } from "./secrets.ts";

const COMMANDS: Readonly<Record<Name, (args: ParsedArgs, folder: string) => Promise<Answer>>> = {
  check,
  plan,
  migrate,
  // It has the client of Cloudflare, which the others need not wait for.
  monitor: async (args, folder) => (await import("./monitor/command.ts")).monitor(args, folder),
  state: async (args, folder) => (await import("./commands/state.ts")).state(args, folder),
  // Only here are the libraries needed that it uses.
  init: async (...given) => (await import("./commands/init.ts")).init(...given),
};

/** Ends the line that says what went wrong. */
function complain(message: string, help = ""): void {
  const colors = createColors(wantsColor(process.stderr));
  const text = new Secrets(process.env).hidden(message).split("\n").map(visible).join("\n");
  process.stderr.write(`${colors.red(colors.bold("error:"))} ${text}\n`);
  if (help) process.stderr.write(`${colors.cyan("help:")} ${visible(help)}\n`);
}

/** Writes all of it: through a pipe that takes as long as the reader. */
function write(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve) => stream.write(text, () => resolve()));
}

async function run(args: readonly string[]): Promise<number> {
  const request = readArguments(args);
  if ("show" in request) {
    const help = request.show === "help" ? helpOf(request.command) : `${VERSION}\n`;
    // Without a command there was nothing to do.
    await write(args.length === 0 ? process.stderr : process.stdout, help);
    return args.length === 0 ? 2 : 0;
  }
  const { output, troubles, code, afterwards } = await COMMANDS[request.command](
    request,
    process.cwd(),
  );
  await write(process.stdout, output);
  await afterwards?.();
  for (const { file, reason } of troubles) complain(`\`${file}\` cannot be read: ${reason}`);
  return troubles.length > 0 ? 2 : code;
}

let code = 2;
let unwritten: NodeJS.ErrnoException | undefined;
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // Whoever reads the output may have had enough of it, as `head` does.
  if (error.code !== "EPIPE") unwritten = error;
});
process.stderr.on("error", () => {});

try {
  code = await run(process.argv.slice(2));
} catch (error) {
  if (error instanceof Problem) complain(error.message, error.help);
  else complain(`something is wrong with alch-blocks itself: ${(error as Error).stack ?? error}`);
}
if (unwritten) {
  complain(`the output cannot be written: ${unwritten.message}`);
  code = 2;
}
// What is complained of is written by now, too, and Node would go on to wait until the compiler has
// made the analyser faster.
await write(process.stderr, "");
process.exit(code);
