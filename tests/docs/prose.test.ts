/** The linter of prose finds what it should, and nothing in code. */
import { beforeAll, expect, test } from "bun:test";
import { linter, messagesIn } from "../../scripts/prose.mjs";

let lint: Awaited<ReturnType<typeof linter>>;

beforeAll(async () => {
  lint = await linter();
}, 120_000);

const LONG = `Alchemy ${"deploys a stage and ".repeat(10)}ends.`;

test.each([
  ["an old phrase", "A broken link is told on the standard error.", '"is told"'],
  ["an old phrase over two lines", "What there\nis of a stage.", '"What there\nis of"'],
  ["a hedge", "This is probably right.", '"probably"'],
  [
    "a passive that says who acts",
    "The database is deleted by Alchemy.",
    '"is deleted by Alchemy"',
  ],
  ["another word for a term", "The cloud name has a hash.", '"cloud name"'],
  ["a long sentence", LONG, "sentence length"],
])("%s", async (_, text, found) => {
  const faults = await lint("page.md", `# A page\n\n${text}\n`);
  expect(faults).toHaveLength(1);
  expect(faults[0]).toStartWith("page.md:3:");
  expect(faults[0]).toContain(found.split("\n")[0] ?? "");
});

test("plain words, code and quoted text pass", async () => {
  const page = `Alchemy deletes \`probably\` it.\n\n\`\`\`text\nThis is told of. ${LONG}\n\`\`\`\n`;
  expect(await lint("page.md", page)).toEqual([]);
});

test("help texts are read, too", async () => {
  expect(await lint("help.txt", "It simply runs.\n")).toEqual([
    expect.stringContaining('"simply"'),
  ]);
});

test("messages are the texts of a source", () => {
  const source = 'let a = "x"; fail("it is `told of` \\\n   that here"); `see it for more`;';
  expect(messagesIn(source)).toEqual(["it is … that here", "see it for more"]);
});
