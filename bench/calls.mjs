// What a block costs beside what it wraps. Runs in the runtime that is measured; prints JSON.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as blocks from "@alch/blocks/core";
import { Scope } from "alchemy";
import * as cloudflare from "alchemy/cloudflare";
import { sideBySide, summary } from "./measure.mjs";
import { loadNaive } from "./naive/load.mjs";

const STAGE = "bench";
const RESOURCES = 200;
const DISTINCT = 1000;

const done = Promise.resolve();
const resource = () => done;

/** A scope as `alchemy("shop", { stage, local: true })` makes it, with state below `rootDir`. */
function inScope(rootDir, act) {
  const common = { phase: "up", noTrack: true, quiet: true, local: true, rootDir, stage: STAGE };
  const app = new Scope({ ...common, parent: null, scopeName: "shop" });
  const scope = new Scope({ ...common, parent: app, scopeName: STAGE });
  return Scope.storage.run(scope, act);
}

/** The formula that the blocks stand for, as it would be written in an app. */
function formula(name, opts) {
  const stage = process.env.STAGE || "dev";
  return resource(name, { ...opts, name: `${opts.name ?? name}-${stage}` });
}

const stageOnce = process.env.STAGE || "dev";
function formulaOnce(name, opts) {
  return resource(name, { ...opts, name: `${opts.name ?? name}-${stageOnce}` });
}

const options = { primaryLocationHint: "weur", adopt: true };

function repeated(naive) {
  const acts = {
    block: () => blocks.Database("my-db", options, resource),
    formula: () => formula("my-db", options),
    formulaOnce: () => formulaOnce("my-db", options),
    naive: () => naive("my-db", options, resource),
  };
  return sideBySide(acts, { rounds: 200, batch: 1000 });
}

/** Each call declares another database, so that the guard has ever more to compare. */
function distinct() {
  const ids = Array.from({ length: DISTINCT }, (_, i) => `db${i}-${i % 7}`);
  const started = performance.now();
  for (const id of ids) blocks.Database(id, options, resource);
  return (performance.now() - started) / DISTINCT;
}

/** Milliseconds for each of many resources of Alchemy's, in a scope that no block has touched. */
function resources(rootDir, make, prefix) {
  return inScope(rootDir, async () => {
    const times = [];
    for (let i = 0; i < RESOURCES; i++) {
      const started = performance.now();
      await make(`${prefix}-${i}`, {});
      times.push(performance.now() - started);
    }
    return summary(times);
  });
}

async function alchemy(rootDir) {
  const { D1Database, R2Bucket, KVNamespace, Queue } = cloudflare;
  const all = {};
  for (const [name, make] of Object.entries({ D1Database, R2Bucket, KVNamespace, Queue })) {
    await resources(rootDir, make, `warm-${name.toLowerCase()}`);
    const created = await resources(rootDir, make, name.toLowerCase());
    const unchanged = await resources(rootDir, make, name.toLowerCase());
    all[name] = { created, unchanged };
  }
  return all;
}

const rootDir = mkdtempSync(join(tmpdir(), "alch-blocks-bench-"));
process.env.STAGE = STAGE;
try {
  const naive = await loadNaive();
  const call = await inScope(rootDir, async () => repeated(naive));
  const first = [];
  // The first of them warms up; each has a scope, and so a run, of its own.
  for (let i = 0; i < 12; i++) first.push(await inScope(rootDir, async () => distinct()));
  const runtime = process.versions.bun ? `Bun ${process.versions.bun}` : `Node ${process.version}`;
  const answer = {
    runtime,
    call,
    distinct: summary(first.slice(1)),
    alchemy: await alchemy(rootDir),
  };
  console.log(JSON.stringify(answer));
} finally {
  rmSync(rootDir, { recursive: true, force: true });
}
process.exit();
