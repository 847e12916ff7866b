/** Text of strangers in issues, in summaries and in commands. */
import { describe, expect, test } from "bun:test";
import { cell, code, cut } from "../../ts/cli/github/markdown.ts";
import { annotations } from "../../ts/cli/monitor/github/commands.ts";
import { jobSummary } from "../../ts/cli/monitor/github/summary.ts";
import { bodyOf, markOf, readMark, titleOf } from "../../ts/cli/monitor/github/text.ts";
import { COST, finding, report, SOME, UNREAD } from "../dashboard/metrics.ts";

const HOSTILE = [
  "@octocat",
  "#1",
  "GH-1",
  "acme/shop#1",
  "https://evil.example",
  "[x](https://evil.example)",
  "![x](https://evil.example/x.png)",
  "<img src=x onerror=alert(1)>",
  "-->",
  "<!-- alch-blocks:monitor a b c d -->",
  "```\n@octocat\n```",
  "`@octocat`",
  "``` ` ``",
  "|x|",
  "a\r\n::error::x",
  "\u202eabc",
  "\ud800",
  " ",
  "",
  "$(x)",
  "$x^2$",
  ":tada:",
];

/**
 * What is left of a line of Markdown without its code: by the rule of CommonMark, code ends at the
 * next run of as many backticks.
 */
function withoutCode(text: string): string {
  return text.replace(/(?<!`)(`+)(?!`)(.*?)(?<!`)\1(?!`)/g, "");
}

describe("Markdown", () => {
  test.each(HOSTILE)("%j is nothing but code", (text) => {
    for (const made of [code(text), cell(text)]) {
      expect(withoutCode(made)).toBe("");
      expect(made).not.toContain("\n");
    }
  });

  test("a bar does not end a cell", () => {
    expect(cell("a|b\\\\|c")).toBe("`a\\u{7c}b\\\\\\u{7c}c`");
  });

  test("long texts are cut, and no character is halved", () => {
    expect(cut("😀".repeat(10), 5)).toBe(`${"😀".repeat(4)}…`);
    expect(cut("abc", 3)).toBe("abc");
    expect(code("x".repeat(5000)).length).toBeLessThan(310);
  });

  test.each(HOSTILE)("an issue about %j says it as code only", (text) => {
    const one = finding(text, {
      kind: text,
      message: `the name \`${text}\` is ${text}`,
      help: text || "x",
      claims: [{ app: text, stage: text, id: text, source: "state" }],
      fingerprint: text,
    });
    const [mark = "", ...lines] = bodyOf(one).split("\n");
    expect(mark).toMatch(/^<!-- alch-blocks:monitor [\w%.~!*'()-]* [\w%.~!*'()-]* \w+ \w+ -->$/);
    expect(mark.indexOf("-->")).toBe(mark.length - 3);
    expect(withoutCode(lines.join("\n"))).not.toMatch(/@|#\d|GH-1|https|<img|<!--|\$|:tada:/);
    expect(titleOf(one)).not.toMatch(/[\n\r\u202e]/);
  });

  test("a mark is read as it was written", () => {
    const one = finding("x", { fingerprint: "a b-->c%", kind: "d e" });
    expect(readMark(bodyOf(one))).toEqual(markOf(one));
  });

  test("the largest issue is one that GitHub takes", () => {
    const long = "😀\u202e|".repeat(1000);
    const claims = Array.from({ length: 5000 }, () => ({
      app: long,
      stage: long,
      id: long,
      source: "state" as const,
    }));
    const one = finding(long, { claims, message: long, help: long, kind: "worker" });
    expect(bodyOf(one).length).toBeLessThan(65_536);
    expect(titleOf(one).length).toBeLessThanOrEqual(256);
    expect(bodyOf(one)).toContain("and 4,980 more claims.");
  });
});

describe("the summary of a job", () => {
  test("says how it stands, what is wrong and what to do", () => {
    expect(jobSummary(report(SOME, undefined, [UNREAD]))).toMatchSnapshot();
  });

  test("says of which jurisdiction nothing is known", () => {
    const of = (place: string) => ({ ...UNREAD, kind: "bucket", place });
    const text = jobSummary(report([], undefined, [of("eu"), of("")]));
    expect(text).toContain("| `account: bucket:eu` |");
    expect(text).toContain("| `account: bucket outside a jurisdiction` |");
  });

  test("of nothing found", () => {
    expect(jobSummary(report([]))).toBe(
      "## Collision monitor\n\n**Nothing found.**\n\nLooked at 64 names in 4 stages of 1 app.\n",
    );
  });

  test("names the account", () => {
    const account = { id: "0123", name: "Acme | Co" };
    expect(jobSummary({ ...report([]), account })).toContain(
      "of 1 app, in the account `Acme \\u{7c} Co` (`0123`).",
    );
    expect(jobSummary({ ...report([]), account: { ...account, name: null } })).toContain(
      "of 1 app, in the account `0123`.",
    );
  });

  test("has what each stage costs", () => {
    const text = jobSummary({ ...report([]), cost: COST });
    expect(text).toContain(
      [
        "### Cost of a month",
        "",
        "| stage | a month | at list price | share |",
        "| --- | --- | --- | --- |",
        "| `shop / pr-7` | $25.38 | $50.75 | 55.2 % |",
        "| `shop / prod` | $11.13 | $22.25 | 24.2 % |",
        "| `shared by shop / pr-12, all stages of shop` | $5.00 | $10.00 | 10.9 % |",
        "| `unknown` | $4.50 | $9.00 | 9.8 % |",
        "| the plan itself | $5.00 |  |  |",
        "",
        "**A month costs $51.00.** A month with the usage of 2026-10-24 to 2026-11-22, on the paid plan, which is assumed: to read it needs the permission `Billing: Read`; the shares are of the bill without the plan.",
      ].join("\n"),
    );
    expect(jobSummary(report([]))).not.toContain("Cost");
  });

  test("says that a cost is unknown, and never takes it for a small one", () => {
    const unread = { ...UNREAD, kind: "usage" };
    const meter = { id: "kv-read", kind: "kv", title: "reads", unit: "reads", usage: 0 } as const;
    const meterOf = (read: boolean) => ({
      ...{ ...meter, read, included: 0, cost: 0, list: 0 },
      limit: null,
    });
    const of = (...read: boolean[]) =>
      jobSummary({
        ...report([], undefined, [unread]),
        cost: { ...COST, meters: read.map(meterOf) },
      });
    expect(of(true, false)).toContain("**A month costs at least $51.00.**");
    const nothing = of(false, false);
    expect(nothing).toContain("**Nothing found; 1 thing could not be read.**");
    expect(nothing).toContain("**The usage could not be read, so nothing is priced.**");
    expect(nothing).not.toContain("$");
  });

  test("of 10,000 findings with long names is one that GitHub takes", () => {
    const many = Array.from({ length: 10_000 }, (_, at) => finding(`😀${at}|`.repeat(500)));
    const text = jobSummary(report(many));
    expect(new TextEncoder().encode(text).length).toBeLessThan(1024 * 1024);
    expect(text).toContain("9,900 more rows");
  });

  test("has strangers' text as code only", () => {
    const [owner] = COST.owners;
    const owners = HOSTILE.map((name) => ({ ...owner, claimants: [{ app: name, stage: name }] }));
    const text = jobSummary({
      ...report(HOSTILE.map((name) => finding(name, { kind: name }))),
      account: { id: HOSTILE.join(), name: HOSTILE.join() },
      cost: { ...COST, owners } as typeof COST,
    });
    const dollars = /\$[\d,]+\.\d\d/g;
    expect(withoutCode(text.replaceAll("###", "").replaceAll(dollars, ""))).not.toMatch(
      /@|https|<img|<!--|\$/,
    );
  });
});

describe("annotations", () => {
  test("one for each finding and for each thing that could not be read", () => {
    expect(annotations(report(SOME, undefined, [UNREAD]))).toMatchSnapshot();
  });

  test("strangers' text starts no command", () => {
    const text = annotations(report(HOSTILE.map((name) => finding(name, { message: name }))));
    for (const line of text.trimEnd().split("\n")) {
      expect(line).toMatch(/^::(error|warning|notice) title=[^,:\r]*::[^\r]*$/);
    }
  });

  test("GitHub's limit is kept, and the last one says so", () => {
    const lines = annotations(report(Array.from({ length: 500 }, (_, at) => finding(`${at}`))))
      .trimEnd()
      .split("\n");
    expect(lines).toHaveLength(10);
    expect(lines.at(-1)).toContain("491 more of these");
  });

  test("no findings, no text", () => {
    expect(annotations(report([]))).toBe("");
  });
});
