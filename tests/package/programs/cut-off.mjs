// Calls that are cut off while the core starts, as where a stack ends: first as its table is made,
// then as it and the host get to know each other. Prints what each call gives, and how many
// instances were made.
const given = [];
let instances = 0;

WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct(target, args) {
    instances += 1;
    return new target(...args);
  },
});

/** Has the next `Class.prototype[key]` throw, which is a method or is read. */
function cutOff({ prototype }, key) {
  const own = Object.getOwnPropertyDescriptor(prototype, key);
  const part = own.get ? "get" : "value";
  const cut = () => {
    Object.defineProperty(prototype, key, own);
    throw new RangeError(key);
  };
  Object.defineProperty(prototype, key, { ...own, [part]: cut });
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
cutOff(WebAssembly.Table, "grow");
attempt(block);
attempt(version);
cutOff(WebAssembly.Memory, "buffer");
attempt(block);
attempt(block);
console.log(JSON.stringify({ given, instances }));
