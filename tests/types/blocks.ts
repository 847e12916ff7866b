/// <reference types="@cloudflare/workers-types" />
// Checked by `tsc`, never run: what the blocks take and return, as an app and its Worker see it.
import {
  AlchemyWorkflow,
  type BlocksOptions,
  Bucket,
  createBlocks,
  Database,
  Domain,
  DurableObject,
  type DurableObjectOptions,
  KV,
  type Pipeline,
  Queue,
  Route,
  thrifty,
  Vectorize,
  Worker,
} from "@alch/blocks";
import * as alchemy from "alchemy/cloudflare";
import type { AnyKeys, Equal, Expect, IsAny } from "./assert.ts";

interface Job {
  url: string;
}
type Points = { count: number };
interface Signup {
  email: string;
}
declare class Room {
  join(user: string): Promise<number>;
}

/** With the types of what a queue, a pipeline, a class or a workflow takes: `kinds.ts` has every block without. */
export type Results = [
  Expect<Equal<ReturnType<typeof Domain>, ReturnType<typeof alchemy.CustomDomain>>>,
  Expect<Equal<ReturnType<typeof Route>, ReturnType<typeof alchemy.Route>>>,
  Expect<Equal<ReturnType<typeof Pipeline<Points>>, Promise<alchemy.Pipeline<Points>>>>,
  Expect<Equal<ReturnType<typeof Queue<Job>>, ReturnType<typeof alchemy.Queue<Job>>>>,
  Expect<
    Equal<
      ReturnType<typeof DurableObject<Room>>,
      ReturnType<typeof alchemy.DurableObjectNamespace<Room>>
    >
  >,
  Expect<
    Equal<ReturnType<typeof AlchemyWorkflow<Signup>>, ReturnType<typeof alchemy.Workflow<Signup>>>
  >,
];

type Option<T> = Exclude<T, undefined>;
export type NoAny = [
  Expect<Equal<AnyKeys<typeof import("@alch/blocks")>, never>>,
  Expect<Equal<AnyKeys<ReturnType<typeof createBlocks>>, never>>,
  Expect<Equal<AnyKeys<BlocksOptions>, never>>,
  Expect<Equal<IsAny<Option<DurableObjectOptions["scriptName"]>>, false>>,
];

const options = () => ({
  entrypoint: "src/worker.ts",
  bindings: {
    DB: db,
    FILES: files,
    CACHE: cache,
    JOBS: jobs,
    ROOMS: DurableObject<Room>("rooms", { className: "Room" }),
    SIGNUP: AlchemyWorkflow<Signup>("Signup"),
    SECRET: alchemy.Self,
    TEXT: "text",
  },
});
const worker = () => Worker("api", { ...options(), stage: "prod", onRename: "keep" });
const raw = () => alchemy.Worker("api", options());
declare const db: Awaited<ReturnType<typeof Database>>;
declare const files: Awaited<ReturnType<typeof Bucket>>;
declare const cache: Awaited<ReturnType<typeof KV>>;
declare const jobs: Awaited<ReturnType<typeof Queue<Job>>>;
type Env = Awaited<ReturnType<typeof worker>>["Env"];

/** What a Worker sees under `typeof worker.Env`, for each block that it binds. */
export type Bound = [
  Expect<Equal<Env, Awaited<ReturnType<typeof raw>>["Env"]>>,
  Expect<Equal<Env["DB"], D1Database>>,
  Expect<Equal<Env["FILES"], R2Bucket>>,
  Expect<Equal<Env["CACHE"], KVNamespace>>,
  Expect<Equal<Env["JOBS"], Queue<Job>>>,
  Expect<Equal<Env["ROOMS"], DurableObjectNamespace<Room & Rpc.DurableObjectBranded>>>,
  Expect<Equal<Env["SIGNUP"], Workflow<Signup>>>,
];

const thriftyWorker = () =>
  alchemy.Worker(
    "api",
    thrifty(
      { entrypoint: "src/worker.ts", bindings: { DB: db, TEXT: "x" } },
      {
        crons: { staging: "same", dev: [] },
        limits: "same",
        observability: { qa: { enabled: false } },
      },
    ),
  );
type ThriftyEnv = Awaited<ReturnType<typeof thriftyWorker>>["Env"];

/** A Worker has the same bindings with `thrifty` as without. */
export type Thrifty = [
  Expect<Equal<ThriftyEnv["DB"], D1Database>>,
  Expect<Equal<ThriftyEnv["TEXT"], "x">>,
];

export async function taken() {
  const api = await worker();
  await Database("db", { name: "main", stage: "prod", migrationsDir: "migrations", adopt: true });
  await Database("db", { stage: false, delete: false });
  await Database("db", { pin: { prod: "legacy-db", dev: undefined } });
  await Database("db", { name: null, stage: undefined, pin: null });
  await KV("cache", { title: "cache", values: [{ key: "a", value: "b" }] });
  await KV("cache", { title: undefined });
  await Queue<Job>("jobs", { dlq: await Queue<Job>("dead") });
  await Queue<Job>("jobs", { dlq: "dead" });
  DurableObject<Room>("rooms", { scriptName: api });
  DurableObject<Room>("rooms", { scriptName: "api", sqlite: true });
  AlchemyWorkflow<Signup>("Signup", { scriptName: api, limits: { steps: 10 } });
  AlchemyWorkflow<Signup>("Signup", { workflowName: "Welcome", className: "Signup" });

  const { Database: Shop } = createBlocks({ prefix: "shop", resources: { D1Database } });
  (await Shop("db")) satisfies alchemy.D1Database;
}
declare const D1Database: typeof alchemy.D1Database;

export async function refused() {
  // @ts-expect-error a database has no title
  await Database("db", { title: "main" });
  // @ts-expect-error `true` is no stage
  await Database("db", { stage: true });
  // @ts-expect-error the pinned name is text
  await Database("db", { pin: { prod: 1 } });
  // @ts-expect-error the id is text
  await Bucket(1);
  // @ts-expect-error without its dimensions
  await Vectorize("vectors", { metric: "cosine" });
  // @ts-expect-error an option of Alchemy's keeps its type
  await Bucket("files", { allowPublicAccess: "yes" });
  // @ts-expect-error an option of Alchemy's keeps its type
  await Queue("jobs", { settings: { deliveryDelay: "1 s" } });
  // @ts-expect-error a database is no script
  DurableObject("rooms", { scriptName: db });
  // @ts-expect-error an unknown option
  AlchemyWorkflow("Signup", { step: 1 });
  // @ts-expect-error `all` is no way to keep something
  thrifty({}, { crons: "all" });
  // @ts-expect-error cron triggers are text
  thrifty({}, { crons: { staging: [1] } });
  // @ts-expect-error an option of Alchemy's keeps its type
  thrifty({ crons: "0 * * * *" });
  // @ts-expect-error a prefix is text
  createBlocks({ prefix: 1 });
  // @ts-expect-error a resource function of another kind
  createBlocks({ resources: { D1Database: alchemy.R2Bucket } });
  // @ts-expect-error the messages are of another type
  (await Queue<Job>("jobs")) satisfies alchemy.Queue<Signup>;
  // @ts-expect-error the parameters are of another type
  AlchemyWorkflow<Signup>("Signup") satisfies alchemy.Workflow<Job>;
}

/** A hostname needs its Worker, and the blocks decide what may be taken. */
export async function hostnames(worker: alchemy.Worker): Promise<void> {
  await Domain("app.example.com", { worker, zone: "example.com", takeFrom: "old", delete: false });
  await Route("app.example.com/*", { worker: "api", pin: { prod: "example.com/*" } });
  await Route("app.example.com/api/*", { worker, stage: false, takeFrom: "web-prod" });
  // @ts-expect-error it says which Worker answers
  await Domain("app.example.com", {});
  // @ts-expect-error the block decides this
  await Domain("app.example.com", { worker, overrideExistingOrigin: true });
  // @ts-expect-error a route has no name to keep
  await Route("app.example.com/*", { worker, onRename: "keep" });
}

/** Objects expire in previews, or never. */
export async function expiring(): Promise<void> {
  const set = createBlocks({ expireDays: 14 });
  await set.Bucket("files", { expireDays: false });
  // @ts-expect-error a number of days
  createBlocks({ expireDays: "14" });
  // @ts-expect-error a database holds no objects
  await set.Database("db", { expireDays: 14 });
}
