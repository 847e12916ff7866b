/** Programs and reasons that several entries have. */
import { join } from "node:path";
import { COUNTER, FLOW, worker } from "../holes.ts";
import type { Step } from "./follow.ts";

export const NOTHING = "Alchemy stores no such text, so that nothing is deployed under it";

export const KV = 'await KV("kv");';

/** Disarming is a command, and no edit of a program. */
export const ARMED =
  "`state disarm` renames the row of a stage, and has its own tests; an import adds the guard";

export const db = (options = "") => `await Database("db", { ${options} });`;

export const kvRow = (state: string) => join(state, "shop", "pr-1", "kv.json");

export const HELD = { text: `${FLOW}\n${worker("flow")}` };

export const prod = (text: string, ends = "well"): Step => ({ stage: "prod", text, ends });

export const FIXED = 'await raw.D1Database("db", { name: "main" });';

export const ADOPTED = 'await raw.D1Database("db", { name: "main", adopt: true });';

export const STAGED = '"main-" + stage';

export const own = (name: string, id = "api") =>
  `${COUNTER}\n${worker("counter", id, `name: ${name},`)}`;

/** A preview gives a name of its own to the Worker that production has made, and production follows. */
export const renamedWorker = (name: string) => ({
  steps: [
    { text: own(name), ends: "owned-elsewhere" },
    { text: `createBlocks({ release: ["api"] });\n${own(name, "web")}` },
    { flags: ["destroy"] as const },
    prod(own(name)),
  ],
  // Production's own has another name now, and its objects.
  gone: ["DurableObjectNamespace main/Counter", "Worker main"],
});

const ZONED = "it needs a zone: `tests/deploy/hosts/analysed.test.ts`";
/** The findings of `check` about hostnames. */
export const HOSTS = { "fixed-host": ZONED, "adopt-route": ZONED, "route-swallows": ZONED };
