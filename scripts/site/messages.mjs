// What the package prints for each code, as tests have recorded it from the package itself.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../run.mjs";

const FOLDER = join(root, "tests", "fixtures", "pages");

/** The files, and whose pages have their messages. */
const FILES = {
  errors: ["errors.json", "warnings.json", "stages.json"],
  rules: ["findings.json"],
};

const recorded = (file) => JSON.parse(readFileSync(join(FOLDER, file), "utf8"));

/** The messages of each folder of pages. */
export const messages = () =>
  Object.fromEntries(
    Object.entries(FILES).map(([folder, files]) => [folder, files.flatMap(recorded)]),
  );

/** The messages of a code, each as Markdown. */
export function blocksOf(code, all) {
  const own = all.filter((one) => one.code === code);
  return [...new Set(own.map(block))];
}

function block({ message, help, helpInAlchemy2 }) {
  const lines = [message];
  if (help !== "") lines.push(`help: ${help}`);
  if (helpInAlchemy2 !== undefined) lines.push(`help with Alchemy 2: ${helpInAlchemy2}`);
  return `<div class="message">\n\n\`\`\`text\n${lines.join("\n")}\n\`\`\`\n\n</div>`;
}
