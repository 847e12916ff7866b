/** Writes to the standard streams. */
import { createColors, visible, wantsColor } from "./render/text.ts";
import { widthOfStream, wrapped } from "./render/width.ts";
import { Secrets } from "./secrets.ts";

/** Writes all of it: through a pipe that takes as long as the reader. */
export function write(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve) => stream.write(text, () => resolve()));
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
