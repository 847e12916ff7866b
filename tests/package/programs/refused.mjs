// How many instances of WebAssembly there are after a call, and after calls that are refused; and what
// the first refusal gives where the module that makes its message cannot be made.
let instances = 0;
let fails = false;

WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct(target, args) {
    if (fails) throw new RangeError("instance");
    instances += 1;
    return new target(...args);
  },
});

const { Database } = await import("@alch/blocks/core");

const seen = [];
let reached = 0;

function attempt(name) {
  try {
    Database(name, { stage: "pr-7" }, () => {
      reached += 1;
    });
    seen.push([instances, reached]);
  } catch (error) {
    seen.push([instances, reached, error.name, error.message.split(" ")[0]]);
  }
}

attempt("my-app-db");
fails = true;
attempt("my db");
fails = false;
attempt("my db");
attempt("my.db");
attempt("other-db");
console.log(JSON.stringify(seen));
