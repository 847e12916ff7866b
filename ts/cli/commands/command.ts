/** What all commands share: how they are made, common options, and how their help ends. */
import { Command, Option } from "@commander-js/extra-typings";
import type { Limit } from "../monitor/collect/pace.ts";
import { didYouMean } from "../nearest.ts";
import { complain, write } from "../print.ts";
import { Problem } from "../problem.ts";
import { createColors, wantsColor } from "../render/text.ts";
import type { Answer } from "./answer.ts";

/** A command that reports errors as exceptions, for `main` to print. */
export function command<const Name extends string>(name: Name) {
  const colors = createColors(wantsColor(process.stdout));
  return new Command(name)
    .exitOverride()
    .configureOutput({
      outputError: () => {},
      getOutHasColors: () => wantsColor(process.stdout),
      getErrHasColors: () => wantsColor(process.stderr),
      getOutHelpWidth: () => Math.min(process.stdout.columns || WIDTH, WIDTH),
      getErrHelpWidth: () => Math.min(process.stderr.columns || WIDTH, WIDTH),
    })
    .configureHelp({
      styleTitle: (title) => colors.bold(title),
      subcommandTerm: (sub) => sub.name(),
      // They say which words there are, and the words themselves are for completion.
      optionDescription: ({ description }) => description,
      argumentDescription: ({ description }) => description,
    })
    .helpOption("-h, --help", "show this help");
}

/** Longer lines are hard to read. */
const WIDTH = 80;

/** The description of the argument `[paths...]`. */
export const PATHS = "files, folders or quoted patterns (default: this folder)";

/** A value that may be given once. */
export function value<const Flags extends string>(flags: Flags, description: string) {
  return new Option(flags, description).argParser<string | undefined>((text, previous) => {
    if (previous !== undefined) throw new Problem(`\`${nameIn(flags)}\` is given more than once`);
    return checked(flags, text);
  });
}

/** A value that may be given several times. */
export function values<const Flags extends string>(flags: Flags, description: string) {
  return new Option(flags, description).argParser<string[] | undefined>((text, previous) => {
    // `--no-state` before it leaves `false` there.
    const known = Array.isArray(previous) ? previous : [];
    return [...known, checked(flags, text)];
  });
}

/** A value that may be given several times, or as a list with commas. */
export function list<const Flags extends string>(flags: Flags, description: string) {
  return new Option(flags, description).argParser<string[] | undefined>((text, previous) => {
    const parts = text.split(",").map((part) => checked(flags, part.trim()));
    return [...new Set([...(previous ?? []), ...parts])];
  });
}

/** One of a few words. */
export function choice<const Flags extends string, const Word extends string>(
  flags: Flags,
  description: string,
  words: readonly Word[],
) {
  const option = new Option(flags, description).argParser<Word | undefined>((text, previous) => {
    if (previous !== undefined) throw new Problem(`\`${nameIn(flags)}\` is given more than once`);
    const found = words.find((word) => word === text);
    if (found !== undefined) return found;
    throw new Problem(`\`${nameIn(flags)}\` cannot be \`${text}\``, oneOf(text, words));
  });
  return completedBy(words, option);
}

/** The help for a word that is none of `words`. */
export function oneOf(strange: string, words: readonly string[]): string {
  const help = `use one of ${words.map((word) => `\`${word}\``).join(", ")}`;
  return didYouMean(strange, words, help);
}

/** Has the shell complete an option or an argument by `words`. What else may be given is another matter. */
export function completedBy<T extends { argChoices?: string[] }>(
  words: readonly string[],
  given: T,
): T {
  given.argChoices = [...words];
  return given;
}

function nameIn(flags: string): string {
  return flags.split(" ").find((part) => part.startsWith("--")) ?? flags;
}

function checked(flags: string, text: string): string {
  if (text === "") throw new Problem(`\`${nameIn(flags)}\` is given without a value`);
  return text;
}

const STATE = "State:";

/** Where Alchemy's state is. */
export function statePlace(byDefault: string) {
  const what = "a folder `.alchemy`, an SQLite file or a quoted pattern; repeat it";
  return values("--state <place>", `${what} (default: ${byDefault})`).helpGroup(STATE);
}

export const STATE_STORE = values(
  "--state-store <module>",
  "a module whose default export makes Alchemy's `stateStore`; repeat it",
).helpGroup(STATE);
export const NO_STATE = new Option("--no-state", "read no state").helpGroup(STATE);

const RUNNING = "Running your program:";

export const EVALUATE = new Option(
  "--evaluate",
  "run programs for Alchemy 2, without credentials, to see what they declare",
).helpGroup(RUNNING);
export const TIMEOUT = value(
  "--timeout <seconds>",
  "with `--evaluate`: how long a program may take for a stage (default: 60)",
).helpGroup(RUNNING);

/** @throws Problem if it is no number of seconds. */
export function secondsOf(timeout: string | undefined, option = "--timeout"): number | undefined {
  if (timeout === undefined) return undefined;
  const seconds = /^\d+(\.\d+)?$/.test(timeout) ? Number(timeout) : 0;
  if (seconds > 0 && seconds <= LONGEST) return seconds;
  throw new Problem(`\`${option}\` cannot be \`${timeout}\``, `use seconds, up to ${LONGEST}`);
}

/** An hour. */
const LONGEST = 3600;

/** @throws Problem if it is no number of a pull request. */
export function pullNumber(option: string, text: string): number {
  const number = /^[1-9]\d{0,9}$/.test(text) ? Number(text) : 0;
  if (number > 0) return number;
  const help = "give the number of the pull request, such as `7`";
  throw new Problem(`\`${option}\` cannot be \`${text}\``, help);
}

export const PACE = value(
  "--pace <calls/seconds>",
  "how often Cloudflare may be called (default: `1200/300`)",
);

/** @throws Problem if it is no number of calls in a number of seconds. */
export function paceOf(text: string | undefined): Limit | undefined {
  if (text === undefined) return undefined;
  const [, calls, seconds] = /^([1-9]\d{0,3})\/([1-9]\d{0,3})$/.exec(text) ?? [];
  if (calls && seconds) return { calls: Number(calls), window: Number(seconds) * 1000 };
  const help = "give calls and seconds, such as `600/300`";
  throw new Problem(`\`--pace\` cannot be \`${text}\``, help);
}

/** @throws Problem if it is no number of hours. In milliseconds. */
export function graceOf(hours: string | undefined): number {
  return numberOf("--grace", hours, 24, 24 * 365) * 3_600_000;
}

/** @throws Problem if it is no number up to `most`. */
export function numberOf(
  option: string,
  text: string | undefined,
  byDefault: number,
  most: number,
): number {
  if (text === undefined) return byDefault;
  const number = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (number <= most) return number;
  throw new Problem(`\`${option}\` cannot be \`${text}\``, `use a number up to ${most}`);
}

const OUTPUT = "Output:";

export const JSON_OPTION = new Option("--json", "print JSON").helpGroup(OUTPUT);
export const COLOR = new Option(
  "--color",
  "use colors even if the output is no terminal",
).helpGroup(OUTPUT);
export const NO_COLOR = new Option("--no-color", "use no colors, as with `NO_COLOR=1`").helpGroup(
  OUTPUT,
);

/** Puts an option with the others about the output. */
export function aboutOutput<T extends { helpGroup(heading: string): T }>(option: T): T {
  return option.helpGroup(OUTPUT);
}

/** Prints an answer and sets the exit code. */
export async function finish(answer: Answer): Promise<void> {
  const { output, troubles, refused = [], code, afterwards } = answer;
  await write(process.stdout, output);
  await afterwards?.();
  for (const { file, reason } of troubles) complain(`\`${file}\` cannot be read: ${reason}`);
  for (const { message, help } of refused) complain(message, help);
  process.exitCode = troubles.length + refused.length > 0 ? 2 : code;
}

/** Whether to colour what goes to the standard output. */
export function colorOf(options: { color?: boolean | undefined }): boolean {
  return options.color ?? wantsColor(process.stdout);
}

interface Ending {
  /** What to type, and what it does. */
  examples: readonly (readonly [string, string])[];
  /** Paragraphs, already broken into lines. */
  notes?: readonly string[];
  /** What the exit codes 0, 1 and 2 mean. */
  exit: Readonly<Record<number, string>>;
}

/** The end of a command's help. */
export function ending({ examples, notes = [], exit }: Ending): string {
  const colors = createColors(wantsColor(process.stdout));
  const codes = Object.entries(exit).map(([code, meaning]) => `  ${code}  ${meaning}`);
  const width = Math.max(...examples.map(([line]) => line.length));
  const lines = examples.map(([line, what]) => `  ${line.padEnd(width)}  ${colors.dim(what)}`);
  return [
    "",
    `${colors.bold("Examples:")}\n${lines.join("\n")}`,
    ...notes,
    `${colors.bold("Exit codes:")}\n${codes.join("\n")}`,
  ]
    .join("\n\n")
    .slice(1);
}
