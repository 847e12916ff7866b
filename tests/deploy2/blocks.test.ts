/** Programs of blocks, deployed by the real Alchemy 2. */
import { expect, test } from "bun:test";
import { rename, rm, writeFile } from "node:fs/promises";
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

/** Programs of one deploy that are refused before Alchemy's constructors are called. */
const REFUSED: [code: string, body: string][] = [
  ["base-invalid", 'yield* Bucket("My_Files");'],
  ["double-stage", 'yield* Database("db-dev");'],
  ["stage-invalid", 'yield* Database("db", { pin: { "": "x" } });'],
  ["option-invalid", 'yield* Database("db", { name: 1 });'],
  ["class-invalid", 'yield* DurableObject("2fa");'],
  ["duplicate-name", 'yield* Database("a", { name: "x" }); yield* Database("b", { name: "x" });'],
];

/** Each catches the refusal of the one before as an error of Effect's, and not as a defect. */
const caught = (body: string) => `
yield* Effect.gen(function* () { ${body} }).pipe(
  Effect.matchEffect({
    onSuccess: () => Effect.die("it was not refused"),
    onFailure: ({ _tag, code, help }) => Effect.sync(() => console.log("caught", _tag, code, help !== "")),
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
      blocks([twice, ...REFUSED.map(([, body]) => caught(body))].join("\n")),
    );
    const lines = output.match(/^caught .*$/gm);
    expect([...new Set(lines)]).toEqual(REFUSED.map(([code]) => `caught BlockError ${code} true`));
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

/** Edits of a program of blocks that lose data, and what each is refused as. */
const EDITS: [code: string, body: string][] = [
  ["id-changed", SIX.replace('Database("my-db")', 'Database("main", { name: "my-db" })')],
  ["would-replace", SIX.replace('Database("my-db")', 'Database("my-db", { name: "db" })')],
  ["would-replace", SIX.replace('Queue("my-jobs")', 'Queue("my-jobs", { name: "jobs" })')],
  ["would-delete", SIX.replace('CACHE: KV("my-cache"),', "")],
  ["would-delete-class", SIX.replace('ROOM: DurableObject("room"),', "")],
  ["would-delete-class", SIX.replace("COUNTER:", "COUNT:")],
];

test.concurrent(
  "accidents with blocks are refused, and change nothing",
  async () => {
    await using app = await App2.start();
    await app.deploy("live", blocks(SIX));
    app.fill();
    for (let at = 0; at < EDITS.length; at += 3) {
      const some = EDITS.slice(at, at + 3);
      await Promise.all(some.map(([code, body]) => app.refused("live", code, blocks(body))));
    }
    const fixed = 'yield* Database("my-db", { stage: "live" });';
    await app.refused("pr-1", "owned-elsewhere", blocks(fixed));
    expect(app.lost()).toEqual([]);
  },
  TIME,
);

/** A Worker in Effect's style, whose own program declares a database and a queue. */
const EFFECT_WORKER = `
import { Database, Worker } from "@alch/blocks/v2";
import * as Cloudflare from "alchemy/Cloudflare";
import * as Effect from "effect/Effect";
import * as HttpServerResponse from "effect/unstable/http/HttpServerResponse";
export default Worker("api", { main: import.meta.filename }, Effect.gen(function* () {
  yield* Database("inner-db");
  return { fetch: HttpServerResponse.text("hello") };
}));
`;

test.concurrent(
  "a Worker in Effect's style declares what is its own",
  async () => {
    await using app = await App2.start();
    await writeFile(join(app.folder, "api.ts"), EFFECT_WORKER);
    // The paths of this repository are those of types, which Alchemy would put into the Worker.
    await writeFile(join(app.folder, "tsconfig.json"), "{}");
    const body =
      'const { default: api } = yield* Effect.promise(() => import("./api.ts")); yield* api;';
    await app.deploy("dev", blocks(body));
    await app.deploy("pr-1", blocks(body));
    expect(names(app)).toEqual(["api-dev", "api-pr-1", "inner-db-dev", "inner-db-pr-1"]);
    await app.destroy("pr-1", blocks(body));
    expect(names(app)).toEqual(["api-dev", "inner-db-dev"]);
  },
  TIME,
);
