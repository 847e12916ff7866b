// A runtime that makes no WebAssembly. Prints what two calls throw.
const refuse = () => new WebAssembly.CompileError("refused");
WebAssembly.Module = class {
  constructor() {
    throw refuse();
  }
};
WebAssembly.compile = () => Promise.reject(refuse());

const { stageSlug } = await import("@alch/blocks/naming");
await new Promise((done) => setTimeout(done, 10));
const thrown = [1, 2].map(() => {
  try {
    return stageSlug("pr-7");
  } catch ({ name, message }) {
    return { error: name, message };
  }
});
console.log(JSON.stringify(thrown));
