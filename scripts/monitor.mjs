// Runs this repository's own monitor, and before it the build, where something has changed. The build
// runs the code of many packages, so variables that are called as secrets are do not come with it;
// on a machine that others share, build first, where there are no secrets at all.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "./run.mjs";

const SECRET = /TOKEN|SECRET|PASSWORD|PASSPHRASE|CREDENTIAL|API_KEY|KEY$/i;

/** As the monitor ends where it cannot run: 1 is for findings. */
const FAILED = 2;

function node(args, env) {
  const { status, error } = spawnSync(process.execPath, args, { cwd: root, env, stdio: "inherit" });
  if (error) console.error(error.message);
  return status ?? FAILED;
}

const harmless = Object.entries(process.env).filter(([name]) => !SECRET.test(name));
const built = node([join("scripts", "build.mjs")], Object.fromEntries(harmless)) === 0;
const main = join("dist-cli", "main.js");
const monitor = [main, "monitor", "--metrics", "metrics", ...process.argv.slice(2)];
process.exitCode = built ? node(monitor, process.env) : FAILED;
