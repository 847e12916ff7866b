// The entries through `require`, and that `import` gives the same instance of them.
const core = require("@alch/blocks/core");
const naming = require("@alch/blocks/naming");

const refusals = [];
function attempt(act) {
  try {
    act();
  } catch (error) {
    refusals.push({ code: error.code, own: error instanceof naming.BlockError });
  }
}

import("@alch/blocks/core").then((imported) => {
  const made = core.Queue("jobs", {}, (_id, options) => options.name);
  attempt(() => core.physicalName("queue", "No Such Queue", "prod"));
  attempt(() => imported.Queue("other", { name: "jobs" }, () => "made"));
  const oneError = imported.BlockError === naming.BlockError;
  console.log(JSON.stringify({ version: naming.version(), made, refusals, oneError }));
});
