// What is made from the rules of the analyser: their table, and the comment at the top of each file.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root, run } from "./run.mjs";

const NOTE = "Made from analyzer/src/rules/ by `npm run generate`. Do not edit.";

/** Every rule: its code, its severity, what it finds, and its page. */
export async function readRules() {
  const args = ["run", "--quiet", "-p", "alch-blocks-analyzer", "--example", "rules"];
  const rules = JSON.parse(await run("cargo", args));
  return rules.map((rule) => ({ ...rule, page: pageOf(rule.code) }));
}

/** The comment at the top of a rule's file, as Markdown. */
function pageOf(code) {
  const file = `analyzer/src/rules/${code.replaceAll("-", "_")}.rs`;
  const lines = readFileSync(join(root, file), "utf8").split("\n");
  const end = lines.findIndex((line) => !line.startsWith("//!"));
  const page = lines.slice(0, end).map((line) => line.replace(/^\/\/! ?/, ""));
  for (const part of ["```", "**Why.**", "**Fix.**"]) {
    if (!page.some((line) => line.startsWith(part))) {
      throw new Error(`${file} has no ${part} in the comment at its top`);
    }
  }
  return page.join("\n");
}

/** The rules, for TypeScript. */
export function rulesModule(rules) {
  const entries = rules.map(({ code, severity, what }) => [code, { severity, what }]);
  return `// ${NOTE}

/** A rule of \`check\`. */
export interface Rule {
  severity: "error" | "warning" | "info";
  /** What it finds, in a few words. */
  what: string;
}

/** All rules, the most severe first. */
export const RULES: Readonly<Record<string, Rule | undefined>> = ${JSON.stringify(Object.fromEntries(entries))};
`;
}

/** The schema of the config, with a severity for each rule. */
export function configSchema(text, rules) {
  const schema = JSON.parse(text);
  const severity = { $ref: "#/definitions/severity" };
  schema.properties.rules.properties = Object.fromEntries(
    rules.map(({ code }) => [code, severity]),
  );
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** The page with a section for each rule. */
export function rulesPage(rules) {
  const section = ({ code, severity, page }) =>
    `## \`${code}\`\n\nSeverity: ${severity}\n\n${page}\n`;
  return `<!-- ${NOTE} -->

# Rules of \`check\`

For everyone who has a code of \`npx @alch/blocks check\` in front of them. The [config](cli.md#the-config) changes the
severity of a code or turns it off, and a [comment](cli.md#disabling-a-finding) disables one finding.

${rules.map(section).join("\n")}
## Next

[The command line](cli.md): options, exit codes and the config.
`;
}

/** The table of codes. */
export const rulesTable = (rules, page) => [
  ["code", "severity", "what it finds"],
  ...rules.map(({ code, severity, what }) => [`[\`${code}\`](${page}#${code})`, severity, what]),
];
