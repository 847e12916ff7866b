/** Which region a Worker uses at run time. */
import { describe, expect, test } from "bun:test";
import { pick, place, RegionError } from "@alch/blocks/region";

const REGIONS = ["EU", "US", "WEUR", "EEUR", "ENAM", "WNAM", "APAC", "OC", "FEDRAMP"] as const;
type Key = (typeof REGIONS)[number];
type Env = Partial<Record<`DB_${Key}`, string>>;

/** An environment with a binding in each of some regions; each says where it is. */
const env = (...regions: Key[]): Env =>
  Object.fromEntries(regions.map((one) => [`DB_${one}`, one]));
const from = (continent: string, more: object = {}) => ({ continent, ...more });
const IN_EU = from("EU", { isEUCountry: "1" });

describe("pick", () => {
  test.each(["AF", "AN", "AS", "EU", "NA", "OC", "SA", "T1", undefined])(
    "gives everybody something: %p",
    (continent) => {
      for (const region of REGIONS) {
        expect(pick(env(region), "DB", { continent })).toBe(region as never);
      }
    },
  );

  test.each([
    ["EU", "WEUR"],
    ["AF", "WEUR"],
    ["AS", "APAC"],
    ["OC", "OC"],
    ["NA", "ENAM"],
    ["SA", "ENAM"],
  ] as const)("gives a visitor in %s what is near, %s", (continent, region) => {
    expect(pick(env(...REGIONS), "DB", from(continent))).toBe(region);
  });

  test("knows the two coasts of North America", () => {
    const all = env(...REGIONS);
    expect(pick(all, "DB", from("NA", { longitude: "-122.4" }))).toBe("WNAM");
    expect(pick(all, "DB", from("NA", { longitude: "-74.0" }))).toBe("ENAM");
    expect(pick(all, "DB", from("NA", { longitude: "no number" }))).toBe("ENAM");
  });

  test("keeps the data of the European Union there", () => {
    expect(pick(env(...REGIONS), "DB", IN_EU)).toBe("EU");
    expect(pick(env("WEUR", "ENAM"), "DB", IN_EU)).toBe("WEUR");
    for (const region of REGIONS) {
      if (["EU", "WEUR", "EEUR"].includes(region)) continue;
      expect(() => pick(env(region), "DB", IN_EU)).toThrow(RegionError);
    }
    const bound = { ...env("ENAM"), DB_EU: undefined };
    expect(() => pick(bound, "DB", IN_EU)).toThrow("no binding of `DB` is in the EU");
  });

  test("needs a binding, and takes no other one's", () => {
    expect(() => pick({ OTHER_EU: 1, DB: 1, DB_ELSE: 1 }, "DB", null)).toThrow(
      "no binding of `DB`",
    );
    expect(pick({ DB_FEDRAMP_HIGH: 1 }, "DB", undefined)).toBe(1);
  });
});

describe("place", () => {
  /** A namespace that says what it was asked for. */
  const namespace = (within = "") => ({
    jurisdiction: (name: string) => namespace(name),
    idFromName: (name: string) => `${within}:${name}`,
    newUniqueId: () => `${within}:unique`,
    get: (id: string, options?: { locationHint?: string }) => [id, options?.locationHint] as const,
  });

  test("a jurisdiction is part of the id", () => {
    const placed = place<string, readonly [string, string | undefined]>(namespace() as never, "eu");
    expect(placed.getByName("lobby")).toEqual(["eu:lobby", undefined]);
    expect(placed.get(placed.newUniqueId())).toEqual(["eu:unique", undefined]);
  });

  test("a hint goes along", () => {
    const placed = place<string, readonly [string, string | undefined]>(
      namespace() as never,
      "sam",
    );
    expect(placed.getByName("lobby")).toEqual([":lobby", "sam"]);
    expect(placed.get(placed.idFromName("a"))).toEqual([":a", "sam"]);
  });
});
