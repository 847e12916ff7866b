/** Where databases and buckets are, on real deploys: nothing moves, and nothing is sent to a wrong place. */
import { expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { App, program } from "../support/program.ts";

const TIME = 60_000;

const BLOCK = { d1: "Database", r2: "Bucket" } as const;
const RAW = { d1: "raw.D1Database", r2: "raw.R2Bucket" } as const;
const HINT = { d1: "primaryLocationHint", r2: "locationHint" } as const;
const SORTS = ["d1", "r2"] as const;

/** A block, or the same as a raw resource. */
const block = (sort: "d1" | "r2", options: object) =>
  program(`await ${BLOCK[sort]}("data", ${JSON.stringify(options)});`);
const raw = (sort: "d1" | "r2", options: object) =>
  program(`await ${RAW[sort]}("data", ${JSON.stringify({ name: "data-prod", ...options })});`);

async function refusedWithoutCalls(app: App, source: string): Promise<string> {
  const from = app.cloudflare.log.length;
  const output = await app.refused("prod", "would-move", source);
  expect(app.changesSince(from)).toEqual([]);
  return output;
}

test(
  "a region is where Cloudflare makes it",
  async () => {
    await using app = await App.start();
    await app.deploy(
      "prod",
      program(`
    const eu = createBlocks({ region: "eu" });
    await eu.Database("a"); await eu.Bucket("files-a"); await eu.KV("kv-a"); await eu.Queue("queue-a");
    await eu.Database("b", { region: "enam" }); await Bucket("files-b", { region: "apac" });
  `),
    );
    const { databases, buckets } = app.account;
    expect(databases.named("a-prod")?.jurisdiction).toBe("eu");
    expect(databases.named("b-prod")).toMatchObject({ jurisdiction: null, locationHint: "enam" });
    expect(buckets.named("files-a-prod", "eu")?.jurisdiction).toBe("eu");
    expect(buckets.named("files-b-prod")?.location).toBe("APAC");
    expect(app.cloudflare.unhandled).toEqual([]);
  },
  TIME,
);

test.each(SORTS)(
  "a changed region is refused with no call: %s",
  async (sort) => {
    await using app = await App.start();
    await app.deploy("prod", block(sort, { region: "eu" }));
    for (const options of [{ region: "us" }, { region: "weur" }, {}, { jurisdiction: "default" }]) {
      await refusedWithoutCalls(app, block(sort, options));
    }
    const output = await refusedWithoutCalls(app, raw(sort, { jurisdiction: "fedramp" }));
    expect(output).toContain("`data-prod` is in `eu`, and the program puts it in `fedramp`");
    // What is where it was stays so, with whatever else changes.
    await app.deploy("prod", block(sort, { region: "eu" }), { args: ["--force"] });
    expect(app.cloudflare.unhandled).toEqual([]);
  },
  TIME,
);

test.each(SORTS)(
  "a changed hint is refused with no call: %s",
  async (sort) => {
    await using app = await App.start();
    await app.deploy("prod", block(sort, { region: "weur" }));
    await refusedWithoutCalls(app, block(sort, { region: "enam" }));
    await refusedWithoutCalls(app, block(sort, { region: "eu" }));
    await refusedWithoutCalls(app, raw(sort, { [HINT[sort]]: "enam" }));
    // A hint that is left out asks for nothing.
    await app.deploy("prod", block(sort, {}));
    // Written again, it is compared with the account, since the state has forgotten it.
    await app.deploy("prod", block(sort, { region: "weur" }));
    await refusedWithoutCalls(app, block(sort, { region: "enam" }));
  },
  TIME,
);

test.each(SORTS)(
  "what is adopted is where the account has it: %s",
  async (sort) => {
    await using app = await App.start();
    await app.deploy("prod", block(sort, { region: "weur" }));
    await rm(join(app.folder, ".alchemy"), { recursive: true });
    for (const make of [block, raw]) {
      const option = make === block ? "region" : HINT[sort];
      await refusedWithoutCalls(app, make(sort, { adopt: true, [option]: "enam" }));
    }
    await app.deploy("prod", block(sort, { adopt: true, region: "weur" }));
    expect(app.cloudflare.deletions()).toEqual([]);
  },
  TIME,
);

test(
  "a database in a jurisdiction is not adopted as one in none",
  async () => {
    await using app = await App.start();
    await app.deploy("prod", block("d1", { region: "eu" }));
    await rm(join(app.folder, ".alchemy"), { recursive: true });
    await refusedWithoutCalls(app, block("d1", { adopt: true }));
    await refusedWithoutCalls(app, raw("d1", { adopt: true }));
  },
  TIME,
);

test(
  "a hint that Cloudflare did not follow is said once",
  async () => {
    await using app = await App.start();
    const again = block("r2", { region: "enam" });
    await app.deploy("pr-7", block("r2", { region: "weur" }));
    await app.deploy("pr-7", program(""), { args: ["--destroy"] });
    const output = await app.deploy("pr-7", again);
    expect(output).toContain("the bucket `data-pr-7` is in `weur`, and not in `enam`");
    expect(output).toContain("(region-ignored)");
    expect(await app.deploy("pr-7", again)).not.toContain("region-ignored");
  },
  TIME,
);

test(
  "what is local is nowhere",
  async () => {
    await using app = await App.start();
    await app.deploy("dev", block("r2", { region: "eu" }), { args: ["--local"] });
    await app.deploy("dev", block("r2", { region: "weur" }), { args: ["--local"] });
  },
  TIME,
);

test(
  "one database in each region; one that is dropped is kept until it is released",
  async () => {
    await using app = await App.start();
    const regional = (regions: string[], settings = "") =>
      program(`
      createBlocks({ ${settings} });
      const db = await blocks.perRegion(Database, "shop-db", ${JSON.stringify(regions)});
      console.log("BINDINGS", Object.keys(db.bindings("DB")).join(), db.in.eu.name);
    `);
    const output = await app.deploy("pr-7", regional(["eu", "enam"]));
    expect(output).toContain("BINDINGS DB_EU,DB_ENAM shop-db-eu-pr-7");
    const { databases } = app.account;
    expect(databases.named("shop-db-eu-pr-7")?.jurisdiction).toBe("eu");
    expect(databases.named("shop-db-enam-pr-7")?.locationHint).toBe("enam");
    await app.refused("pr-7", "would-delete", regional(["eu"]));
    expect(app.cloudflare.deletions()).toEqual([]);
    await app.deploy("pr-7", regional(["eu"], 'release: ["shop-db-enam"]'));
    expect(app.cloudflare.deletions().map(({ name }) => name)).toEqual(["shop-db-enam-pr-7"]);
  },
  TIME,
);
