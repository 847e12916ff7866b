// The first and the thousandth name of one kind in a scope. Runs in the runtime that is measured;
// prints JSON.
import { Database, KV } from "@alch/blocks/core";
import { inTurn } from "./measure.mjs";
import { inScope, openScope, printJson } from "./scope.mjs";

const ROUNDS = 300;
const WARM_CALLS = 100;

const done = Promise.resolve();
const resource = () => done;

/** Milliseconds for a new name in a scope that has `count` names of this kind. */
function newName(rootDir, count) {
  return inScope(openScope(rootDir, "prod"), () => {
    for (let i = 0; i < count; i++) Database(`shop-orders-${i}`, {}, resource);
    // Calls of another kind register the scope and warm the caches.
    for (let i = 0; i < WARM_CALLS; i++) KV("shop-sessions", {}, resource);
    const started = performance.now();
    Database("shop-invoices", {}, resource);
    return performance.now() - started;
  });
}

await printJson((rootDir) => {
  const samplers = { first: () => newName(rootDir, 0), thousandth: () => newName(rootDir, 999) };
  return inTurn(samplers, ROUNDS);
});
