/** `destroy` and `stages` on other stores than files: rows are read and removed where they are. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { App, program } from "../support/program.ts";
import { destroy, held, run } from "./stage.ts";

setDefaultTimeout(120_000);

const REROUTE = `import ${JSON.stringify(join(import.meta.dir, "../cloudflare/workers-dev.ts"))};\n`;
const IMPORT =
  'import { CloudflareStateStore, D1StateStore, SQLiteStateStore } from "alchemy/state";\n';
const BODY = `
await raw.D1Database("db", { name: "db-" + stage, delete: true });
await alchemy.run("inner", () => raw.Queue("jobs", { name: "jobs-" + stage }));`;

const MODULE = ["--state-store", "./store.ts"];
const STORES: Record<string, { make: string; places: readonly string[]; own: string[] }> = {
  SQLite: {
    make: '(scope) => new SQLiteStateStore(scope, { engine: "bun" })',
    places: [],
    own: [],
  },
  D1: {
    make: "(scope) => new D1StateStore(scope)",
    places: MODULE,
    own: ["D1Database alchemy-state "],
  },
  "a Durable Object": {
    make: "(scope) => new CloudflareStateStore(scope)",
    places: MODULE,
    own: ["DurableObjectNamespace Store alchemy-state-service", "Worker alchemy-state-service "],
  },
};

test.concurrent.each(Object.keys(STORES))("state in %s", async (name) => {
  const { make, places, own } = STORES[name] as (typeof STORES)[string];
  await using app = await App.start();
  const env = { ALCHEMY_STATE_TOKEN: "state-token" };
  await app.write("store.ts", `${REROUTE}${IMPORT}export default ${make};\n`);
  const source = `${REROUTE}${program(BODY, "shop", `{ stateStore: ${make} }`)}`;
  for (const stage of ["pr-1", "pr-12"]) await app.deploy(stage, source, { env });
  const stages = async () => {
    const { out, error } = await run(app, ["stages", "--json", ...places], { env });
    expect(error).toBe("");
    const { stages } = JSON.parse(out) as { stages: { stage: string; resources: object }[] };
    return stages.map(({ stage, resources }) => `${stage} ${JSON.stringify(resources)}`);
  };
  const both = { database: 1, queue: 1 };
  expect(await stages()).toEqual(["pr-1", "pr-12"].map((one) => `${one} ${JSON.stringify(both)}`));
  const ended = await destroy(app, ["--stage", "pr-1", ...places], { env });
  expect(ended).toMatchObject({ code: 0, result: "destroyed" });
  expect(await stages()).toEqual([`pr-12 ${JSON.stringify(both)}`]);
  expect(held(app)).toEqual([...own, "D1Database db-pr-12 ", "Queue jobs-pr-12 "].sort());
  // The next deploy finds its neighbour as it was.
  const from = app.cloudflare.log.length;
  await app.deploy("pr-12", source, { env });
  const made = app.cloudflare.log.slice(from).filter(({ action }) => action === "create");
  expect(made).toEqual([]);
});
