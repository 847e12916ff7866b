/** A deploy that died between making a resource and storing it, and what comes after it. */
import { expect, test } from "bun:test";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { names } from "../../support/data.ts";
import { App, program } from "../../support/program.ts";
import { DESTROY, deployed, run, TIME, worker } from "./holes.ts";

const STAGE = "pr-1";

/** What is made, and the call that makes it. */
const KINDS: Record<string, { body: string; path: string; method?: string; name: string }> = {
  database: { body: 'await Database("one");', path: "/d1/database", name: "one-pr-1" },
  bucket: { body: 'await Bucket("one");', path: "/r2/buckets", name: "one-pr-1" },
  namespace: { body: 'await KV("one");', path: "/storage/kv/namespaces", name: "one-pr-1" },
  queue: { body: 'await Queue("one");', path: "/queues", name: "one-pr-1" },
  Worker: {
    body: worker("", "one"),
    path: "/workers/scripts/shop-one-pr-1",
    method: "PUT",
    name: "shop-one-pr-1",
  },
};
type Kind = (typeof KINDS)[string];

/** Deploys, and kills the process when Cloudflare has made what it asked for. */
async function dies(app: App, { body, path, method = "POST" }: Kind, stage = STAGE): Promise<void> {
  const made = app.cloudflare.faults.add({ kind: "pause", method, path });
  const child = await app.spawn(stage, program(body));
  await Promise.race([made.reached, child.exited]);
  child.kill("SIGKILL");
  await child.exited;
  expect(made.hits).toBe(1);
  app.cloudflare.faults.clear();
}

test.each(Object.keys(KINDS))(
  "a %s that was made and not stored goes with its stage, and can be made again",
  async (name) => {
    const kind = KINDS[name] as Kind;
    await using app = await App.start();
    await dies(app, kind);
    expect(names(app)).toEqual([kind.name]);
    await deployed(app, { body: kind.body, args: DESTROY });
    expect(names(app)).toEqual([]);
    await deployed(app, { body: kind.body }, { body: kind.body, args: DESTROY });
    expect(names(app)).toEqual([]);
  },
  TIME,
);

test(
  "a protected stage keeps what was made and not stored, like all that it has",
  async () => {
    await using app = await App.start();
    const kind = KINDS.bucket as Kind;
    await dies(app, kind, "prod");
    await deployed(app, { stage: "prod", body: kind.body, args: DESTROY });
    expect(names(app)).toEqual(["one-prod"]);
  },
  TIME,
);

test(
  "what a stranger has made meanwhile stays, and the run says so",
  async () => {
    await using app = await App.start();
    const { body } = KINDS.namespace as Kind;
    await dies(app, KINDS.namespace as Kind);
    const row = join(app.folder, ".alchemy", "shop", STAGE, "one.json");
    const text = await readFile(row, "utf8");
    await writeFile(
      row,
      text.replace(/"at": (\d+)/, (_, at) => `"at": ${Number(at) - 3.6e6}`),
    );
    const { code, output } = await run(app, { body, args: DESTROY });
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(output).toContain("(left-behind)");
    expect(names(app)).toEqual(["one-pr-1"]);
  },
  TIME,
);

test(
  "a stage whose account cannot be read is not destroyed, and can be later",
  async () => {
    await using app = await App.start();
    const kind = KINDS.database as Kind;
    await dies(app, kind);
    app.cloudflare.faults.add({ kind: "403", method: "GET", path: kind.path, count: 99 });
    const { code } = await run(app, { body: kind.body, args: DESTROY });
    expect(code).toBe(1);
    app.cloudflare.faults.clear();
    await deployed(app, { body: kind.body, args: DESTROY });
    expect(names(app)).toEqual([]);
  },
  TIME,
);

test(
  "what a stranger has of that name stays: no mark says that it was made here",
  async () => {
    await using app = await App.start();
    app.account.databases.create("one-pr-1");
    const { body } = KINDS.database as Kind;
    const refused = await run(app, { body });
    expect(refused.code).toBe(1);
    await run(app, { body, args: DESTROY });
    expect(names(app)).toEqual(["one-pr-1"]);
  },
  TIME,
);
