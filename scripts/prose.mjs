// Finds long sentences in pages and help texts, and words that we do not use, also in messages.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { extname, join, relative } from "node:path";
import { root } from "./run.mjs";
import { installIn, PROSE } from "./tools.mjs";

/** In characters. Most sentences of 20 words are shorter than 120. */
const LONGEST = 160;

/** What users read. */
function texts() {
  const pages = readdirSync(join(root, "docs"))
    .filter((file) => file.endsWith(".md"))
    .map((file) => `docs/${file}`);
  const helps = readdirSync(join(root, "tests/fixtures/cli/help")).map((file) => {
    return `tests/fixtures/cli/help/${file}`;
  });
  const others = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "RELEASING.md"];
  const ofSite = ["docs/site/index.md", "docs/site/playground-page.md"];
  return [...others, ...ofSite, ...pages, ...helps].sort();
}

const SOURCES = ["src", "analyzer/src", "monitor/src", "ts"];
/** A text in a source, in the quotes of Rust or TypeScript. */
const LITERAL = /"((?:[^"\\\n]|\\.|\\\n)*)"|`((?:[^`\\]|\\.)*)`/g;

/** The messages of a source: its texts of three words and more, without the code in them. */
export function messagesIn(source) {
  return [...source.matchAll(LITERAL)]
    .map(([, double, template]) => (double ?? template).replace(/\\\n\s*/g, ""))
    .filter((text) => / \w+ \w+/.test(text))
    .map((text) => text.replace(/\\?`[^`]*\\?`/g, "…"));
}

/** What messages say that we do not. */
async function faultsOfMessages() {
  const { PHRASES } = await import("../docs/prose/phrases.mjs");
  const { phrasesIn } = await import("../docs/prose/rule.mjs");
  const files = SOURCES.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(rs|ts)$/.test(entry.name))
      .map(({ parentPath, name }) => join(parentPath, name)),
  );
  return files.flatMap((file) =>
    messagesIn(readFileSync(file, "utf8")).flatMap((text) =>
      phrasesIn(text, PHRASES).map(({ found, instead }) => {
        return `${relative(root, file)} "${found}" in "${text}": ${instead} [phrases]`;
      }),
    ),
  );
}

/** Makes a linter of texts. */
export async function linter() {
  await installIn(PROSE);
  const require = createRequire(join(PROSE, "package.json"));
  const { TextlintKernel } = require("@textlint/kernel");
  const plugin = (name) => require(`@textlint/textlint-plugin-${name}`).default;
  const { PHRASES } = await import("../docs/prose/phrases.mjs");
  const { phrases } = await import("../docs/prose/rule.mjs");
  const kernel = new TextlintKernel();
  const options = {
    plugins: ["markdown", "text"].map((name) => ({ pluginId: name, plugin: plugin(name) })),
    rules: [
      { ruleId: "phrases", rule: phrases, options: { phrases: PHRASES } },
      {
        ruleId: "sentence-length",
        rule: require("textlint-rule-sentence-length").default,
        options: { max: LONGEST },
      },
    ],
  };
  return async (path, text) => {
    const { messages } = await kernel.lintText(text, {
      ...options,
      filePath: path,
      ext: extname(path),
    });
    return messages.map(({ message, loc, ruleId }) => {
      const { line, column } = loc.start;
      return `${path}:${line}:${column} ${message.split("\n")[0]} [${ruleId}]`;
    });
  };
}

if (process.argv[1] === import.meta.filename) {
  const lint = await linter();
  const faults = await faultsOfMessages();
  for (const path of texts())
    faults.push(...(await lint(path, readFileSync(join(root, path), "utf8"))));
  for (const fault of faults) console.log(fault);
  if (faults.length > 0) {
    console.log(`\n${faults.length} to mend: see the style in CONTRIBUTING.md`);
    process.exitCode = 1;
  }
}
