/** Writes to the standard streams. */
import { createColors, visible, wantsColor } from "./render/text.ts";
import { Secrets } from "./secrets.ts";

/** Writes all of it: through a pipe that takes as long as the reader. */
export function write(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve) => stream.write(text, () => resolve()));
}

/** Says what went wrong, and what to do about it. */
export function complain(message: string, help = "", code = ""): void {
  const colors = createColors(wantsColor(process.stderr));
  const text = new Secrets(process.env).hidden(message).split("\n").map(visible).join("\n");
  process.stderr.write(`${colors.red(colors.bold("error:"))} ${text}\n`);
  if (code) process.stderr.write(`${colors.cyan("code:")} ${code}\n`);
  if (help) process.stderr.write(`${colors.cyan("help:")} ${visible(help)}\n`);
}
