/** How lines are broken for a terminal. */
import { describe, expect, test } from "bun:test";
import type { Declaration, PhysicalName } from "../../ts/cli/analyse/report.ts";
import { frame } from "../../ts/cli/render/frame.ts";
import { type Planned, planTable } from "../../ts/cli/render/plan.ts";
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

test("a frame is clipped to the terminal, with the mark below a long span", () => {
  const columns = process.stdout.columns;
  process.stdout.columns = 60;
  const line = `export const db = await D1Database("db", { name: "${"x".repeat(200)}" });`;
  const span = { line: 1, column: 25, endLine: 1, endColumn: 240 };
  const lines = frame([line], span, false).split("\n");
  process.stdout.columns = columns;
  expect(lines).toHaveLength(2);
  for (const one of lines) expect(widthOf(one)).toBeLessThanOrEqual(60);
});

describe("the plan", () => {
  const place = { file: "a.ts", line: 6, column: 1, start: 0, end: 1, scope: [], block: true };
  const looked = { where: [], files: 1, importing: [] };

  function named(stage: string, name: string): [string, PhysicalName] {
    return [stage, { name, length: name.length, cap: 63, shortened: false }];
  }

  function database(app: string | null, id: string, stages: readonly string[]): Declaration {
    const names = Object.fromEntries(stages.map((stage) => named(stage, `${id}-${stage}`)));
    const about = { kind: "database", id, base: id, names, adopt: false, alchemy: 0 } as const;
    return { ...place, ...about, app };
  }

  function planned(stages: readonly string[], apps: Record<string, readonly string[]>): Planned {
    const declarations = Object.entries(apps).flatMap(([app, ids]) =>
      ids.map((id) => database(app, id, stages)),
    );
    const slugs = stages.map((stage) => ({ stage, slug: stage }));
    return { stages: slugs, declarations, hosts: [], unmodelled: [], ...looked };
  }

  const two = planned(["prod", "pr-7"], { shop: ["shop-db", "日本"], blog: ["blog-db"] });

  test("has its stages side by side, app by app", () => {
    expect(planTable(two, false, 80)).toBe(`shop
  kind      id       base     in prod       in pr-7       longest  place
  database  shop-db  shop-db  shop-db-prod  shop-db-pr-7  12/63    a.ts:6
  database  日本     日本     日本-prod     日本-pr-7     7/63     a.ts:6

blog
  kind      id       base     in prod       in pr-7       longest  place
  database  blog-db  blog-db  blog-db-prod  blog-db-pr-7  12/63    a.ts:6

3 resources in 1 file
`);
  });

  test("has them below each other where they do not fit, and only in that app", () => {
    const long = planned(["prod", "pr-7"], { shop: ["a-database-with-a-long-name"], blog: ["db"] });
    expect(planTable(long, false, 80)).toBe(`shop
  database a-database-with-a-long-name, base a-database-with-a-long-name  a.ts:6
    prod  a-database-with-a-long-name-prod  32/63
    pr-7  a-database-with-a-long-name-pr-7  32/63

blog
  kind      id  base  in prod  in pr-7  longest  place
  database  db  db    db-prod  db-pr-7  7/63     a.ts:6

2 resources in 1 file
`);
  });

  test("leaves out the base and the length first", () => {
    expect(planTable(two, false, 60)).toStartWith(`shop
  kind      id       in prod       in pr-7       place
  database  shop-db  shop-db-prod  shop-db-pr-7  a.ts:6
`);
  });

  test("keeps what is perhaps there, and what is undecided", () => {
    const [one] = two.declarations;
    if (!one) throw new Error("there is none");
    const open = { ...one, perhaps: ["pr-7"], names: { "pr-7": one.names["pr-7"] } };
    const reasons = { prod: "it depends on the variable `NAME`" };
    const declarations = [{ ...open, reasons, undecided: reasons.prod, app: null }];
    for (const width of [60, 120]) {
      const text = planTable({ ...two, declarations }, false, width);
      expect(text).toStartWith("app not known\n");
      expect(text).toContain("shop-db-pr-7 (perhaps)");
      expect(text).toMatch(/(prod|shop-db) +undecided/);
      expect(text).toContain("undecided  a.ts:6  database shop-db: it depends on the");
    }
  });

  test.each([1, 2, 5])("is never wider than the terminal, in %d stages", (count) => {
    const stages = ["prod", "staging", "dev", "pr-7", "feature-login"].slice(0, count);
    const many = planned(stages, { shop: ["shop-db", "日本語の名前"], blog: ["blog-comments"] });
    for (const width of [60, 80, 120, 200]) {
      const lines = planTable(many, false, width).split("\n");
      expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(width);
      for (const stage of stages) expect(lines.join("\n")).toContain(`blog-comments-${stage}`);
    }
    expect(planTable(many, false, 200)).toContain("kind ");
  });

  test("has hostnames below each other, too", () => {
    const names = {
      prod: { name: "app.example.com", script: "api-prod" },
      "pr-7": { name: "app-pr-7.example.com", script: null },
    };
    const host = { ...place, app: "shop", type: "domain", id: "app", base: null, names } as const;
    const hosted: Planned = { ...two, declarations: [], hosts: [host] };
    expect(planTable(hosted, false, 60)).toBe(`shop
  domain app  a.ts:6
    prod  app.example.com       api-prod
    pr-7  app-pr-7.example.com  –

0 resources and 1 domain in 1 file
`);
    expect(planTable(hosted, false, 90)).toContain("type    id   in prod");
  });
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
