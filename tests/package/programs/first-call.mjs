// When the core is compiled and started. Prints what it saw. The first argument is the entry, the
// second how it is compiled meanwhile: `early` calls before that has ended, `late` after, and
// `refused` when it has failed.
const [entry, how] = process.argv.slice(2);
const { Instance, compile } = WebAssembly;
let started = 0;
let ended;

WebAssembly.Instance = new Proxy(Instance, {
  construct(target, args) {
    started += 1;
    return new target(...args);
  },
});
WebAssembly.compile = (bytes) => {
  const compiling =
    how === "refused" ? Promise.reject(new WebAssembly.CompileError("refused")) : compile(bytes);
  ended = compiling.catch(() => {});
  return compiling;
};

const { physicalName, stageSlug } = await import(entry);
const beforeTheCall = started;
if (how !== "early") {
  await ended;
  // A rejection that nobody takes ends the process here.
  await new Promise((done) => setTimeout(done, 10));
}
const name = physicalName("database", "my-app-db", stageSlug("pr-7"));
await ended;
const after = physicalName("kv", "cache", "prod");
console.log(JSON.stringify({ beforeTheCall, started, name, after }));
