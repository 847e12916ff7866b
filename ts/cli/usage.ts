/** Errors of the argument parser, in the words of our other errors. */
import type { CommanderError } from "@commander-js/extra-typings";

interface Usage {
  /** Nothing if the help was shown instead. */
  message: string;
  help: string;
}

const WORDS: readonly (readonly [RegExp, string])[] = [
  [/^option (`.+`) argument missing$/, "$1 needs a value"],
  [/^option (`.+`) cannot be used with option (`.+`)$/, "$1 cannot be used with $2"],
  [/^too many arguments for (`.+`)\. .*$/, "$1 takes no argument"],
];

export function usageProblem({ code, message }: CommanderError, args: readonly string[]): Usage {
  if (code === "commander.help") return { message: "", help: "" };
  const [first = "", guess = ""] = message.replace(/^error: /, "").split("\n");
  const quoted = first.replaceAll(/'([^']*)'/g, "`$1`");
  const worded = WORDS.reduce((text, [from, to]) => text.replace(from, to), quoted);
  const [, meant] = /^\(Did you mean (.+)\?\)$/.exec(guess) ?? [];
  const [name = ""] = args;
  const isUnknown = code === "commander.unknownCommand" && quoted.includes(`\`${name}\``);
  const isAtTop = isUnknown || name === "help" || name.startsWith("-");
  const help = `see \`npx @alch/blocks${isAtTop ? "" : ` ${name}`} --help\``;
  return {
    message: worded,
    help: meant === undefined ? help : `did you mean \`${meant}\`? ${help}`,
  };
}
