/** How lines are broken for a terminal. */
import { describe, expect, test } from "bun:test";
import { planTable } from "../../ts/cli/render/plan.ts";
import { table, tableWith } from "../../ts/cli/render/table.ts";
import { widthOf, wrapped } from "../../ts/cli/render/width.ts";

describe("a line", () => {
  test("that fits stays as it is, also where the output is no terminal", () => {
    const line = "  a.ts:1:1: two  blanks";
    expect(wrapped(line, 4, 23)).toBe(line);
    expect(wrapped("x ".repeat(500), 4, Number.POSITIVE_INFINITY)).toBe("x ".repeat(500));
  });

  test("is broken between words, and never inside of backticks", () => {
    expect(wrapped("help: write `pin: { prod: 1 }` to keep it, or leave it out", 2, 24)).toBe(
      "help: write\n  `pin: { prod: 1 }` to\n  keep it, or leave it\n  out",
    );
    expect(wrapped("a `far too long to fit` b", 2, 10)).toBe("a\n  `far too long to fit`\n  b");
  });

  test("is measured without colours, and wide characters count twice", () => {
    expect(wrapped("\x1b[31mred\x1b[39m and blue", 0, 12)).toBe("\x1b[31mred\x1b[39m and blue");
    expect(wrapped("日本語 日本語", 0, 12)).toBe("日本語\n日本語");
  });
});

describe("a table", () => {
  const rows = [
    ["left", "a.ts:8", "no state shows which stage holds it: give a state"],
    ["rewritten", "packages/b.ts:12", "it keeps its name"],
    ["left", "c.ts", ""],
  ];

  test("wraps its last column beside the others if there is room", () => {
    expect(table(rows, 2, 62)).toBe(
      `  left       a.ts:8            no state shows which stage
                               holds it: give a state
  rewritten  packages/b.ts:12  it keeps its name
  left       c.ts`,
    );
  });

  test("puts it below if there is not", () => {
    expect(table(rows, 2, 50)).toBe(
      `  left       a.ts:8
      no state shows which stage holds it: give a
      state
  rewritten  packages/b.ts:12
      it keeps its name
  left       c.ts`,
    );
  });

  test("is never wider than the terminal, unless a word is", () => {
    for (let width = 40; width < 120; width += 1) {
      const lines = table(rows, 2, width).split("\n");
      expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(width);
    }
  });
});

test("hostnames stand below each other if there is no room for all stages", () => {
  const stages = ["prod", "pr-7"].map((stage) => ({ stage, slug: stage }));
  const names = {
    prod: { name: "app.example.com", script: "api-prod" },
    "pr-7": { name: "app-pr-7.example.com", script: null },
  };
  const place = { file: "a.ts", line: 6, column: 1, app: "shop", scope: [] };
  const host = { ...place, type: "domain", id: "app", block: true, base: null, names } as const;
  const looked = { where: [], files: 1, importing: [] };
  const planned = { stages, declarations: [], hosts: [host], unmodelled: [], ...looked };
  expect(planTable(planned, false, 60)).toContain(`domain app  a.ts:6
  prod  app.example.com       api-prod
  pr-7  app-pr-7.example.com  –

0 resources and 1 domain in 1 file
`);
  expect(planTable(planned, false, 90)).toContain("type    id   in prod");
});

test("a column that does not fit is below each row", () => {
  const head = ["app", "resources", "why"];
  const rows = [
    ["shop", "1 bucket, 2 databases", "it is open"],
    ["a", "none", "it is closed, and all that it has is retained"],
  ];
  expect(tableWith(1, head, rows, 90)).toBe(table([head, ...rows], 0, 90));
  expect(tableWith(1, head, rows, 44)).toBe(
    [
      "app   why",
      "shop  it is open",
      "    1 bucket, 2 databases",
      "a     it is closed, and all that it has is",
      "      retained",
      "    none",
    ].join("\n"),
  );
});
