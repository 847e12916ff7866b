// A runtime that makes no WebAssembly. Prints what two calls throw.
const refuse = () => new WebAssembly.CompileError("refused");
WebAssembly.Module = class {
  constructor() {
    throw refuse();
  }
};

const { stageSlug } = await import("@alch/blocks/naming");
const thrown = [1, 2].map(() => {
  try {
    return stageSlug("pr-7");
  } catch ({ name, message }) {
    return { error: name, message };
  }
});
console.log(JSON.stringify(thrown));
