// When the core is started, and that a start which fails is tried again. Prints what it saw. The
// first argument is the entry; with `fails` as the second, the first instance cannot be made.
const [entry, fails] = process.argv.slice(2);
let started = 0;

WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct(target, args) {
    started += 1;
    if (fails && started === 1) throw new RangeError("no instance");
    return new target(...args);
  },
});

const { physicalName, stageSlug } = await import(entry);
const beforeTheCall = started;
let failed = "";
try {
  stageSlug("pr-7");
} catch (error) {
  failed = error.message;
}
const name = physicalName("database", "my-app-db", stageSlug("pr-7"));
console.log(JSON.stringify({ beforeTheCall, failed, started, name }));
