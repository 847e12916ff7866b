// What every runtime and bundle must be able to do, without Alchemy. Prints what it saw.
import * as core from "@alch/blocks/core";
import * as naming from "@alch/blocks/naming";

const made = Promise.resolve("made");
const calls = [];
const resource = (id, options) => {
  calls.push({ id, options });
  return made;
};

function refusal(act) {
  try {
    return { passed: act() };
  } catch (error) {
    const own = error instanceof core.BlockError && error instanceof naming.BlockError;
    const { name, code } = error;
    return { name, code, own, error: error instanceof Error, stack: "stack" in error };
  }
}

const result = core.Database("my-app-db", { delete: false }, resource);
const thrown = new Error("from the callback");
const through = () => {
  throw thrown;
};

let passedThrough = false;
try {
  core.Bucket("files", {}, through);
} catch (error) {
  passedThrough = error === thrown;
}

console.log(
  JSON.stringify({
    version: naming.version(),
    calls: [...calls],
    samePromise: result === made,
    passedThrough,
    worker: naming.physicalName("worker", "api", "pr-123"),
    hashed: naming.physicalName("kv", "cache", "feature/x"),
    invalid: refusal(() => naming.physicalName("queue", "No Such Queue", "prod")),
    duplicate: refusal(() => core.Database("other", { name: "my-app-db" }, resource)),
    oneError: core.BlockError === naming.BlockError,
  }),
);
