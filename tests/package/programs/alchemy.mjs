// All entries in one app of a real Alchemy, in local mode: no account is needed, nothing is sent.
import * as blocks from "@alch/blocks";
import * as core from "@alch/blocks/core";
import * as naming from "@alch/blocks/naming";
import alchemy from "alchemy";

await alchemy("shop", {
  stage: "pr-7",
  local: true,
  noTrack: true,
  quiet: true,
  password: "for local state only",
});

const database = await blocks.Database("db");
const flow = blocks.AlchemyWorkflow("Signup");

let refused;
try {
  await core.Database("other", { name: "db" }, () => "made");
} catch (error) {
  refused = { code: error.code, own: error instanceof blocks.BlockError };
}

console.log(
  JSON.stringify({
    version: blocks.version(),
    database: { type: database.type, name: database.name },
    flow: { workflowName: flow.workflowName, className: flow.className },
    stage: naming.resolveStage(),
    refused,
    oneError: blocks.BlockError === core.BlockError && core.BlockError === naming.BlockError,
  }),
);
