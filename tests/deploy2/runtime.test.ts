/** Blocks beside what they are for: their types, and what they do inside of a deployed Worker. */
import { expect, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ALL_KINDS, KINDS, type Kind } from "../../ts/kinds.ts";
import vectors from "../vectors/naming.json" with { type: "json" };
import { App2, TIME } from "./app.ts";

const ROOT = join(import.meta.dir, "..", "..");

async function printed(app: App2, ...words: string[]): Promise<string> {
  const child = Bun.spawn(words, { cwd: app.folder, stdout: "pipe", stderr: "pipe" });
  const streams = [child.stdout, child.stderr].map((stream) => new Response(stream).text());
  return (await Promise.all(streams)).join("");
}

/** What a deployed Worker may not do, and what Alchemy says in it. */
const WORKER = `
const forbid = () => { throw new Error("Wasm code generation disallowed by embedder"); };
class Forbidden { constructor() { forbid(); } }
Object.assign(WebAssembly, { Module: Forbidden, Instance: Forbidden, compile: forbid, instantiate: forbid });
const { Database, Queue, guarded } = await import("@alch/blocks/v2");
const { Stack } = await import("alchemy/Stack");
const { localState } = await import("alchemy/State");
const Effect = await import("effect/Effect");
const stack = () => ({ name: "shop", stage: "prod", resources: {}, bindings: {}, actions: {} });
const run = (block) => Effect.runPromiseExit(block.pipe(Effect.provideService(Stack, stack())));
const planned = await run(Database("db"));
const { pretty } = await import("effect/Cause");
console.log("planned", planned._tag, pretty(planned.cause).includes("disallowed"));
globalThis.__ALCHEMY_RUNTIME__ = true;
const { value: db } = await run(Database("db", { pin: { prod: "x" }, jurisdiction: "eu" }));
console.log("declared", db.LogicalId, JSON.stringify(db.Props));
const { value: shared } = await run(Queue("jobs", { share: "live" }));
console.log("shared", shared.Type);
const state = localState();
console.log("guarded", guarded(state) === state);
`;

test.concurrent(
  "a deployed Worker compiles no WebAssembly",
  async () => {
    await using app = await App2.start();
    await writeFile(join(app.folder, "worker.mjs"), WORKER);
    expect((await printed(app, process.execPath, "worker.mjs")).split("\n")).toEqual([
      // It could not be named here, so the rest shows something.
      "planned Failure true",
      'declared db {"jurisdiction":"eu"}',
      "shared Cloudflare.Queues.Queue",
      "guarded true",
      "",
    ]);
  },
  TIME,
);

/** Asks each block for the name of each vector, in a stack of the vector's stage. */
const NAMES = `
import { createBlocks } from "@alch/blocks/v2";
import { Stack } from "alchemy/Stack";
import * as Effect from "effect/Effect";
const { default: { rows } } = await import("./naming.json", { with: { type: "json" } });
const KINDS = ${JSON.stringify(Object.fromEntries(ALL_KINDS.map(({ kind, alchemy2 }) => [kind, alchemy2.block])))};
// Protected stages have a rule of their own about case.
const blocks = createBlocks({ protect: [] });
const options = { main: "./script.ts", className: "Any" };
for (const { kind, option, base, stage } of rows) {
  const stack = { name: "shop", stage, resources: {}, bindings: {}, actions: {} };
  const made = blocks[KINDS[kind]](base, options).pipe(
    Effect.match({
      onSuccess: (made) => (made.Props ?? made)[option] ?? "no name",
      onFailure: ({ code }) => code,
    }),
    Effect.provideService(Stack, stack),
  );
  console.log(await Effect.runPromise(made));
}
`;

test.concurrent(
  "the names are those of the blocks for 0.94",
  async () => {
    await using app = await App2.start();
    const optionOf = (kind: string) => KINDS[kind as Kind].alchemy2.naming;
    const rows = vectors.rows.map((row) => ({ ...row, option: optionOf(row.kind) }));
    await writeFile(join(app.folder, "naming.json"), JSON.stringify({ rows }));
    await writeFile(join(app.folder, "names.ts"), NAMES);
    const lines = (await printed(app, process.execPath, "names.ts")).trim().split("\n");
    const got = rows.map(({ kind, base, stage }, at) => ({ kind, base, stage, got: lines[at] }));
    const expected = rows.map(({ kind, base, stage, name, error }) => {
      const unnamed = kind === "durable-object" || kind === "workflow" ? "no name" : name;
      return { kind, base, stage, got: error ?? unnamed };
    });
    expect(got).toEqual(expected as typeof got);
  },
  TIME,
);

const TYPES = `
import { AlchemyWorkflow, Bucket, createBlocks, Database, DurableObject, KV, perRegion, Queue, thrifty, Worker } from "@alch/blocks/v2";
import * as Cloudflare from "alchemy/Cloudflare";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <T extends true>(_?: T) => {};
same<Equal<Effect.Success<ReturnType<typeof Database>>, Cloudflare.D1.Database>>();
same<Equal<Effect.Success<ReturnType<typeof Bucket>>, Cloudflare.R2.Bucket>>();
same<Equal<Effect.Success<ReturnType<typeof KV>>, Cloudflare.KV.Namespace>>();
same<Equal<Effect.Success<ReturnType<typeof Queue>>, Cloudflare.Queues.Queue>>();
const raw = Cloudflare.D1.Database("db");
const made = Database("db");
same<Equal<typeof raw, typeof made>>();
class Counter { next() { return 1; } declare __DURABLE_OBJECT_BRAND: never; }
const options = { main: "./script.ts" };
const worker = Worker("api", { ...options, env: {
  DB: Database("db"), FILES: Bucket("files"), CACHE: KV("cache"), JOBS: Queue("jobs"),
  COUNTER: DurableObject<Counter>("counter"), FLOW: AlchemyWorkflow<{ id: string }>("flow"), TEXT: "x",
} });
const theirs = Cloudflare.Worker("api", { ...options, env: {
  DB: Cloudflare.D1.Database("db"), FILES: Cloudflare.R2.Bucket("files"), CACHE: Cloudflare.KV.Namespace("cache"),
  JOBS: Cloudflare.Queues.Queue("jobs"), COUNTER: Cloudflare.DurableObject<Counter>("counter"),
  FLOW: Cloudflare.Workflow<{ id: string }>("flow"), TEXT: "x",
} });
type Env = Cloudflare.InferEnv<typeof worker>;
same<Equal<Env, Cloudflare.InferEnv<typeof theirs>>>();
same<Equal<Env["DB"], D1Database>>();
same<Equal<Env["TEXT"], "x">>();
Worker("api", options, Effect.gen(function* () {
  const jobs = yield* Queue("jobs");
  same<Equal<typeof jobs, Cloudflare.Queues.Queue>>();
  return {};
}));
const later = Effect.succeed({ jurisdiction: "eu" as const, pin: { prod: "x" } });
same<Equal<typeof raw, ReturnType<typeof laterDatabase>>>();
function laterDatabase() { return Database("db", later); }
class Api extends Worker<Api>()("api", options, Effect.succeed({ hello: () => Effect.succeed(1) })) {}
class TheirApi extends Cloudflare.Worker<TheirApi>()("api", options, Effect.succeed({ hello: () => Effect.succeed(1) })) {}
same<Equal<InstanceType<typeof Api>, InstanceType<typeof TheirApi>>>();
same<Equal<Effect.Services<typeof Api>, Effect.Services<typeof TheirApi>>>();
same<Equal<ReturnType<Effect.Success<typeof Api>["bind"]>, ReturnType<Effect.Success<typeof TheirApi>["bind"]>>>();
class Site extends Worker<Site>()("site", { ...options, env: { DB: Database("db"), TEXT: "x" } }) {}
same<Equal<Cloudflare.InferEnv<typeof Site>["DB"], D1Database>>();
class Tagged extends Worker<Tagged, { hello: () => Effect.Effect<number> }>()("tagged") {}
const layer = Tagged.make(Effect.succeed(options), Effect.succeed({ hello: () => Effect.succeed(1) }));
class TheirTagged extends Cloudflare.Worker<TheirTagged, { hello: () => Effect.Effect<number> }>()("tagged") {}
const theirLayer = TheirTagged.make(options, Effect.succeed({ hello: () => Effect.succeed(1) }));
type Replaced<T> = T extends Layer.Layer<TheirTagged, infer E, infer R> ? Layer.Layer<Tagged, E, R> : never;
same<Equal<typeof layer, Replaced<typeof theirLayer>>>();
// @ts-expect-error a pin is an object
class Wrong extends Worker<Wrong>()("wrong", { ...options, pin: "x" }) {}
const set = createBlocks({ prefix: "shop", protect: ["live"], region: "eu" });
Bucket("files", { region: "apac" });
const regional = perRegion(Database, "shop-db", ["eu", "enam"], { migrations: "./sql" });
same<Equal<typeof regional.in.eu, typeof made>>();
same<Equal<keyof ReturnType<typeof regional.bindings<"DB">>, "DB_EU" | "DB_ENAM">>();
const regionalFiles = perRegion(Bucket, "files", ["weur"]);
const madeFiles = Bucket("files");
same<Equal<typeof regionalFiles.in.weur, typeof madeFiles>>();
// @ts-expect-error there is no such region
Database("db", { region: "europe" });
// @ts-expect-error each region says it
perRegion(Database, "db", ["eu"], { jurisdiction: "eu" });
// @ts-expect-error a namespace has no region
perRegion(KV, "kv", ["eu"]);
const cheap = Worker("api", set.thrifty({ ...options, env: { DB: Database("db"), TEXT: "x" } }, { crons: { staging: "same" } }));
same<Equal<Cloudflare.InferEnv<typeof cheap>["DB"], D1Database>>();
class Cheap extends Worker<Cheap>()("api", thrifty(Effect.succeed(options), { limits: "same" }), Effect.succeed({ hello: () => Effect.succeed(1) })) {}
same<Equal<Effect.Services<typeof Cheap>, Effect.Services<typeof Api>>>();
// @ts-expect-error an option of Alchemy's keeps its type
thrifty({ limits: { cpuMs: "1" } });
set.KV("cache", { title: "cache", pin: { prod: "x" }, share: "prod" });
// @ts-expect-error a share is a stage
Database("db", { share: true });
// @ts-expect-error a Worker is not shared
Worker("api", { ...options, share: "prod" });
// @ts-expect-error Alchemy knows no such place
Database("db", { jurisdiction: "moon" });
// @ts-expect-error there is no such setting
createBlocks({ prefx: "shop" });
// @ts-expect-error a namespace has a title
KV("cache", { name: "x" });
// @ts-expect-error not any
const wrong: string = Bucket("files");
`;

test.concurrent(
  "the types are Alchemy's own",
  async () => {
    await using app = await App2.start();
    await writeFile(join(app.folder, "types.ts"), TYPES);
    const tsc = join(ROOT, "node_modules", ".bin", "tsc");
    const types = join(ROOT, "node_modules", "@cloudflare", "workers-types");
    const options = ["--noEmit", "--strict", "--skipLibCheck", "--target", "es2023"];
    const modules = ["--module", "nodenext", "--lib", "es2023,esnext.disposable", "--types", types];
    const faults = printed(app, tsc, ...options, ...modules, "--ignoreConfig", "types.ts");
    expect(await faults).toBe("");
  },
  TIME,
);
