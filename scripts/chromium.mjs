// The Chromium that pages are tested in: the dashboard and the playground.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { capture, run, step } from "./run.mjs";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Where it is: as `CHROMIUM_PATH` says, or on the `PATH`; nothing where there is none. */
export function chromiumPath() {
  if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH;
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram);
}

/** Installs it if it is missing: from Debian's packages, as root. */
export async function installChromium() {
  if (chromiumPath() !== undefined) return;
  const mayInstall = process.getuid?.() === 0 && capture("apt-get", ["--version"]) !== "";
  if (!mayInstall) {
    console.error("Chromium is missing, and the tests of pages need it: install it, or set");
    console.error("`CHROMIUM_PATH` to where it is");
    return;
  }
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const install = ["install", "-y", "--no-install-recommends", "chromium", "fonts-dejavu-core"];
  await step("installing Chromium (once)", async () => {
    await run("apt-get", ["update"], { env });
    await run("apt-get", install, { env });
  });
}
