// One call of a block, of the naive wrapper, and of Alchemy's own resources. Runs in the runtime that
// is measured; prints JSON.
import * as blocks from "@alch/blocks/core";
import { D1Database, KVNamespace, Queue, R2Bucket } from "alchemy/cloudflare";
import { inTurn } from "./measure.mjs";
import { loadNaive } from "./naive/load.mjs";
import { inScope, openScope, printJson } from "./scope.mjs";

const STAGE = "prod";
const ROUNDS = 100;
const CALLS = 1000;
const RESOURCES = 5;
/** Alchemy's resources that have state. The other two are plain objects. */
const TYPES = { D1Database, R2Bucket, KVNamespace, Queue };

const done = Promise.resolve();
const resource = () => done;
const options = { primaryLocationHint: "weur", adopt: true };

/** Milliseconds per call. */
function perCall(act) {
  const started = performance.now();
  for (let i = 0; i < CALLS; i++) act();
  return (performance.now() - started) / CALLS;
}

/** Milliseconds per resource, in a scope of its own. Called again, nothing has changed. */
function perResource(rootDir, make, prefix) {
  return inScope(openScope(rootDir, STAGE), async () => {
    const started = performance.now();
    for (let i = 0; i < RESOURCES; i++) {
      await make(`${prefix}-${i}`, {});
    }
    return (performance.now() - started) / RESOURCES;
  });
}

await printJson(async (rootDir) => {
  const naive = await loadNaive();
  // The naive wrapper reads the stage here, a block in its scope.
  process.env.STAGE = STAGE;
  const scope = openScope(rootDir, STAGE);
  const call = (block) => () =>
    inScope(scope, () => perCall(() => block("my-db", options, resource)));
  const samplers = { block: call(blocks.Database), naive: call(naive) };
  for (const [name, make] of Object.entries(TYPES)) {
    const sample = (round) => perResource(rootDir, make, `${name.toLowerCase()}-${round}`);
    samplers[`${name}, created`] = sample;
    samplers[`${name}, unchanged`] = sample;
  }
  return inTurn(samplers, ROUNDS);
});
