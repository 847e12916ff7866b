/** `migrate` on a program of Alchemy 2: raw resources that are deployed become blocks, and nothing changes. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cli } from "../cli/cli.ts";
import { data } from "../support/data.ts";
import { App2, changes, TIME } from "./app.ts";

const STAGES = ["prod", "pr-7"];

const RAW = `
import * as Alchemy from "alchemy";
import * as Cloudflare from "alchemy/Cloudflare";
import { KV, R2 } from "alchemy/Cloudflare";
import { localState } from "alchemy/State";
import * as Effect from "effect/Effect";
import * as Redacted from "effect/Redacted";

const origin = {
  scheme: "postgres", host: "db.example.com", database: "shop", user: "me", password: Redacted.make("x"),
} as const;

export default Alchemy.Stack(
  "shop",
  { providers: Cloudflare.providers(), state: localState() },
  Effect.gen(function* () {
    const { stage } = yield* Alchemy.Stack;
    const db = yield* Cloudflare.D1.Database("db", { name: \`shop-db-\${stage}\` });
    const kv = yield* KV.Namespace("kv", { title: stage === "prod" ? "legacy" : \`shop-kv-\${stage}\` });
    const files = yield* R2.Bucket("files");
    const jobs = Cloudflare.Queues.Queue("jobs", { name: \`shop-jobs-\${stage}\` });
    const index = yield* Cloudflare.Vectorize.Index("index", {
      name: \`shop-index-\${stage}\`, dimensions: 768, metric: "cosine",
    });
    const hyper = yield* Cloudflare.Hyperdrive.Connection("hyper", { name: \`shop-hyper-\${stage}\`, origin });
    yield* Cloudflare.WorkersForPlatforms.DispatchNamespace("tenants", { name: \`shop-tenants-\${stage}\` });
    yield* Cloudflare.Worker("api", {
      name: \`shop-api-\${stage}\`,
      main: "./script.ts",
      env: {
        DB: db, KV: kv, FILES: files, JOBS: jobs, INDEX: index, HYPER: hyper,
        COUNTER: Cloudflare.DurableObject("counter", { className: "Counter" }),
        FLOW: Cloudflare.Workflow("flow", { className: "Onboarding" }),
      },
    });
    return {};
  }),
);
`;

test(
  "raw resources become blocks, and the next deploys send nothing",
  async () => {
    await using app = await App2.start();
    const path = join(app.folder, "alchemy.run.ts");
    await writeFile(path, RAW);
    for (const stage of STAGES) await app.deploy(stage, RAW);
    app.fill();
    const before = data(app);
    const calls = app.cloudflare.log.length;

    const dry = await cli(app.folder, ["migrate", "alchemy.run.ts"]);
    expect({ code: dry.code, error: dry.error }).toEqual({ code: 0, error: "" });
    expect(dry.out).toContain(
      "+  { providers: Cloudflare.providers(), state: guarded(localState()) },",
    );
    expect(readFileSync(path, "utf8")).toBe(RAW);

    const ended = await cli(app.folder, ["migrate", "alchemy.run.ts", "--write"]);
    expect(ended.out).toContain(
      "rewrote 8 resources and the state of 1 stack in 1 file; 2 left alone",
    );
    expect({ code: ended.code, error: ended.error }).toEqual({ code: 0, error: "" });
    const blocks = readFileSync(path, "utf8");
    expect(blocks).toMatch(/yield\* Bucket\("files", \{ name: "shop-files", pin: \{ .*prod: /);
    expect((await cli(app.folder, ["migrate", "alchemy.run.ts"])).out).toContain(
      "nothing to rewrite; 2 left alone",
    );

    for (const stage of STAGES) await app.deploy(stage, blocks);
    expect(changes(app, calls)).toEqual([]);
    expect(data(app)).toEqual(before);
    const plan = await app.deploy("pr-7", blocks, { command: "plan" });
    expect(plan).toContain("Plan: no changes");
    // A stage that the state does not have gets names of its own.
    const from = app.cloudflare.log.length;
    await app.deploy("pr-8", blocks);
    expect(changes(app, from)).not.toEqual([]);
    expect(data(app)).toEqual(expect.arrayContaining(before));
    expect(app.lost()).toEqual([]);
    expect(app.cloudflare.unhandled).toEqual([]);
  },
  TIME,
);
