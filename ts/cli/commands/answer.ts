/** What a command gives: all that is printed and how it ends. */
import type { ParsedArgs } from "../args.ts";
import { Problem } from "../problem.ts";
import { wantsColor } from "../render/text.ts";

export interface Answer {
  output: string;
  /** Files that could not be looked at; the command ends with 2 then. */
  troubles: readonly { file: string; reason: string }[];
  /** Otherwise. */
  code: 0 | 1 | 2;
  /** What is done once it is printed; it ends with 2 if that fails. */
  afterwards?: () => Promise<void>;
}

/** Whether to colour what goes to the standard output. */
export function colorOf({ flags }: ParsedArgs): boolean {
  if (flags.has("color") && flags.has("no-color")) {
    throw new Problem("`--color` and `--no-color` exclude each other");
  }
  if (flags.has("color")) return true;
  return !flags.has("no-color") && wantsColor(process.stdout);
}
