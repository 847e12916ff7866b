/** What the real Alchemy leaves at the root of an app is of no stage, and all stages claim it. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { expectValid } from "../cli/schemas.ts";
import { run } from "../destroy/stage.ts";
import { App } from "../support/program.ts";
import { monitor } from "./monitor.ts";

const REROUTE = `import ${JSON.stringify(join(import.meta.dir, "../cloudflare/workers-dev.ts"))};\n`;
const IMPORT = 'import { D1StateStore, SQLiteStateStore } from "alchemy/state";\n';

/** Of each store the option that makes it, if it is not found by itself, and how it is read. */
const STORES: Record<string, string | undefined> = {
  files: undefined,
  SQLite: '(scope) => new SQLiteStateStore(scope, { engine: "bun" })',
  D1: "(scope) => new D1StateStore(scope)",
};

const ROOT = `
await app.run(async () => {
  await raw.D1Database("db");
  await raw.KVNamespace("fixed", { title: "shared" });
});`;

/** A custom resource at the root, with a scope of its own. */
const CUSTOM = `
const Site = Resource("custom::Site", async function (id) {
  if (this.phase === "delete") return this.destroy();
  await raw.Queue("jobs", { name: "site-jobs" });
  return { id };
});
await app.run(() => Site("site", {}));`;

const SHARED = [
  { app: "shop", id: "db", resource: "cloudflare::D1Database" },
  { app: "shop", id: "fixed", resource: "cloudflare::KVNamespace" },
];

async function stages(app: App, args: readonly string[]) {
  const ended = await run(app, ["stages", "--offline", "--json", ...args]);
  const report = JSON.parse(ended.out);
  expectValid("stages", report);
  return {
    stages: report.stages.map(({ stage }: { stage: string }) => stage),
    shared: report.shared,
  };
}

/** Deploys a body in some stages, and gives the arguments that have the commands read its store. */
async function deployed(app: App, name: string, body: string, all: readonly string[]) {
  const make = STORES[name];
  // The guard would refuse it.
  const source = `${REROUTE}${IMPORT}
import alchemy, { Resource } from "alchemy";
import * as raw from "alchemy/cloudflare";
const app = await alchemy("shop", { quiet: true, noTrack: true${make ? `, stateStore: ${make}` : ""} });
${body}
await app.finalize();
`;
  for (const stage of all) await app.deploy(stage, source);
  await app.write("store.ts", `${REROUTE}${IMPORT}export default ${make};\n`);
  await app.write("alchemy.run.ts", source);
  return make === undefined ? [] : ["--state-store", "./store.ts"];
}

test.each(Object.keys(STORES))(
  "rows at the root of an app, in %s",
  async (name) => {
    await using app = await App.start();
    const args = await deployed(app, name, ROOT, ["pr-1"]);
    // There is no stage with a row, and yet a state.
    expect(await stages(app, args)).toEqual({ stages: [], shared: SHARED });
    const alone = await monitor(app, args);
    expect(alone).toMatchObject({ found: [], unknown: [], code: 0 });

    await deployed(app, name, `${ROOT}\nawait raw.Queue("own");`, ["pr-1", "pr-2"]);
    expect(await stages(app, args)).toEqual({ stages: ["pr-1", "pr-2"], shared: SHARED });
    const both = await monitor(app, args);
    expect(both).toMatchObject({ found: [], unknown: [], code: 0 });
    expect(both.report.summary).toMatchObject({ apps: ["shop"], stages: ["pr-1", "pr-2"] });
  },
  120_000,
);

test("what is in a custom resource at the root is of no stage either", async () => {
  await using app = await App.start();
  await deployed(app, "files", CUSTOM, ["pr-1"]);
  const { stages: all, shared } = await stages(app, []);
  expect(all).toEqual([]);
  expect(shared.map(({ id }: { id: string }) => id)).toEqual(["site", "site/jobs"]);
  expect(await monitor(app)).toMatchObject({ found: [], unknown: [], code: 0 });
  const text = await run(app, ["stages", "--offline"]);
  expect(text.out).toContain(
    "`site`, `site/jobs` are at the root of the app `shop`, which all its stages share",
  );
}, 60_000);
