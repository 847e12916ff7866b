/** What a command gives: all that is printed and how it ends. */
import { complain, write } from "../print.ts";
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

/** Prints an answer and sets the exit code. */
export async function finish({ output, troubles, code, afterwards }: Answer): Promise<void> {
  await write(process.stdout, output);
  await afterwards?.();
  for (const { file, reason } of troubles) complain(`\`${file}\` cannot be read: ${reason}`);
  process.exitCode = troubles.length > 0 ? 2 : code;
}

/** Whether to colour what goes to the standard output. */
export function colorOf(options: { color?: boolean | undefined }): boolean {
  return options.color ?? wantsColor(process.stdout);
}
