/** Workers in Effect's style, in each form that Alchemy 2 has. */
import { expect, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { names } from "../support/data.ts";
import { App2, blocks, TIME } from "./app.ts";

const IMPORTS = `
import { createBlocks, Database, Worker } from "@alch/blocks/v2";
import * as Effect from "effect/Effect";
import * as HttpServerResponse from "effect/unstable/http/HttpServerResponse";
`;

/** A class with an implementation, which declares a database, and options as an Effect. */
const API = `${IMPORTS}
export default class Api extends Worker<Api>()("api",
  Effect.succeed({ main: import.meta.filename, pin: { live: "legacy-api" } }),
  Effect.gen(function* () {
    yield* Database("inner-db", Effect.succeed({ pin: { live: "legacy-db" } }));
    return { fetch: HttpServerResponse.text("from a class") };
  }),
) {}
`;

/** A class whose implementation is a layer, in a stage that is protected. */
const TAGGED = `${IMPORTS}
const { Worker: Kept } = createBlocks({ protect: ["live"] });
export class Tagged extends Kept<Tagged, {}>()("tagged") {}
export default Tagged.make({ main: import.meta.filename },
  Effect.succeed({ fetch: HttpServerResponse.text("from a layer") }),
);
`;

const PROGRAM = blocks(`
const { default: Api } = yield* Effect.promise(() => import("./api.ts"));
const api = yield* Api;
const { Tagged, default: live } = yield* Effect.promise(() => import("./tagged.ts"));
yield* Tagged.pipe(Effect.provide(live));
class Site extends Worker<Site>()("site", { main: "./script.ts", env: { COUNTER: DurableObject("counter") } }) {}
const site = yield* Site;
const fn = Worker("async", Effect.succeed({
  main: "./script.ts",
  env: { COUNTS: DurableObject("counts", { className: "Counter", scriptName: site.workerName }) },
}));
yield* fn;
`);

test(
  "each form of a Worker has the name of its stage",
  async () => {
    await using app = await App2.start();
    await writeFile(join(app.folder, "api.ts"), API);
    await writeFile(join(app.folder, "tagged.ts"), TAGGED);
    // The paths of this repository are those of types, which Alchemy would put into the Worker.
    await writeFile(join(app.folder, "tsconfig.json"), "{}");
    await app.deploy("live", PROGRAM);
    expect(names(app)).toEqual([
      "Counter",
      "async-live",
      "legacy-api",
      "legacy-db",
      "site-live",
      "tagged-live",
    ]);
    // The one that binds a class of another Worker has none of its own.
    expect(app.account.durableObjects.of("async-live")).toEqual([]);
    // What is pinned and what is protected stays.
    await app.destroy("live", PROGRAM);
    expect(names(app)).toEqual(["legacy-api", "legacy-db", "tagged-live"]);
  },
  TIME,
);
