/** A stage that Alchemy 2 has taken over is not deleted by the program for 0.94. */
import { expect, test } from "bun:test";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { App, program } from "../support/program.ts";

const DATABASE = program('await raw.D1Database("db", { name: "shop-db" });');

test("what Alchemy 2 has in its state is not destroyed", async () => {
  await using app = await App.start();
  await app.deploy("pr-1", DATABASE);
  const folder = join(app.folder, ".alchemy", "state", "shop", "pr-1");
  await mkdir(folder, { recursive: true });
  const attr = { databaseName: "shop-db" };
  const row = { fqn: "db", resourceType: "Cloudflare.D1Database", status: "created", attr };
  await writeFile(join(folder, "db.json"), JSON.stringify(row));
  const destroy = { args: ["--destroy"] };
  const output = await app.refused("pr-1", "owned-elsewhere", DATABASE, destroy);
  expect(output).toContain("is in the state of stage `pr-1` of `");
  expect(output).toContain(" (Alchemy 2)` too: this run would delete it there");
  // An ordinary deploy passes.
  await app.deploy("pr-1", DATABASE);
  await rm(join(folder, "db.json"));
  await app.deploy("pr-1", DATABASE, destroy);
  expect(app.account.state()).toEqual([]);
}, 60_000);
