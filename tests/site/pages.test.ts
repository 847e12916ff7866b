/** The pages of the site, as they are made of the files of the repository. */
import { expect, test } from "bun:test";
import { sitePages } from "../../scripts/site/pages.mjs";

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

const { pages, assets } = sitePages(
  new Map([
    [
      "README.md",
      "# All\n\n[One](docs/troubleshooting.md#one), [MIT](LICENSE-MIT), [Bun](https://bun.sh)\n",
    ],
    ["docs/troubleshooting.md", TROUBLESHOOTING],
    ["docs/rules.md", "<!-- Made. -->\n\n# Rules\n\n## `fixed`\n\nText.\n\n## Next\n\nNo more.\n"],
    ["docs/why.md", "# Why\n\n[All](README.md)\n"],
    ["docs/README.md", "# Documentation\n"],
  ]),
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
