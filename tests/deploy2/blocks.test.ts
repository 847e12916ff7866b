/** Programs of blocks, deployed by the real Alchemy 2. */
import { expect, test } from "bun:test";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { data, names } from "../support/data.ts";
import { App2, blocks, TIME } from "./app.ts";

const DB = 'const db = yield* Database("my-db");';
const SIX = `
${DB}
yield* Worker("api", {
  main: "./script.ts",
  env: {
    DB: db,
    FILES: Bucket("files-of-shop"),
    CACHE: KV("my-cache"),
    JOBS: Queue("my-jobs"),
    COUNTER: DurableObject("count-er", { className: "Counter" }),
    ROOM: DurableObject("room"),
    FLOW: AlchemyWorkflow("shop-flow", { className: "Onboarding" }),
  },
});
`;

/** What the account has of a stage. */
const of = (app: App2, stage: string) => data(app).filter((one) => one.includes(stage));

const held = (app: App2) => names(app).sort();

const NAMES = (stage: string) => [
  `api-${stage}`,
  `files-of-shop-${stage}`,
  `my-cache-${stage}`,
  `my-db-${stage}`,
  `my-jobs-${stage}`,
];

test.concurrent(
  "two stages have six kinds apart, and a lost state is recovered",
  async () => {
    await using app = await App2.start();
    await app.deploy("live", blocks(SIX));
    await app.deploy("pr-1", blocks(SIX));
    app.fill();
    expect(held(app).filter((name) => name.endsWith("-live"))).toEqual(NAMES("live"));
    expect(held(app).filter((name) => name.endsWith("-pr-1"))).toEqual(NAMES("pr-1"));
    expect(held(app).filter((name) => /Room|Counter/.test(name))).toHaveLength(4);
    const before = data(app);
    const calls = app.cloudflare.log.length;
    await app.deploy("live", blocks(SIX));
    expect(app.cloudflare.log.slice(calls).filter(({ method }) => method === "PUT")).toEqual([]);
    expect(data(app)).toEqual(before);
    // The state is lost, and all that it had is found again by the names of the law.
    await rename(join(app.folder, ".alchemy"), join(app.folder, "lost"));
    const refused = await app.run("live", blocks(SIX));
    expect(refused.output).toContain("code: owned-elsewhere\n");
    await app.deploy("live", blocks(SIX), { args: ["--adopt"] });
    expect(data(app)).toEqual(before);
    await rm(join(app.folder, ".alchemy"), { recursive: true });
    await rename(join(app.folder, "lost"), join(app.folder, ".alchemy"));
    const live = of(app, "live");
    // Cloudflare deletes no bucket that holds something.
    await app.run("pr-1", blocks(SIX), { command: "destroy" });
    expect(of(app, "pr-1").filter((one) => !one.includes("R2Bucket"))).toEqual([]);
    expect(of(app, "live")).toEqual(live);
    expect(app.lost().filter((one) => one.includes("live"))).toEqual([]);
    expect(app.cloudflare.unhandled).toEqual([]);
  },
  TIME,
);

/** Programs of one deploy that are refused before Alchemy's constructors are called, and what helps. */
const REFUSED: [code: string, help: string, body: string][] = [
  ["base-invalid", "rename it, for example to `my-files`", 'yield* Bucket("My_Files");'],
  ["double-stage", "write `db`: the block adds the stage", 'yield* Database("db-dev");'],
  ["stage-invalid", "pass a stage such as `dev`", 'yield* Database("db", { pin: { "": "x" } });'],
  [
    "option-invalid",
    "pass text that is not empty, or leave it out",
    'yield* Database("db", { name: 1 });',
  ],
  [
    "class-invalid",
    'add `className: "MyClass"`, with the class that your script exports',
    'yield* DurableObject("2fa");',
  ],
  [
    "duplicate-name",
    "give one of them another name",
    'yield* Database("a", { name: "x" }); yield* Database("b", { name: "x" });',
  ],
];

/** Each catches the refusal of the one before as an error of Effect's, and not as a defect. */
const caught = (body: string) => `
yield* Effect.gen(function* () { ${body} }).pipe(
  Effect.matchEffect({
    onSuccess: () => Effect.die("it was not refused"),
    onFailure: ({ _tag, code, help }) => Effect.sync(() => console.log("caught", _tag, code, help)),
  }),
);`;

test.concurrent(
  "what the law refuses is an error of Effect's",
  async () => {
    await using app = await App2.start();
    // One declaration that is used twice is no refusal.
    const twice = 'const one = Database("one"); yield* one; yield* one;';
    const output = await app.deploy(
      "dev",
      blocks([twice, ...REFUSED.map(([, , body]) => caught(body))].join("\n")),
    );
    const lines = output.match(/^caught .*$/gm);
    const expected = REFUSED.map(([code, help]) => `caught BlockError ${code} ${help}`);
    expect([...new Set(lines)]).toEqual(expected);
    await app.refused("dev", "base-invalid", blocks('yield* Bucket("My_Files");'));
    await app.refused("dev", "base-invalid", blocks('yield* Bucket("My_Files");'), {
      command: "plan",
    });
  },
  TIME,
);

test.concurrent(
  "`share`, `pin`, `stage`, `prefix` and `protect` mean what they mean in 0.94",
  async () => {
    await using app = await App2.start();
    const body = `
      const set = createBlocks({ prefix: "shop", protect: ["keep"] });
      yield* set.Database("menu", { share: "keep" });
      yield* set.KV("cache");
      yield* set.Queue("jobs", { pin: { "pr-1": "legacy-jobs" } });
      yield* Database("mine", { stage: false, pin: { keep: "mine-in-keep" } });
      yield* Database("gone").pipe(Alchemy.RemovalPolicy.destroy());
    `;
    await app.deploy("keep", blocks(body));
    app.fill();
    await app.deploy("pr-1", blocks(body));
    expect(names(app)).toEqual([
      "gone-keep",
      "gone-pr-1",
      "legacy-jobs",
      "mine",
      "mine-in-keep",
      "shop-cache-keep",
      "shop-cache-pr-1",
      "shop-jobs-keep",
      "shop-menu-keep",
    ]);
    await app.destroy("pr-1", blocks(body));
    expect(app.lost()).toEqual(["D1Database gone-pr-1", "KVNamespace shop-cache-pr-1"]);
    await app.destroy("keep", blocks(body));
    expect(app.lost()).toEqual([
      "D1Database gone-keep",
      "D1Database gone-pr-1",
      "KVNamespace shop-cache-pr-1",
    ]);
  },
  TIME,
);

const RETAINED = `
  const set = createBlocks({ protect: ["live"] });
  yield* set.Database("protected");
  yield* set.Queue("released");
  yield* set.KV("destroyed");
  yield* D1.Database("raw", { name: "raw" }).pipe(retain());
`;

/** Nothing says any longer that it is retained. One block says that it may go. */
const NOT_RETAINED = RETAINED.replace('{ protect: ["live"] }', "")
  .replace('KV("destroyed")', "$&.pipe(Alchemy.RemovalPolicy.destroy())")
  .replace(".pipe(retain())", "");

test.concurrent(
  "what is retained stays so until the program says that it may go",
  async () => {
    await using app = await App2.start();
    await app.deploy("live", blocks(RETAINED));
    app.fill();
    const released = blocks(NOT_RETAINED, '{ release: ["released"] }');
    await app.deploy("live", released);
    await app.deploy("live", blocks(NOT_RETAINED));
    const renamed = NOT_RETAINED.replace('name: "raw"', 'name: "new"');
    await app.refused("live", "would-replace", blocks(renamed));
    await app.destroy("live", blocks(NOT_RETAINED));
    const lost = ["KVNamespace destroyed-live", "Queue released-live"];
    expect(app.lost()).toEqual(lost);
    // A stage that is protected since its last deploy keeps what it has.
    const late = 'yield* Database("late");';
    await app.deploy("late", blocks(late));
    const kept = late.replace("Database", 'createBlocks({ protect: ["late"] }).Database');
    await app.destroy("late", blocks(kept));
    expect(app.lost()).toEqual(lost);
  },
  TIME,
);

/** Edits of a program of blocks that lose data, and what each is refused as. */
const EDITS: [code: string, body: string][] = [
  ["id-changed", SIX.replace('Database("my-db")', 'Database("main", { name: "my-db" })')],
  ["would-replace", SIX.replace('Database("my-db")', 'Database("my-db", { name: "db" })')],
  ["would-replace", SIX.replace('Queue("my-jobs")', 'Queue("my-jobs", { name: "jobs" })')],
  ["would-delete", SIX.replace('CACHE: KV("my-cache"),', "")],
  ["would-delete-class", SIX.replace('ROOM: DurableObject("room"),', "")],
  ["would-delete-class", SIX.replace("COUNTER:", "COUNT:")],
  ["id-invalid", `${SIX} yield* Database("a__b");`],
];

test.concurrent(
  "accidents with blocks are refused, and change nothing",
  async () => {
    await using app = await App2.start();
    await app.deploy("live", blocks(SIX));
    app.fill();
    for (const [code, body] of EDITS) await app.refused("live", code, blocks(body));
    const fixed = 'yield* Database("my-db", { stage: "live" });';
    await app.refused("pr-1", "owned-elsewhere", blocks(fixed));
    expect(app.lost()).toEqual([]);
  },
  TIME,
);

const NAMED = (name: string) => blocks(`yield* Database("db", { name: "${name}" });`, RELEASED);
const RELEASED = '{ release: ["db"] }';

test.concurrent(
  "a name that comes back after an interrupted replacement is refused",
  async () => {
    await using app = await App2.start();
    await app.deploy("live", NAMED("old"));
    app.fill();
    app.cloudflare.faults.add({ kind: "500", method: "DELETE", count: 50 });
    expect((await app.run("live", NAMED("new"))).code).toBe(1);
    app.cloudflare.faults.clear();
    expect(names(app)).toEqual(["new-live", "old-live"]);
    await app.refused("live", "pending-deletion", NAMED("old"));
    await app.deploy("live", NAMED("new"));
    expect(app.lost()).toEqual(["D1Database old-live"]);
  },
  TIME,
);

test.concurrent(
  "in CI without `--stage`, the default stage is refused, with the guard and without",
  async () => {
    await using app = await App2.start();
    // Without `--stage`, Alchemy calls the stage `live_runner`.
    const ci = { CI: "true", USER: "runner" };
    const guarded = blocks('yield* Database("db");');
    const alone = guarded.replace("guarded(localState(), {})", "localState()");
    for (const program of [guarded, alone]) {
      const output = await app.refused("", "stage-implicit", program, { env: ci });
      expect(output).toContain("help: pass `--stage`, or set `ALCHEMY_STAGE`, in CI\n");
    }
    const chosen = { ...ci, ALCHEMY_STAGE: "live_runner" };
    await app.deploy("", guarded, { env: chosen });
    // What a user names the same way in 0.94 is a stage that was chosen here.
    await app.deploy("runner", guarded, { env: ci });
  },
  TIME,
);
