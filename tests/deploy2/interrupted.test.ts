/** A creation that was interrupted: its row has the name that Alchemy wrote, and no answer of Cloudflare's. */
import { expect, test } from "bun:test";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { App2, blocks, COUNTER, guarded, TIME, unguarded, worker } from "./app.ts";

const NAMED = (id: string, name: string) =>
  guarded(`yield* D1.Database("${id}", { name: "${name}" });`);

/** A database that was made, and whose answer was lost. */
async function interrupted(): Promise<App2> {
  const app = await App2.start();
  await app.deploy("prod", NAMED("db", "db-prod"));
  const file = join(app.folder, ".alchemy", "state", "shop", "prod", "db.json");
  const { attr: _, ...row } = JSON.parse(await readFile(file, "utf8"));
  await writeFile(file, JSON.stringify({ ...row, status: "creating" }));
  app.fill();
  return app;
}

test.concurrent(
  "without the guard, what an interrupted deploy made is deleted",
  async () => {
    await using app = await interrupted();
    await app.run("prod", unguarded(""));
    expect(app.lost()).toEqual(["D1Database db-prod"]);
  },
  TIME,
);

test.concurrent(
  "with the guard, it is kept under its id and name",
  async () => {
    await using app = await interrupted();
    await app.refused("prod", "would-delete", guarded(""));
    await app.refused("prod", "would-replace", NAMED("db", "other"));
    const adopt = { args: ["--adopt"] };
    await app.refused("prod", "id-changed", NAMED("main", "db-prod"), adopt);
    await app.deploy("prod", NAMED("db", "db-prod"));
    expect(app.lost()).toEqual([]);
  },
  TIME,
);

test.concurrent(
  "with the guard, a creation that made nothing can have another name",
  async () => {
    await using app = await App2.start();
    const fault = { kind: "403", path: /d1\/database/, method: "POST", count: 60 } as const;
    app.cloudflare.faults.add(fault);
    const ended = await app.run("prod", NAMED("db", "db-prod"));
    expect(ended.code).not.toBe(0);
    app.cloudflare.faults.clear();
    await app.deploy("prod", NAMED("db", "other"));
    expect(app.lost()).toEqual([]);
  },
  TIME,
);

test.concurrent(
  "with the guard, a Worker whose first deploy failed keeps its class",
  async () => {
    await using app = await App2.start();
    const api = (env: string) => guarded(worker(env, { more: 'crons: ["0 0 * * *"],' }));
    app.cloudflare.faults.add({ kind: "403", path: /schedules/, method: "PUT", count: 60 });
    const ended = await app.run("prod", api(COUNTER));
    expect(ended.code).not.toBe(0);
    app.cloudflare.faults.clear();
    app.fill();
    await app.refused("prod", "would-delete-class", api(""));
    await app.deploy("prod", api(COUNTER));
    expect(app.lost()).toEqual([]);
  },
  TIME,
);

test.concurrent(
  "two blocks under one id are refused",
  async () => {
    await using app = await App2.start();
    const shop = 'const shop = createBlocks({ prefix: "shop" });';
    const two = blocks(`${shop} yield* Database("db"); yield* shop.Database("db");`);
    const output = await app.refused("prod", "duplicate-name", two);
    expect(output).toContain("`db` is declared twice");
    const kinds = blocks('yield* Database("db"); yield* KV("db");');
    await app.refused("prod", "duplicate-name", kinds);
    await app.deploy("prod", blocks('const db = Database("db"); yield* db; yield* db;'));
  },
  TIME,
);
