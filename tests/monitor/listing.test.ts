/** Lists of resources, as the guard and the monitor read them. */
import { expect, test } from "bun:test";
import type { Page } from "../../ts/cloudflare/listing.ts";
import { MalformedListing, type Query, readListing } from "../../ts/cloudflare/read.ts";
import { type KINDS, LISTED_KINDS, listingOf } from "../../ts/kinds.ts";

const page = (result: unknown, result_info: object = {}) => ({
  success: true,
  result,
  result_info: result_info as Record<string, unknown>,
});
const databases = (from: number, count: number) =>
  Array.from({ length: count }, (_, at) => ({ name: `db-${from + at}`, uuid: `id-${from + at}` }));

/** The names that come of the pages, and with what they were asked for. */
async function read(kind: keyof typeof KINDS, pages: readonly Page[], jurisdiction = "") {
  const asked: [Query, Query][] = [];
  const resources = await readListing(listingOf(kind), jurisdiction, async (...query) => {
    asked.push(query);
    return pages[asked.length - 1] ?? {};
  });
  return { names: resources.map(({ name }) => name), asked };
}

test("pages are counted", async () => {
  const info = { total_count: 130 };
  const { names, asked } = await read("database", [
    page(databases(0, 100), info),
    page(databases(100, 30), info),
  ]);
  expect(names).toHaveLength(130);
  expect(asked.map(([query]) => query.page)).toEqual(["1", "2"]);
});

test("a cursor is followed, in a jurisdiction", async () => {
  const bucket = (name: string) => ({ buckets: [{ name }] });
  const pages = [page(bucket("a"), { cursor: "next" }), page(bucket("b"), { cursor: "" })];
  const { names, asked } = await read("bucket", pages, "eu");
  expect(names).toEqual(["a", "b"]);
  expect(asked).toEqual([
    [{ per_page: "100" }, { "cf-r2-jurisdiction": "eu" }],
    [{ per_page: "100", cursor: "next" }, { "cf-r2-jurisdiction": "eu" }],
  ]);
});

test("Workers come at once", async () => {
  const { names, asked } = await read("worker", [page([{ id: "api" }])]);
  expect({ names, asked }).toEqual({ names: ["api"], asked: [[{}, {}]] });
});

test("a Durable Object namespace without a script has its id for a name", async () => {
  const items = [{ id: "1", script: "api", class: "Room" }, { id: "2" }];
  const { names } = await read("durable-object", [page(items, { total_count: 2 })]);
  expect(names).toEqual(["api/Room", "/2"]);
});

test("a list that changes while it is read is read again", async () => {
  const { names, asked } = await read("database", [
    page(databases(0, 100), { total_count: 101 }),
    page([], { total_count: 100 }),
    page(databases(0, 2), { total_count: 2 }),
  ]);
  expect(names).toEqual(["db-0", "db-1"]);
  expect(asked).toHaveLength(3);
});

const MALFORMED: Record<string, Page> = {
  "is no object": null as unknown as Page,
  "does not say that it is a success": { ...page(databases(0, 1)), success: "yes" },
  "has no result": page(null, { total_count: 0 }),
  "does not say how many there are": page(databases(0, 1)),
  "says that there are more": page(databases(0, 1), { total_count: 2 }),
  "has an item without an id": page([{ name: "db" }], { total_count: 1 }),
  "gives one item twice": page([...databases(0, 1), ...databases(0, 1)], { total_count: 2 }),
};

test.each(Object.keys(MALFORMED))("a list that %s is never short or empty", async (name) => {
  const always = Array.from({ length: 9 }, () => MALFORMED[name] as Page);
  await expect(read("database", always)).rejects.toThrow(MalformedListing);
});

test("what fails, fails", async () => {
  for (const { listing } of LISTED_KINDS) {
    const failing = readListing(listing, "", async () => {
      throw new Error("status 500");
    });
    await expect(failing).rejects.toThrow("status 500");
  }
});
