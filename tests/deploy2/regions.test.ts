/** Where databases and buckets are, with the real Alchemy 2: nothing moves, and nothing is lost. */
import { expect, test } from "bun:test";
import { data } from "../support/data.ts";
import { App2, blocks, changes, guarded, TIME, unguarded } from "./app.ts";

const RAW = {
  d1: { make: "D1.Database", hint: "primaryLocationHint" },
  r2: { make: "R2.Bucket", hint: "locationHint" },
};
type Sort = keyof typeof RAW;
const SORTS = Object.keys(RAW) as Sort[];

/** A raw resource with a name of its own, by options. */
const raw = (sort: Sort, options: object) =>
  `yield* ${RAW[sort].make}("data", ${JSON.stringify({ name: "data-prod", ...options })});`;
const block = (sort: Sort, options: object) =>
  blocks(`yield* ${sort === "d1" ? "Database" : "Bucket"}("data", ${JSON.stringify(options)});`);

test.concurrent(
  "a region is where Cloudflare makes it, and the binding of each has its name",
  async () => {
    await using app = await App2.start();
    const source = blocks(`
      const eu = createBlocks({ region: "eu" });
      yield* eu.Database("a"); yield* eu.Bucket("files-a"); yield* eu.KV("kv-a"); yield* eu.Queue("queue-a");
      yield* Database("b", { region: "enam" }); yield* Bucket("files-b", { region: "apac" });
      yield* Database("us", { region: "us" });
      const db = perRegion(Database, "shop-db", ["eu", "enam"]);
      const files = perRegion(Bucket, "shop-files", ["fedramp-high"]);
      yield* Worker("api", { main: "./script.ts", env: { ...db.bindings("DB"), ...files.bindings("FILES") } });
    `);
    await app.deploy("pr-7", source);
    const { databases, buckets, scripts } = app.account;
    expect(databases.named("a-pr-7")?.jurisdiction).toBe("eu");
    expect(databases.named("us-pr-7")?.jurisdiction).toBe("us");
    expect(databases.named("b-pr-7")).toMatchObject({ jurisdiction: null, locationHint: "enam" });
    expect(buckets.named("files-a-pr-7", "eu")?.jurisdiction).toBe("eu");
    expect(buckets.named("files-b-pr-7")?.location).toBe("APAC");
    expect(buckets.named("shop-files-fedramp-high-pr-7", "fedramp-high")).toBeDefined();
    const bound = scripts.get("api-pr-7").live.bindings.map(({ name }) => name);
    expect(bound).toEqual(expect.arrayContaining(["DB_EU", "DB_ENAM", "FILES_FEDRAMP_HIGH"]));
    expect(databases.named("shop-db-eu-pr-7")?.jurisdiction).toBe("eu");
    const calls = app.cloudflare.log.length;
    await app.deploy("pr-7", source);
    expect(changes(app, calls)).toEqual([]);
    await app.refused("pr-7", "would-delete", source.replace('["eu", "enam"]', '["eu"]'));
    await app.refused(
      "pr-8",
      "region-invalid",
      blocks('yield* Database("db", { region: "moon" });'),
    );
    const both = 'yield* Bucket("files", { region: "eu", locationHint: "weur" });';
    await app.refused("pr-8", "region-conflict", blocks(both));
    expect(app.cloudflare.unhandled).toEqual([]);
  },
  TIME,
);

test.concurrent(
  "Alchemy 2 deletes what would move, and says that all is well",
  async () => {
    await using app = await App2.start();
    await app.deploy("prod", unguarded(raw("d1", { jurisdiction: "eu" })));
    await app.deploy("prod", unguarded(raw("d1", { jurisdiction: "fedramp" })));
    expect(app.lost()).toEqual(["D1Database data-prod"]);
    expect(data(app)).toEqual([]);
  },
  TIME,
);

test.concurrent.each(SORTS)(
  "a changed region is refused before the deploy begins: %s",
  async (sort) => {
    await using app = await App2.start();
    const { hint } = RAW[sort];
    await app.deploy("prod", guarded(raw(sort, { jurisdiction: "eu" })));
    for (const options of [{ jurisdiction: "fedramp" }, { [hint]: "weur" }, {}]) {
      await app.refused("prod", "would-move", guarded(raw(sort, options)));
      // There would be nothing in its place.
      await app.refused("prod", "would-move", guarded(raw(sort, options), '{ release: ["data"] }'));
    }
    const refused = await app.refused("prod", "would-move", block(sort, { region: "us" }));
    expect(refused).toContain("`data-prod` is in `eu`, and the program puts it in `us`");
    await app.deploy("prod", block(sort, { region: "eu" }));
    expect(app.lost()).toEqual([]);
  },
  TIME,
);

test.concurrent.each(SORTS)(
  "a hint may be left out and written again, and nothing else: %s",
  async (sort) => {
    await using app = await App2.start();
    await app.deploy("prod", block(sort, { region: "weur" }));
    const calls = app.cloudflare.log.length;
    await app.refused("prod", "would-move", block(sort, { region: "enam" }));
    await app.deploy("prod", block(sort, {}));
    await app.deploy("prod", block(sort, { region: "weur" }));
    await app.refused("prod", "would-move", block(sort, { region: "enam" }));
    expect(changes(app, calls)).toEqual([]);
    // Made without one, it is nobody knows where, if it is a database.
    await app.deploy("dev", block(sort, {}));
    const asked = block(sort, { region: "enam" });
    await app.refused("dev", "would-move", asked);
    expect(app.lost()).toEqual([]);
  },
  TIME,
);

test.concurrent(
  "what Alchemy names itself may be made anew elsewhere, if it is released",
  async () => {
    await using app = await App2.start();
    const auto = (options: string) => `yield* D1.Database("auto", { ${options} });`;
    await app.deploy("prod", guarded(auto("")));
    const moved = auto('jurisdiction: "eu"');
    await app.refused("prod", "would-move", guarded(moved));
    await app.deploy("prod", guarded(moved, '{ release: ["auto"] }'));
    expect(app.lost()).toHaveLength(1);
    const left = [...app.account.databases.all.values()];
    expect(left.map(({ jurisdiction }) => jurisdiction)).toEqual(["eu"]);
  },
  TIME,
);
