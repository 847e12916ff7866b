import { expect, test } from "bun:test";
import * as naming from "@alch/blocks/naming";
import { refusal } from "../support/refusal.ts";
import hosts from "../vectors/hostname.json" with { type: "json" };
import vectors from "../vectors/naming.json" with { type: "json" };

test("the vectors hold through the package", () => {
  for (const row of vectors.rows) {
    expect(naming.stageSlug(row.stage)).toBe(row.slug);
    let got: { name: string | null; error: string | null };
    try {
      const name = naming.physicalName(row.kind as naming.Kind, row.base, row.stage);
      got = { name, error: null };
    } catch (error) {
      got = { name: null, error: (error as naming.BlockError).code };
    }
    expect({ ...row, ...got }).toEqual(row);
  }
});

test("the vectors of hostnames hold through the package", () => {
  for (const row of hosts.rows) {
    const { base, stage, hostname: _, error: __, ...options } = row;
    let got: { hostname: string | null; error: string | null };
    try {
      got = { hostname: naming.hostname(base, stage, options), error: null };
    } catch (error) {
      got = { hostname: null, error: (error as naming.BlockError).code };
    }
    expect({ ...row, ...got }).toEqual(row);
  }
});

test("names in bulk are the names one by one", () => {
  const bases = ["a", "b-c", "x".repeat(200)];
  const one = bases.map((base) => naming.physicalName("database", base, "feature/x"));
  expect(naming.physicalNames("database", bases, "feature/x")).toEqual(one);
});

test("what is not text is refused", async () => {
  await refusal("argument-invalid", () => naming.stageSlug(5 as never));
  await refusal("stage-invalid", () => naming.stageSlug(""));
  await refusal("stage-invalid", () => naming.stageSlug("\ud800"));
  await refusal("argument-invalid", () => naming.physicalName("table" as never, "a", "b"));
  await refusal("argument-invalid", () => naming.physicalName("kv", null as never, "b"));
  await refusal("argument-invalid", () => naming.physicalNames("kv", "abc" as never, "b"));
  await refusal("base-invalid", () => naming.physicalNames("queue", ["a", "B"], "b"));
  await refusal("argument-invalid", () => naming.hostname(5 as never, "b"));
  await refusal("argument-invalid", () => naming.hostname("a.example.com", "b", "prod" as never));
  await refusal("argument-invalid", () => naming.hostname("a.example.com", "b", { bare: "" }));
  await refusal("base-invalid", () => naming.hostname("", "b"));
  await refusal("base-invalid", () => naming.hostname("\ud800.example.com", "b"));
});
