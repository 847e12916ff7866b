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
    FLOW: AlchemyWorkflow("onboarding"),
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
    await app.refused("live", "owned-elsewhere", blocks(SIX));
    await app.deploy("live", blocks(SIX), { args: ["--adopt"] });
    expect(data(app)).toEqual(before);
    await rm(join(app.folder, ".alchemy"), { recursive: true });
    await rename(join(app.folder, "lost"), join(app.folder, ".alchemy"));
    const live = of(app, "live");
    await app.destroy("pr-1", blocks(SIX.replace("files-of-shop", "files-of-shop")));
    expect(of(app, "live")).toEqual(live);
    expect(app.lost().filter((one) => one.includes("live"))).toEqual([]);
    expect(app.cloudflare.unhandled).toEqual([]);
  },
  TIME,
);
