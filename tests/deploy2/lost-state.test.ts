/** A lost state: what only the account knows is not deleted by the next deploy. */
import { expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { data } from "../support/data.ts";
import { App2, blocks, COUNTER, guarded, TIME, unguarded, worker } from "./app.ts";

const lose = (app: App2) => rm(join(app.folder, ".alchemy", "state"), { recursive: true });
const CLASS = "DurableObjectNamespace api-prod/Counter";

test.concurrent(
  "without the guard, a Worker whose state is lost loses a class that it does not bind",
  async () => {
    await using app = await App2.start();
    await app.deploy("prod", unguarded(worker(COUNTER)));
    app.fill();
    await lose(app);
    await app.deploy("prod", unguarded(worker("")));
    expect(app.lost()).toEqual([CLASS]);
  },
  TIME,
);

test.concurrent(
  "with the guard, it keeps the class until it is released",
  async () => {
    await using app = await App2.start();
    await app.deploy("prod", guarded(worker(COUNTER)));
    app.fill();
    await lose(app);
    const adopt = { args: ["--adopt"] };
    const output = await app.refused("prod", "would-delete-class", guarded(worker("")));
    expect(output).toContain("the Worker `api-prod` has the class `Counter`");
    await app.refused("prod", "would-delete-class", guarded(worker("")), { command: "plan" });
    const other = guarded(worker("", { id: "web", name: '"api-prod"' }));
    await app.refused("prod", "would-delete-class", other, adopt);
    await app.refused("pr-1", "would-delete-class", other, adopt);
    const block = blocks('yield* Worker("api", { main: "./script.ts" });');
    await app.refused("prod", "would-delete-class", block);
    const before = data(app);
    await app.deploy("prod", guarded(worker(COUNTER)));
    expect(data(app)).toEqual(before);
    await lose(app);
    await app.deploy("prod", guarded(worker(""), '{ release: ["Counter"] }'));
    expect(app.lost()).toEqual([CLASS]);
  },
  TIME,
);

test.concurrent(
  "with the guard, an account that cannot be read refuses nothing",
  async () => {
    await using app = await App2.start();
    const path = /durable_objects/;
    const fault = app.cloudflare.faults.add({ kind: "403", path, method: "GET", count: 1 });
    await app.deploy("prod", guarded(worker(COUNTER)));
    expect(fault.hits).toBe(1);
    expect(app.cloudflare.unhandled).toEqual([]);
  },
  TIME,
);
