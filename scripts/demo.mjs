// Deploys examples/shop in four stages to a stand-in for Cloudflare, with the real Alchemy 0.94, and
// runs two of them in the real workerd. Then it deploys examples/shop-v2 to the same account with the
// real Alchemy 2. Needs no account, and leaves nothing behind.
import { rmSync } from "node:fs";
import { build } from "./build.mjs";
import { startAccount } from "./demo/account.mjs";
import { hostsOf, refuseTakeover } from "./demo/hosts.mjs";
import { runLocally } from "./demo/local.mjs";
import { bold, check, failed, red, say, secondsSince } from "./demo/print.mjs";
import { killAll } from "./demo/processes.mjs";
import { Project } from "./demo/project.mjs";
import { deployAgain, deployAll, destroyOne, STAGES } from "./demo/stages.mjs";
import { besideV2, ProjectV2 } from "./demo/v2.mjs";

const folders = [];

function project(account, Version = Project) {
  const made = new Version(account);
  folders.push(made.folder);
  return made;
}

/** Also runs where the demo fails or is interrupted; all of it is synchronous for that. */
function cleanUp() {
  killAll();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
}

async function demo() {
  const started = performance.now();
  say(bold("One program, four stages, one account."));
  say("The real Alchemy deploys examples/shop to a stand-in for the Cloudflare API, on");
  say("this machine. What is shown is what that account then holds.");
  const account = await startAccount();
  const shop = project(account);
  await account.addZone("example.com");
  await deployAll(account, shop);
  await hostsOf(account, STAGES);
  await refuseTakeover(account, shop, "preview");
  await deployAgain(account, shop, "prod");
  await runLocally(account, project(account), ["dev", "prod"]);
  await destroyOne(account, shop, "preview");
  await hostsOf(account, STAGES, "preview");
  await besideV2(account, project(account, ProjectV2));
  const unhandled = await account.unhandled();
  if (unhandled.length > 0) check(false, `the stand-in could not answer ${unhandled.join(", ")}`);
  const verdict = failed() === 0 ? "All as it should be" : red(`${failed()} checks failed`);
  say(`\n${bold(verdict)}, in ${secondsSince(started)}.`);
}

process.on("exit", cleanUp);
for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
]) {
  process.on(signal, () => process.exit(code));
}
try {
  await build({ cli: false });
  await demo();
  process.exit(failed() === 0 ? 0 : 1);
} catch (error) {
  console.error(`\n${red("The demo broke off:")} ${error.message}`);
  process.exit(1);
}
