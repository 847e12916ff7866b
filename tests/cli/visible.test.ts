/** Text of strangers in the log of a workflow: GitHub takes some lines for commands. */
import { expect, test } from "bun:test";
import { jsonOf, visible } from "../../ts/cli/render/text.ts";

test.each([
  ["::error title=x::boo", "\\u{3a}:error title=x::boo"],
  ["  ::add-mask::x", "  \\u{3a}:add-mask::x"],
  ["\t::stop-commands::x", "\\t::stop-commands::x"],
  ["##[error]boo", "##\\u{5b}error]boo"],
  ["a ##[add-path]/x ##[b", "a ##\\u{5b}add-path]/x ##\\u{5b}b"],
])("%j is no command", (text, shown) => {
  expect(visible(text)).toBe(shown);
});

test.each(["cloudflare::D1Database", "a:b", ":a", "## [x]", "pr-1"])(
  "%j stays as it is",
  (text) => {
    expect(visible(text)).toBe(text);
  },
);

test("JSON has no command either, and says the same", () => {
  const value = { name: "##[error]x", list: ["::error::y"] };
  const text = jsonOf(value);
  expect(text).not.toContain("##[");
  expect(text).not.toMatch(/^\s*::/m);
  expect(JSON.parse(text)).toEqual(value);
});
