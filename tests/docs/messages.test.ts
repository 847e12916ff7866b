/** What the package prints for each code: pages of the site show it. `UPDATE=1` writes the files. */
import { afterAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Message, messages } from "../../scripts/site/messages.mjs";
import { Journal } from "../../ts/cli/destroy/journal.ts";
import { Problem } from "../../ts/cli/problem.ts";
import { choose } from "../../ts/cli/sweep/choose.ts";
import { RULES } from "../../ts/generated/rules.ts";
import { cli } from "../cli/cli.ts";
import { root, textOf } from "./markdown.ts";
import { isAboutState, reported, SECTIONS } from "./rules.ts";

const RECORDED = join(root, "tests", "fixtures", "pages");

function expectRecorded(file: string, found: readonly Message[]): void {
  const text = `${JSON.stringify(found, null, 2)}\n`;
  const path = join(RECORDED, file);
  if (process.env.UPDATE) writeFileSync(path, text);
  expect(textOf(join("tests", "fixtures", "pages", file))).toBe(text);
}

const NONE: Message = { code: "none", message: "", help: "" };

/** The findings in the fixtures of the analyser, some of which have a state. */
function inFixtures(): Message[] {
  const folder = join("tests", "fixtures", "analyzer");
  return readdirSync(join(root, folder))
    .sort()
    .flatMap((name) => JSON.parse(textOf(join(folder, name, "expected.json"))).findings);
}

test("of each rule, for the first example of its page", async () => {
  const found: Message[] = [];
  for (const rule of Object.keys(RULES)) {
    const section = SECTIONS.get(rule) ?? "";
    const all = isAboutState(section) ? inFixtures() : await reported(section);
    const { code, message, help } = all.find((finding) => finding.code === rule) ?? NONE;
    found.push({ code, message, help });
  }
  expect(found.map(({ code }) => code)).toEqual(Object.keys(RULES));
  expectRecorded("findings.json", found);
}, 600_000);

const temporary = mkdtempSync(join(tmpdir(), "alch-blocks-messages-"));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

/** What a command refuses in a folder with nothing in it. */
async function refused(...args: string[]): Promise<Message> {
  const env = { GITHUB_TOKEN: "token", GITHUB_REPOSITORY: "acme/shop" };
  const { code: exit, error } = await cli(temporary, args, { env });
  expect(exit).toBe(2);
  const [, message = "", code = "", help = ""] =
    /^error: (.*)\ncode: (.*)\nhelp: (.*)\n$/.exec(error) ?? [];
  return { code, message, help };
}

function thrown(call: () => unknown): Message {
  try {
    call();
  } catch (error) {
    if (error instanceof Problem) {
      return { code: error.code, message: error.message, help: error.help };
    }
    throw error;
  }
  throw new Error("nothing was refused");
}

test("of `destroy` and `sweep`", async () => {
  const stage = ["destroy", "--stage", "pr-7", "--account", "0123456789abcdef"];
  const found = [
    await refused("destroy", "--stage", "pr-7"),
    await refused("sweep", "--delete"),
    await refused(...stage),
    await refused("sweep"),
  ];
  const row = join(temporary, ".alchemy", "shop", "prod");
  mkdirSync(row, { recursive: true });
  const kept = { kind: "cloudflare::D1Database", id: "db", fqn: "shop/prod/db", status: "created" };
  writeFileSync(join(row, "db.json"), JSON.stringify({ ...kept, output: {}, props: {} }));
  writeFileSync(join(temporary, "journals"), "no folder");
  const journal = Journal.of(join("journals", "pr-7"), "shop", "pr-7", "0123456789abcdef");
  const sweep = { verdict: "sweep" } as never;
  found.push(
    await refused(...stage),
    thrown(() => inTemporary(() => journal.note("found"))),
    thrown(() => choose([sweep, sweep], [], new Map(), { all: 3, stages: 10, share: 0.5 })),
  );
  expectRecorded("stages.json", found);
  const headings = textOf("docs/troubleshooting.md").matchAll(/^### (`.+`) \(stages\)$/gm);
  const codes = [...headings].flatMap(([, names = ""]) => names.replaceAll("`", "").split(", "));
  expect([...new Set(found.map(({ code }) => code))].sort()).toEqual(codes.sort());
});

/** The journal names its file, which has one name on every machine if it is relative. */
function inTemporary(call: () => void): void {
  const before = process.cwd();
  process.chdir(temporary);
  try {
    call();
  } finally {
    process.chdir(before);
  }
}

test("every code in the troubleshooting has one", () => {
  const { errors, rules } = messages();
  const codes = new Set([...errors, ...rules].map(({ code }) => code));
  const headings = [...textOf("docs/troubleshooting.md").matchAll(/^### (`[a-z-]+`.*)$/gm)];
  const named = headings.flatMap(([, title = ""]) =>
    [...title.matchAll(/`([a-z-]+)`/g)].map(([, code = ""]) => code),
  );
  expect(named.length).toBeGreaterThan(50);
  expect(named.filter((code) => !codes.has(code))).toEqual([]);
  const warned = new Set(errors.map(({ code }) => code));
  expect([...warned].filter((code) => !named.includes(code))).toEqual([]);
});
