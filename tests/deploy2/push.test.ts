/** From 0.94 to Alchemy 2 where either has its state elsewhere than in files. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cli } from "../cli/cli.ts";
import { expectValid } from "../cli/schemas.ts";
import { data } from "../support/data.ts";
import { App, unguarded as raw } from "../support/program.ts";
import { App2, SCRIPT, TIME } from "./app.ts";
import { REMOTE, startRemote } from "./remote.ts";

const STAGES = ["prod", "pr-1"];

/** Names that Alchemy makes up: without the rows, nobody finds them again. */
const BODY = `
const db = await raw.D1Database("db");
const kv = await raw.KVNamespace("kv");
await raw.Worker("api", {
  entrypoint: "./script.ts",
  bindings: { DB: db, KV: kv, COUNTER: raw.DurableObjectNamespace("counter", { className: "Counter", sqlite: true }) },
});`;
const FILES = raw(BODY);

/** An app of 0.94 with data in two stages, and a folder for Alchemy 2 in the same account. */
async function both(program: string) {
  const old = await App.start();
  await old.write("script.ts", SCRIPT);
  for (const stage of STAGES) await old.deploy(stage, program);
  const app = await App2.start(old.cloudflare);
  app.fill();
  await symlink(join(old.folder, ".alchemy"), join(app.folder, ".alchemy"));
  for (const { folder } of [old, app]) await writeFile(join(folder, "alchemy.run.ts"), FILES);
  return { old, app };
}

const program = (app: App2) => readFileSync(join(app.folder, "alchemy.v2.run.ts"), "utf8");

test.concurrent(
  "rows go to the store of the new program, and nothing is made anew",
  async () => {
    const { old, app } = await both(FILES);
    await using _ = { [Symbol.asyncDispose]: () => old[Symbol.asyncDispose]() };
    await using __ = app;
    using remote = startRemote();
    const env = { ...app.cloudflare.env, HOME: app.folder, REMOTE_STATE: remote.url };
    const run = (...args: string[]) => {
      return cli(app.folder, ["migrate", ...args], { runtime: "Bun", env });
    };
    const before = data(app);
    const written = await run("--to-v2", "--write", "--account", app.account.id);
    expect(written).toMatchObject({ code: 0, error: "" });
    const local = await run("--push", "alchemy.v2.run.ts");
    expect(local.error).toContain("it keeps its state in local files");
    expect(local.code).toBe(2);
    const source = REMOTE + program(app).replace("localState()", "remote()");
    await writeFile(join(app.folder, "alchemy.v2.run.ts"), source);

    const push = ["--push", "alchemy.v2.run.ts"];
    const dry = await run(...push);
    expect(dry).toMatchObject({ code: 0 });
    expect(dry.out).toContain("would write 6 rows");
    expect(remote.kept.size).toBe(0);
    expect((await run(...push, "--stage", "pr-2")).error).toContain("no stage `pr-2`");
    const one = await run(...push, "--stage", "pr-1", "--write");
    expect(one.out).toContain("alchemy state delete -r shop/pr-1 --config alchemy.v2.run.ts");
    expect(remote.kept.size).toBe(3);
    const rest = await run(...push, "--write", "--json");
    const answer = JSON.parse(rest.out);
    expectValid("to-v2", answer);
    expect(answer.copied).toMatchObject([
      { stage: "pr-1", missing: [], there: 3, written: false },
      { stage: "prod", missing: ["api", "db", "kv"], there: 0, written: true },
    ]);
    expect(remote.kept.size).toBe(6);

    const deploy = { env: { REMOTE_STATE: remote.url } };
    for (const stage of STAGES) await app.deploy(stage, source, deploy);
    expect(data(app)).toEqual(before);
    expect(app.lost()).toEqual([]);
    // What Alchemy has written there since is not overwritten.
    const kept = JSON.stringify([...remote.kept]);
    const late = await run(...push, "--write");
    expect(late.code).toBe(1);
    expect(late.out).toContain("the store has other rows of it");
    expect(JSON.stringify([...remote.kept])).toBe(kept);
    await app.destroy("pr-1", source, deploy);
    expect(data(app)).toEqual(before.filter((one) => !one.includes("pr-1")));
  },
  TIME,
);

/** Stores of 0.94, each with the options that read it. */
const STORES: Readonly<Record<string, { store: string; options: string[]; files: boolean }>> = {
  "an SQLite database": {
    store: 'new stores.SQLiteStateStore(scope, { engine: "bun" })',
    options: [],
    files: true,
  },
  "a store that only a module reaches": {
    store: "new stores.D1StateStore(scope)",
    options: ["--state-store", "store.mjs"],
    files: false,
  },
};

test.concurrent.each(Object.entries(STORES))(
  "the rows of %s are read",
  async (_, { store, options, files }) => {
    const stored = FILES.replace("noTrack: true", `noTrack: true, stateStore: (scope) => ${store}`);
    const { old, app } = await both(`import * as stores from "alchemy/state";\n${stored}`);
    await using ___ = { [Symbol.asyncDispose]: () => old[Symbol.asyncDispose]() };
    await using __ = app;
    const before = data(app);
    const root = files ? app.folder : old.folder;
    if (!files) {
      await rm(join(app.folder, ".alchemy"));
      const module = `import * as stores from "alchemy/state";\nexport default (scope) => ${store};`;
      await writeFile(join(old.folder, "store.mjs"), module);
    }
    const how = { runtime: "Bun", env: { ...app.cloudflare.env, HOME: app.folder } } as const;
    const ended = await cli(
      root,
      ["migrate", "--to-v2", "--write", "--account", app.account.id, ...options],
      how,
    );
    expect(ended.error).toBe("");
    expect(ended.code).toBe(0);
    if (!files) await symlink(join(old.folder, ".alchemy"), join(app.folder, ".alchemy"));
    const source = readFileSync(join(root, "alchemy.v2.run.ts"), "utf8");
    for (const stage of STAGES) await app.deploy(stage, source);
    expect(data(app)).toEqual(before);
    expect(app.lost()).toEqual([]);
  },
  TIME,
);
