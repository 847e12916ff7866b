/** The pages of the site, as they are made of the files of the repository. */
import { expect, test } from "bun:test";
import { sitePages, sourceOf } from "../../scripts/site/pages.mjs";
import { repositoryLinks } from "../../scripts/site/repository.mjs";

const TROUBLESHOOTING = `# Troubleshooting

## Codes

### \`one\`

Write \`[x](y.md)\`, or see [two](#two-three-stages).

\`\`\`sh
### \`none\` [x](y.md)
\`\`\`

### \`two\`, \`three\` (stages)

See [why](why.md#top) and [the rule](rules.md#fixed).

## Next

[The rest](../README.md) and [a schema](../schemas/check.json).
`;

const TABLE = "<!-- table: kinds -->\n| a |\n| --- |\n| b |\n<!-- end -->\n";

const { pages, assets } = sitePages(
  new Map([
    [
      "README.md",
      "# All\n\n[One](docs/troubleshooting.md#one), [MIT](LICENSE-MIT), [Bun](https://bun.sh)\n",
    ],
    ["docs/troubleshooting.md", TROUBLESHOOTING],
    [
      "docs/rules.md",
      "<!-- Made. -->\n\n# Rules\n\n## `fixed`\n\nText.\n\n```ts\ncode();\n```\n\n## Next\n\nNo more.\n",
    ],
    ["docs/why.md", `# Why\n\n[All](README.md)\n\n${TABLE}\nText.\n`],
    ["docs/README.md", "# Documentation\n"],
  ]),
  {
    errors: [
      { code: "one", message: "`a` is wrong", help: "write `b`", helpInAlchemy2: "write `c`" },
      { code: "one", message: "also wrong", help: "" },
    ],
    rules: [{ code: "fixed", message: "fixed", help: "" }],
  },
);

test("each code has a page, and its old place has a link to it", () => {
  expect([...pages.keys()].sort()).toEqual([
    "all.md",
    "errors/one/index.md",
    "errors/three/index.md",
    "errors/two/index.md",
    "overview.md",
    "rules.md",
    "rules/fixed/index.md",
    "troubleshooting.md",
    "why.md",
  ]);
  const list = "- [`one`](/errors/one/)\n- [`two`](/errors/two/)\n- [`three`](/errors/three/)\n";
  expect(pages.get("troubleshooting.md")).toContain(`## Codes\n\n${list}\n## Next\n`);
  expect(pages.get("rules.md")).toStartWith("# Rules\n\n- [`fixed`](/rules/fixed/)\n\n## Next\n");
});

test("a page has its text, what the code is, and a way back", () => {
  const page = pages.get("errors/three/index.md") ?? "";
  expect(page).toContain("# `three`\n\n`npx @alch/blocks destroy` and `sweep` report this code.\n");
  expect(page).toContain("See [why](/why#top) and [the rule](/rules/fixed/).");
  expect(page).toEndWith("## Next\n\n[All error codes](/troubleshooting)\n");
});

test("a page has what is printed for its code", () => {
  const block = (text: string) =>
    `<div class="message">\n\n\`\`\`text\n${text}\n\`\`\`\n\n</div>\n`;
  const page = pages.get("errors/one/index.md") ?? "";
  const text = "`a` is wrong\nhelp: write `b`\nhelp with Alchemy 2: write `c`";
  expect(page).toContain(`refuses with this code.\n\n${block(text)}\nWrite \``);
  expect(page).toContain(`\n## Other messages\n\n${block("also wrong")}\n## Next`);
  expect(pages.get("errors/three/index.md")).not.toContain("message");
  expect(pages.get("rules/fixed/index.md")).toContain(`code();\n\`\`\`\n\n${block("fixed")}`);
});

test("links to the repository are those of package.json", () => {
  expect(repositoryLinks({})).toEqual({ nav: [] });
  const edit = "https://github.com/acme/blocks/edit/main/:path";
  for (const repository of [
    "acme/blocks",
    "github:acme/blocks",
    "https://github.com/acme/blocks",
    { url: "git+https://github.com/acme/blocks.git" },
  ]) {
    expect(repositoryLinks({ repository }).editLink?.pattern).toBe(edit);
  }
  expect(sourceOf("overview.md")).toBe("README.md");
  expect(sourceOf("why.md")).toBe("docs/why.md");
  expect(sourceOf("errors/one/index.md")).toBe("docs/troubleshooting.md");
  expect(sourceOf("rules/fixed-name/index.md")).toBe("analyzer/src/rules/fixed_name.rs");
});

test("links are addresses of the site, but not in code", () => {
  const page = pages.get("errors/one/index.md") ?? "";
  expect(page).toContain("Write `[x](y.md)`, or see [two](/errors/two/).");
  expect(page).toContain("### `none` [x](y.md)\n```");
  expect(pages.get("overview.md")).toContain(
    "[One](/errors/one/), [MIT](/LICENSE-MIT.txt), [Bun](https://bun.sh)",
  );
  expect(pages.get("why.md")).toContain("[All](/all)");
  expect([...assets].sort()).toEqual(["LICENSE-MIT", "schemas/check.json"]);
});

test("a text after a generated table stays outside of it", () => {
  expect(pages.get("why.md")).toEndWith("\n\n| a |\n| --- |\n| b |\n\nText.\n");
});
