/** What the word at the cursor could become, for the shell. */
import type { CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { programWith } from "../commands/all.ts";
import { KNOWN, type Typed } from "./known.ts";

/** A line of the answer: a word, and what it is for. */
interface Candidate {
  word: string;
  about: string;
}

/** Tells the shell to complete the name of a file. */
const FILES = ":files";

/** What stands for a file in the help. */
const PATHS = ["place", "folder", "file", "module", "program", "backup", "paths"];

/**
 * The answer for the shell: candidates, one a line, or that it completes files itself.
 *
 * @param words What is typed behind the name of the program. The last is the one at the cursor, which
 *   may be empty.
 */
export async function completed(words: readonly string[], folder: string): Promise<string> {
  const before = words.slice(0, -1);
  const word = words.at(-1) ?? "";
  const program = await programWith(before[0] ?? "");
  const place = placeAfter(before, program);
  const candidates = await candidatesAt(place, word, folder);
  if (candidates === FILES) return `${FILES}\n`;
  const fitting = candidates.filter((one) => one.word.startsWith(word));
  return fitting.map((one) => `${one.word}\t${one.about}\n`).join("");
}

/** What the words before the cursor lead to. */
interface Place extends Typed {
  command: CommandUnknownOpts;
  /** The option whose value comes next. */
  open: Option | undefined;
  /** Whether no more options can follow. */
  ended: boolean;
}

function placeAfter(words: readonly string[], program: CommandUnknownOpts): Place {
  const place: Place = { command: program, open: undefined, ended: false, state: [] };
  for (const word of words) {
    if (place.open !== undefined) {
      note(place.open, word, place);
      place.open = undefined;
    } else if (word === "--") place.ended = true;
    else if (word.startsWith("-") && !place.ended) {
      const [name = "", given] = halves(word);
      const option = place.command.options.find((one) => isCalled(one, name));
      if (option?.required && given === undefined) place.open = option;
      else if (option && given !== undefined) note(option, given, place);
    } else
      place.command = place.command.commands.find((one) => one.name() === word) ?? place.command;
  }
  return place;
}

function note(option: Option, given: string, place: Place): void {
  if (option.long === "--state") place.state.push(given);
}

function isCalled({ long, short }: Option, name: string): boolean {
  return name === long || name === short;
}

/** `--stage=prod` is `--stage` and `prod`. */
function halves(word: string): [name: string, value: string | undefined] {
  const at = word.indexOf("=");
  return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
}

type Candidates = readonly Candidate[] | typeof FILES;

async function candidatesAt(place: Place, word: string, folder: string): Promise<Candidates> {
  const { command, open, ended } = place;
  if (open !== undefined) return await valuesOf(open, word, "", place, folder);
  if (ended || !word.startsWith("-")) return operands(command);
  const [name, value] = halves(word);
  const options = command.createHelp().visibleOptions(command);
  if (value === undefined) return options.map((one) => described(one.long ?? "", one.description));
  const option = options.find((one) => isCalled(one, name) && one.required);
  return option === undefined ? [] : await valuesOf(option, value, `${name}=`, place, folder);
}

/** Commands, words that an argument can be, or files. */
function operands(command: CommandUnknownOpts): Candidates {
  if (command.commands.length > 0) {
    const commands = command.createHelp().visibleCommands(command);
    return commands.map((one) => described(one.name(), one.summary() || one.description()));
  }
  const [argument] = command.registeredArguments;
  if (argument === undefined) return [];
  return argument.argChoices?.map((one) => described(one, "")) ?? filesFor(argument.name());
}

/** @param front What stands before the value in the same word. */
async function valuesOf(
  option: Option,
  value: string,
  front: string,
  typed: Typed,
  folder: string,
): Promise<Candidates> {
  if (option.argChoices) return option.argChoices.map((one) => described(front + one, ""));
  const [, name = ""] = /<(.+)>/.exec(option.flags) ?? [];
  const known = KNOWN[name];
  if (known === undefined) return filesFor(name);
  // A list is completed at its end, by what is not in it yet.
  const listed = value.split(",").slice(0, -1);
  const start = listed.map((one) => `${one},`).join("");
  const words = await known(typed, folder);
  const others = words.filter((one) => !listed.includes(one));
  return others.map((one) => described(front + start + one, ""));
}

function filesFor(name: string): Candidates {
  return PATHS.includes(name) ? FILES : [];
}

function described(word: string, about: string): Candidate {
  return { word, about };
}
