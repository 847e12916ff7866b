/** The guard in front of `Cloudflare.state()`: over the real Worker of that store, in workerd. */
import { expect, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cli } from "../cli/cli.ts";
import { data } from "../support/data.ts";
import { App2, COUNTER, guarded, TIME, worker } from "./app.ts";
import { REMOTE } from "./remote.ts";
import { startStateWorker } from "./state-worker.ts";

const DB = 'yield* D1.Database("db", { name: "db-" + stage });';
const API = worker(COUNTER);
const ALL = `${DB} ${API}`;
const MORE = 'yield* Alchemy.push("a b", D1.Database("c/d", { name: "nested-" + stage }));';

/** The guarded program with its state behind that Worker. */
const stored = (body: string) =>
  guarded(body)
    .replace("localState(),", "remote(),")
    .replace("export default", `${REMOTE}export default`);

test(
  "the guard reads and writes rows through the Worker, and `--push` takes local ones there",
  async () => {
    await using store = await startStateWorker();
    await using app = await App2.start();
    const env = { REMOTE_STATE: store.url, REMOTE_TOKEN: store.token };
    await app.deploy("prod", stored(`${ALL} ${MORE}`), { env });
    app.fill();
    const before = data(app);
    await app.deploy("prod", stored(`${ALL} ${MORE}`), { env });
    expect(data(app)).toEqual(before);
    const edits = [
      [ALL, "would-delete"],
      [`${ALL.replace('"db-"', '"other-"')} ${MORE}`, "would-replace"],
      [`${ALL.replace(COUNTER, "")} ${MORE}`, "would-delete-class"],
    ] as const;
    for (const [body, code] of edits) await app.refused("prod", code, stored(body), { env });
    const shared = stored('yield* D1.Database("db", { name: "db-prod" });');
    await app.refused("pr-1", "owned-elsewhere", shared, { env });

    // What is deployed with the local store goes there, row by row.
    const local = guarded(ALL);
    await app.deploy("pr-2", local);
    const held = data(app);
    await writeFile(join(app.folder, "alchemy.v2.run.ts"), stored(ALL));
    const all = { ...app.cloudflare.env, HOME: app.folder, ...env };
    const push = (...args: string[]) =>
      cli(app.folder, ["migrate", "--push", "alchemy.v2.run.ts", "--json", ...args], {
        runtime: "Bun",
        env: all,
      });
    const written = await push("--write");
    expect(written.error).not.toContain("error:");
    expect(written.code).toBe(0);
    await app.deploy("pr-2", stored(ALL), { env });
    expect(data(app)).toEqual(held);
    await app.refused("pr-2", "would-replace", stored(ALL.replace('"db-"', '"x-"')), { env });
    await app.destroy("pr-2", stored(ALL), { env });
    expect(app.lost()).toContain("D1Database db-pr-2");
    expect(data(app)).toEqual(before);
  },
  TIME,
);
