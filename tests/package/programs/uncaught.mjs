// Ends with a refusal that nobody catches; the first argument says which. With `logged` as the
// second it is caught and printed instead. Alchemy is real, in local mode: nothing is sent.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { Database, Queue } from "@alch/blocks";
import * as core from "@alch/blocks/core";
import { physicalName } from "@alch/blocks/naming";
import alchemy from "alchemy";

/** Starts an app in whose state there is one row. */
async function start(row, local = true) {
  const stage = ".alchemy/shop/pr-7";
  rmSync(".alchemy", { recursive: true, force: true });
  mkdirSync(stage, { recursive: true });
  const common = { fqn: `shop/pr-7/${row.id}`, seq: 1, data: {}, status: "created" };
  writeFileSync(`${stage}/${row.id}.json`, JSON.stringify({ ...common, ...row }));
  const password = "for local state only";
  return alchemy("shop", { stage: "pr-7", local, noTrack: true, quiet: true, password });
}

const database = {
  id: "db",
  kind: "cloudflare::D1Database",
  props: { name: "old-db" },
  output: { type: "d1", name: "old-db", id: "0001" },
};

const room = { type: "durable_object_namespace", id: "room", className: "Room" };
const worker = {
  id: "api",
  kind: "cloudflare::Worker",
  props: { name: "api-pr-7" },
  output: { name: "api-pr-7", bindings: { ROOM: room } },
};

// JavaScriptCore has no frame for a function that only returns what another one returns, so each of
// these does something after its call.
const acts = {
  async naming() {
    physicalName("queue", "No Such Queue", "prod"); // here: naming
    return "passed";
  },
  async block() {
    Queue("No Such Queue"); // here: block
    return "passed";
  },
  async core() {
    core.Queue("No Such Queue", {}, () => "made"); // here: core
    return "passed";
  },
  async guard() {
    await start(database);
    const pending = Database("db"); // here: guard
    await pending;
    return "passed";
  },
  async orphan() {
    // A local run would leave the row alone. It is refused before any call.
    const app = await start(worker, false);
    await app.finalize(); // here: orphan
    return "passed";
  },
};

const [act, how] = process.argv.slice(2);
try {
  await acts[act]();
} catch (error) {
  if (how !== "logged") throw error;
  console.error(error);
}
