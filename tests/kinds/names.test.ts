/** Cloudflare takes every name that the law makes, by the stand-in's own rules: the law's are not asked. */
import { expect, test } from "bun:test";
import { BlockError, physicalName } from "@alch/blocks/naming";
import fc from "fast-check";
import { ALL_KINDS } from "../../ts/kinds.ts";
import { accepts } from "../cloudflare/names.ts";

const NAMED = ALL_KINDS.filter(({ alchemy }) => accepts(alchemy.function, "a") !== undefined);

/** Few words, capitals, hyphens in the wrong places, great lengths, and any text at all. */
const WORDS = ["db", "pr", "1", "A", "x_y", "0abcdefgh", "日本", "x".repeat(40)];
const meeting = fc
  .array(fc.tuple(fc.constantFrom(...WORDS), fc.constantFrom("-", "-", "_", "--", "/", "")), {
    minLength: 1,
    maxLength: 5,
  })
  .map((parts) =>
    parts
      .flat()
      .join("")
      .replace(/[-_/]+$/, ""),
  );
const text = fc.oneof({ weight: 6, arbitrary: meeting }, fc.string({ unit: "binary" }));

/** The name, or nothing where the law refuses the base name or the stage. */
function named(...[kind, base, stage]: Parameters<typeof physicalName>): string | undefined {
  try {
    return physicalName(kind, base, stage);
  } catch (error) {
    if (error instanceof BlockError) return undefined;
    throw error;
  }
}

test("Cloudflare has a rule for the names of each kind that it lists by name", () => {
  const without = ALL_KINDS.filter((spec) => !NAMED.includes(spec));
  // A Durable Object has no name but its class and its script.
  const listed = without.filter(({ listing }) => listing?.name.length === 1);
  expect(listed.map(({ kind }) => kind)).toEqual([]);
});

test.each(NAMED.map((spec) => [spec.kind, spec] as const))("%s", (kind, spec) => {
  const { function: type } = spec.alchemy;
  expect(named(kind, spec.example, "pr-1")).toBe(`${spec.example}-pr-1`);
  const longest = named(kind, "a".repeat(600), "a".repeat(200)) ?? "";
  expect(longest).toHaveLength(spec.cap);
  expect(accepts(type, longest)).toBe(true);
  let made = 0;
  fc.assert(
    fc.property(text, text, (base, stage) => {
      const name = named(kind, base, stage);
      if (name === undefined) return;
      made += 1;
      expect({ name, accepted: accepts(type, name) }).toEqual({ name, accepted: true });
    }),
    { numRuns: 1_000 },
  );
  expect(made).toBeGreaterThan(20);
});
