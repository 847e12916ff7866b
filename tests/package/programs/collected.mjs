// Whether an app that is gone leaves anything to the next: the first call that could tell the core of
// it is refused while it is read. Prints what the calls after it give.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Database } from "@alch/blocks/core";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");

let active;
globalThis.__ALCHEMY_SCOPE__ = { getScope: () => active };

function enter(app) {
  const store = () => ({});
  const scope = {
    stage: "pr-7",
    chain: [app, "pr-7"],
    children: new Map(),
    resources: new Map(),
    fail() {},
  };
  active = Object.assign(scope, { root: scope, state: store(), stateStore: store });
  return scope;
}

const resource = (_, options) => options.name;
const seen = [];

function attempt(...args) {
  try {
    seen.push(Database(...args, resource));
  } catch (error) {
    seen.push(error.code ?? `${error}`);
  }
}

let gone = 0;
const registry = new FinalizationRegistry(() => {
  gone += 1;
});

const APPS = 50;
for (let i = 0; i < APPS; i++) {
  registry.register(enter(`app-${i}`));
  attempt("one", { name: "shared" });
}
active = undefined;
const turn = () => new Promise((resolve) => setImmediate(resolve));
// The last of them may still be held by the machine.
while (gone < APPS - 1) {
  collect();
  await turn();
}
// Each registry is notified in its own turn, and that of the package may come after this one.
for (let i = 0; i < 20; i++) await turn();
seen.length = 0;
const kept = [enter("refused")];
attempt("one", { pin: 5 });
for (let i = 0; i < APPS; i++) {
  kept.push(enter(`next-${i}`));
  attempt("two", { name: "shared" });
}
console.log(
  JSON.stringify({ first: seen[0], others: [...new Set(seen.slice(1))], kept: kept.length }),
);
