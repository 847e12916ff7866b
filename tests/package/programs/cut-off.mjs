// Calls that are cut off while the core starts, as where a stack ends: first as its instance is made,
// then as it and the host get to know each other. Prints what each call gives, and how many
// instances were made.
const given = [];
let instances = 0;

WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct(target, args) {
    instances += 1;
    if (instances === 1) throw new RangeError("instance");
    return new target(...args);
  },
});

/** Has the next read of `Class.prototype[key]` throw. */
function cutOff({ prototype }, key) {
  const own = Object.getOwnPropertyDescriptor(prototype, key);
  const cut = () => {
    Object.defineProperty(prototype, key, own);
    throw new RangeError(key);
  };
  Object.defineProperty(prototype, key, { ...own, get: cut });
}

const { Database, version } = await import("@alch/blocks/core");

function attempt(act) {
  try {
    given.push(act());
  } catch (error) {
    given.push(`${error}`);
  }
}

const block = () => Database("my-app-db", { stage: "pr-7" }, (_, options) => options);
attempt(block);
attempt(version);
cutOff(WebAssembly.Memory, "buffer");
attempt(block);
attempt(block);
console.log(JSON.stringify({ given, instances }));
