/** Commands in pages are commands that there are, and their files are of the form that they should be. */
import { describe, expect, test } from "bun:test";
import { execFileSync } from "node:child_process";
import { parse } from "yaml";
import { cli } from "../cli/cli.ts";
import { codeIn, pages, root, textOf } from "./markdown.ts";

interface Line {
  page: string;
  line: string;
}

/** The lines of all shells. */
const lines: Line[] = pages().flatMap((page) =>
  codeIn(textOf(page))
    .filter(({ language }) => language === "sh")
    .flatMap(({ text }) => text.replaceAll("\\\n", " ").split("\n"))
    .map((line) => ({ page, line: line.replace(/ #.*$/, "") })),
);

/** The arguments of the command line, in a line of a shell or of a script. */
function argumentsIn(line: string): string[] | undefined {
  const [, rest] = /(?:npx|bunx)(?: --\S+)* @?alch[/-]blocks ([^)&|;]*)/.exec(line) ?? [];
  return rest?.trim().split(/\s+/);
}

const helps = new Map<string, Promise<string>>();
function helpOf(command: string): Promise<string> {
  const help =
    helps.get(command) ?? cli(root, [...command.split(" "), "--help"]).then(({ out }) => out);
  helps.set(command, help);
  return help;
}

test("the commands of the package, and their options", async () => {
  const called = lines.flatMap(({ page, line }) => {
    const args = argumentsIn(line);
    return args === undefined ? [] : [{ page, line, args }];
  });
  expect(called.length).toBeGreaterThan(30);
  for (const { page, line, args } of called) {
    const command = args[0] === "state" ? "state disarm" : (args[0] ?? "");
    const help = await helpOf(command);
    expect({ page, line, help }).toEqual({
      page,
      line,
      help: expect.stringContaining(`npx @alch/blocks ${command}`),
    });
    for (const option of args
      .filter((arg) => arg.startsWith("-"))
      .map((arg) => arg.split("=")[0] ?? "")) {
      expect({ page, line, help }).toEqual({ page, line, help: expect.stringContaining(option) });
    }
  }
}, 120_000);

/** A command by the name of its program: that is how scripts of `package.json` call it. */
const BY_PROGRAM =
  /(?<![\w@/.-])(?:(?:npx|bunx) )?alch-blocks(?= (?:check|plan|migrate|monitor|stages|destroy|sweep|state|urls|init|<))/;
const IN_SCRIPT =
  /scripts\.|[\]"]: "alch-blocks |check: "alch-blocks |the script|^`monitor:collisions`/;

test("the command has one spelling: `npx @alch/blocks`", () => {
  const paths = [
    "*.md",
    "action.yml",
    "schemas",
    "src",
    "analyzer/src",
    "monitor/src",
    "ts",
    ".github",
  ];
  const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "--", ...paths], {
    cwd: root,
    encoding: "utf8",
  })
    .trim()
    .split("\n");
  expect(files.length).toBeGreaterThan(200);
  const others = files.flatMap((file) =>
    textOf(file)
      .split("\n")
      .filter((line) => BY_PROGRAM.test(line) && !IN_SCRIPT.test(line))
      .map((line) => `${file}: ${line}`),
  );
  expect(others).toEqual([]);
  expect("run `alch-blocks check`").toMatch(BY_PROGRAM);
});

test("the scripts of the project", () => {
  const { scripts } = JSON.parse(textOf("package.json"));
  const called = lines.flatMap(({ page, line }) => {
    const [, name] = /npm run ([\w:-]+)/.exec(line) ?? [];
    // Those that `init` writes are run by the test of their page.
    return name === undefined || /^(preview|stages):/.test(name) ? [] : [{ page, name }];
  });
  expect(called.length).toBeGreaterThan(0);
  for (const { page, name } of called)
    expect({ page, name, is: name in scripts }).toEqual({ page, name, is: true });
});

describe("files", () => {
  const all = pages().flatMap((page) => codeIn(textOf(page)).map((code) => ({ page, ...code })));

  test("of JSON and YAML can be read", () => {
    for (const { language, text } of all) {
      if (language === "json") JSON.parse(text);
      if (language === "yaml") parse(text);
    }
  });

  test("are in a language that a test reads, or in one that is shown only", () => {
    const read = ["ts", "sh", "json", "yaml"];
    const shown = ["text", "diff", "rust", "sql"];
    const others = all.filter(({ language }) => ![...read, ...shown].includes(language));
    expect(others.map(({ page, text }) => `${page}: ${text}`)).toEqual([]);
  });
});
