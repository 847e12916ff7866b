/** Writes to the standard streams. */
import { didYouMean } from "./nearest.ts";
import { createColors, visible, wantsColor } from "./render/text.ts";
import { widthOfStream, wrapped } from "./render/width.ts";
import { Secrets } from "./secrets.ts";

/** Writes all of it: through a pipe that takes as long as the reader. */
export function write(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve) => stream.write(text, () => resolve()));
}

/** Says on the standard error which stages or apps nothing has, where something has almost that name. */
export function hintAt(
  noun: "stage" | "app",
  given: readonly string[] = [],
  known: readonly string[] = [],
): void {
  for (const one of given.filter((name) => !known.includes(name))) {
    const hint = didYouMean(one, known);
    if (hint === "") continue;
    const line = `warning: no ${noun} \`${one}\` is known: ${hint}`;
    process.stderr.write(`${wrapped(visible(line), 2, widthOfStream(process.stderr))}\n`);
  }
}

/** Says what went wrong, and what to do about it. */
export function complain(message: string, help = "", code = ""): void {
  const colors = createColors(wantsColor(process.stderr));
  const fitted = (line: string) => wrapped(line, 2, widthOfStream(process.stderr));
  const [first = "", ...rest] = new Secrets(process.env).hidden(message).split("\n").map(visible);
  const lines = [`${colors.red(colors.bold("error:"))} ${first}`, ...rest].map(fitted);
  process.stderr.write(`${lines.join("\n")}\n`);
  if (code) process.stderr.write(`${colors.cyan("code:")} ${code}\n`);
  if (help) process.stderr.write(`${fitted(`${colors.cyan("help:")} ${visible(help)}`)}\n`);
}
