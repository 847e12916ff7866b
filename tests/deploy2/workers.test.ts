/** Workers in Effect's style, in each form that Alchemy 2 has, and what runs of them in workerd. */
import { expect, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Miniflare, supportedCompatibilityDate } from "miniflare";
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
    return { fetch: Effect.succeed(HttpServerResponse.text("from a class")) };
  }),
) {}
`;

/** A class whose implementation is a layer, in a stage that is protected. */
const TAGGED = `${IMPORTS}
const { Worker: Kept } = createBlocks({ protect: ["live"] });
export class Tagged extends Kept<Tagged, {}>()("tagged") {}
export default Tagged.make({ main: import.meta.filename },
  Effect.succeed({ fetch: Effect.succeed(HttpServerResponse.text("from a layer")) }),
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

/** What a deployed script answers, in workerd, which compiles no WebAssembly for it. */
async function answer(app: App2, script: string): Promise<string> {
  const { modules, metadata, bindings } = app.account.scripts.get(script).live;

  // Alchemy writes a date that this workerd may not know yet, and that implies the flag for Node.
  const dates = [String(metadata.compatibility_date), supportedCompatibilityDate];
  const texts = bindings.filter(({ type }) => type === "plain_text");
  const miniflare = new Miniflare({
    host: "127.0.0.1",
    modulesRoot: "/",
    modules: [...modules]
      .filter(([path]) => !path.endsWith(".map"))
      .map(([path, contents]) => ({
        type: "ESModule",
        path: join("/", path),
        contents,
      })),
    compatibilityDate: dates.sort()[0] ?? "",
    compatibilityFlags: [
      ...new Set(["nodejs_compat", ...(metadata.compatibility_flags as string[])]),
    ],
    bindings: Object.fromEntries(texts.map(({ name, text }) => [name, String(text)])),
    d1Databases: bindings.filter(({ type }) => type === "d1").map(({ name }) => name),
  });
  try {
    const response = await miniflare.dispatchFetch("http://worker/");
    return `${response.status} ${await response.text()}`;
  } finally {
    await miniflare.dispose();
  }
}

test(
  "each form of a Worker has the name of its stage, and runs",
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
    expect(await answer(app, "legacy-api")).toBe("200 from a class");
    expect(await answer(app, "tagged-live")).toBe("200 from a layer");
    // The one that binds a class of another Worker has none of its own.
    expect(app.account.durableObjects.of("async-live")).toEqual([]);
    // What is pinned and what is protected stays.
    await app.destroy("live", PROGRAM);
    expect(names(app)).toEqual(["legacy-api", "legacy-db", "tagged-live"]);
  },
  TIME,
);

const SPENDING = {
  crons: ["*/5 * * * *"],
  limits: { cpuMs: 200 },
  observability: { enabled: true, traces: { enabled: true } },
};

/** What the account has of the Worker of a stage. */
function deployed(app: App2, id: string) {
  const { live, schedules } = app.account.scripts.get(id);
  const { limits, observability } = live.metadata;
  return { crons: schedules.map((one) => (one as { cron: string }).cron), limits, observability };
}

test.concurrent(
  "a preview is cheap, and a protected stage is as it is written",
  async () => {
    await using app = await App2.start();
    const source = blocks(`
      const { thrifty, Worker: Kept } = createBlocks({ protect: ["live"] });
      const spending = { main: "./script.ts", ...${JSON.stringify(SPENDING)} };
      yield* Kept("api", thrifty(spending));
      yield* Kept("bare", thrifty(Effect.succeed({ main: "./script.ts" }), { limits: "same" }));
      yield* Cloudflare.Worker("raw", thrifty({ ...spending, name: "raw-" + stage }, { crons: { "pr-1": "same" } }));
    `);
    const written = {
      crons: SPENDING.crons,
      limits: { cpu_ms: 200 },
      observability: { enabled: true, traces: { enabled: true } },
    };
    const cheap = {
      crons: [],
      limits: { cpu_ms: 50 },
      observability: {
        enabled: true,
        head_sampling_rate: 0.1,
        traces: { enabled: true, head_sampling_rate: 0.1 },
      },
    };
    const logs = { enabled: true, invocation_logs: true };
    const bare = { crons: [], limits: undefined, observability: { enabled: true, logs } };
    await app.deploy("live", source);
    expect(deployed(app, "api-live")).toEqual(written);
    expect(deployed(app, "bare-live")).toEqual(bare);
    await app.deploy("pr-1", source);
    expect(deployed(app, "api-pr-1")).toEqual(cheap);
    expect(deployed(app, "raw-pr-1")).toEqual({ ...cheap, crons: SPENDING.crons });
    expect(deployed(app, "bare-pr-1").observability).toEqual({
      enabled: true,
      head_sampling_rate: 0.1,
      logs: { ...logs, head_sampling_rate: 0.1 },
    });
    const refused = await app.refused("Live", "stage-case", source);
    expect(refused).toContain("`live`");
    expect(app.cloudflare.unhandled).toEqual([]);
  },
  TIME,
);
