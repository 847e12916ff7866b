/** What `plan` says of a program, from its text alone, is what the real Alchemy 2 deploys. */
import { expect, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Declaration } from "../../ts/cli/analyse/report.ts";
import { KINDS, type Kind } from "../../ts/kinds.ts";
import { analyser, FILE } from "../plan/compare.ts";
import { App2, COUNTER, FLOW, TIME } from "./app.ts";

const HEAD = `
import * as Alchemy from "alchemy";
import * as Cloudflare from "alchemy/Cloudflare";
import { localState } from "alchemy/State";
import * as Effect from "effect/Effect";
import { pipe } from "effect";
const { D1, R2, KV, Queues, Worker, DurableObject, Workflow } = Cloudflare;
const options = { providers: Cloudflare.providers(), state: localState() };
`;

const ASYNC = `${HEAD}
const cache = KV.Namespace("cache");
const bucket = Effect.fn("bucket")(function* (name: string) {
  const { stage } = yield* Alchemy.Stack;
  return yield* R2.Bucket(name, { name: \`shop-\${name}-\${stage}\` });
});
const users = D1.Database("users", Effect.gen(function* () {
  const stage = yield* Alchemy.Stage;
  return { name: stage === "prod" ? "shop-users" : \`shop-users-\${stage}\` };
}));
export default Alchemy.Stack("shop", options, Effect.gen(function* () {
  const { name, stage } = yield* Alchemy.Stack;
  const isPreview = stage.startsWith("pr-");
  const db = yield* users;
  yield* D1.Database("table", { name: { prod: "orders" }[stage] ?? name + "-orders-" + stage });
  yield* KV.Namespace("piped", { title: "piped-" + stage }).pipe(
    Alchemy.RemovalPolicy.retain(),
    Effect.tap(() => Effect.log("made")),
  );
  yield* pipe(KV.Namespace("through", { title: "through-" + stage }), Effect.orDie);
  yield* bucket("images");
  yield* Effect.all([bucket("a"), bucket("b")]);
  yield* Effect.forEach(["eu", "us"], (id) => Queues.Queue(id, { name: id + "-" + stage }));
  yield* Alchemy.push("site", Queues.Queue("inside"));
  if (!isPreview) yield* Queues.Queue("audit", { name: "audit" });
  const sessions = isPreview
    ? yield* KV.Namespace.ref("sessions", { stage: "prod" })
    : yield* KV.Namespace("sessions", { title: "sessions" });
  yield* Worker("api", {
    name: "shop-api-" + stage,
    main: "./script.ts",
    env: { DB: db, CACHE: cache, SESSIONS: sessions, ${COUNTER} ${FLOW} },
  });
  yield* Worker("web", { main: "./script.ts", env: { CACHE: cache } });
}));
`;

const EFFECT = `${HEAD}
class Room extends DurableObject<Room>()(
  "Room",
  Effect.gen(function* () {
    return Effect.succeed({ hello: () => Effect.succeed("hello") });
  }),
) {}
const files = R2.Bucket("files", { name: "shop-files-pr-1" }).pipe(Alchemy.RemovalPolicy.retain());
class Api extends Worker<Api>()(
  "Api",
  Alchemy.Stack.useSync(({ stage }) => ({ main: import.meta.url, name: \`shop-effect-\${stage}\` })),
  Effect.gen(function* () {
    yield* Room;
    const bucket = yield* R2.ReadWriteBucket(files);
    return { fetch: bucket.get("x").pipe(Effect.orDie, Effect.as(undefined as never)) };
  }).pipe(Effect.provide(R2.ReadWriteBucketBinding)),
) {}
class Shop extends Alchemy.Stack<Shop, {}>()("shop") {}
export default Shop.make(options, Api);
`;

/** What Alchemy 2 adds to a name that it makes up. */
const RANDOM = /-[a-z2-7]{16}$/;

/** The names of a kind that the plan has; a name that only the state knows has a `*`. */
async function planned(text: string, stages: readonly string[]): Promise<string[]> {
  const reader = await analyser();
  const report = JSON.parse(reader.link([reader.parse(FILE, text)], JSON.stringify({ stages })));
  const declarations: Declaration[] = report.declarations;
  const all = stages.flatMap((stage) =>
    declarations.flatMap(({ kind, names, undecided, id }) => {
      const name = names[stage]?.name ?? (undecided ? `shop-${id}-${stage}-*`.toLowerCase() : []);
      return [name].flat().map((name) => `${KINDS[kind as Kind].alchemy.function} ${name}`);
    }),
  );
  return [...new Set(all)].sort();
}

function deployed(app: App2): string[] {
  const all = app.account.state().map(({ kind, name }) => {
    const automatic = RANDOM.test(name) ? name.replace(RANDOM, "-*").toLowerCase() : name;
    return `${kind} ${automatic}`;
  });
  return [...new Set(all)].sort();
}

test.concurrent(
  "the async style: pipes, helpers, conditions and names that only the state knows",
  async () => {
    await using app = await App2.start();
    for (const stage of ["prod", "pr-1"]) await app.deploy(stage, ASYNC);
    expect(deployed(app)).toEqual(await planned(ASYNC, ["prod", "pr-1"]));
  },
  TIME,
);

test.concurrent(
  "the Effect style: classes",
  async () => {
    await using app = await App2.start();
    // The bundler of Alchemy would take the paths of the project's own for imports.
    await writeFile(join(app.folder, "tsconfig.json"), "{}");
    await app.deploy("pr-1", EFFECT);
    expect(deployed(app)).toEqual(await planned(EFFECT, ["pr-1"]));
  },
  TIME,
);
