#!/usr/bin/env node
/** The command line: where arguments begin and errors end. */
import { CommanderError } from "@commander-js/extra-typings";
import { isCommand, programWith } from "./commands/all.ts";
import { complain, write } from "./print.ts";
import { Problem, reasonOf } from "./problem.ts";
import { usageProblem } from "./usage.ts";

async function run(args: readonly string[]): Promise<void> {
  const [first = "", second = "", ...rest] = args;
  if (first === "__complete") {
    const { completed } = await import("./completion/complete.ts");
    return await write(process.stdout, await completed([second, ...rest], process.cwd()));
  }
  const name = first === "help" ? second : first;
  const program = await programWith(name);
  // Asked for the help of a command that does not exist, the parser shows another help.
  const isUnknown = !isCommand(name) && name !== "" && name !== "help" && !name.startsWith("-");
  await program.parseAsync(isUnknown ? [name] : args, { from: "user" });
}

/** @returns the exit code. */
function failed(error: unknown, args: readonly string[]): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    const { message, help } = usageProblem(error, args);
    if (message) complain(message, help);
  } else if (error instanceof Problem) complain(error.message, error.help, error.code);
  else complain(`something is wrong with alch-blocks itself: ${(error as Error).stack ?? error}`);
  return 2;
}

let unwritten: NodeJS.ErrnoException | undefined;
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // Whoever reads the output may have had enough of it, as `head` does.
  if (error.code !== "EPIPE") unwritten = error;
});
process.stderr.on("error", () => {});

const args = process.argv.slice(2);

let isDone = false;
// A module of the user's may end the program, or wait for what never comes: that is no success.
process.on("exit", () => {
  if (isDone) return;
  complain("a module that was loaded has ended the program");
  process.exitCode = 2;
});
process.on("uncaughtException", (error) => {
  isDone = true;
  complain(`a module that was loaded has failed: ${reasonOf(error)}`);
  process.exit(2);
});

try {
  await run(args);
} catch (error) {
  process.exitCode = failed(error, args);
}
if (unwritten) {
  complain(`the output cannot be written: ${unwritten.message}`);
  process.exitCode = 2;
}
// What is complained of is written by now, too, and Node would go on to wait until the compiler has
// made the analyser faster.
await write(process.stderr, "");
isDone = true;
process.exit(process.exitCode);
