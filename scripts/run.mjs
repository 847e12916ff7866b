// Child processes and progress for the scripts: arguments are never put through a shell.
import { spawn, spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const path = [join(root, ".tools", "bin"), join(root, "node_modules", ".bin"), process.env.PATH];
export const env = { ...process.env, PATH: path.join(process.platform === "win32" ? ";" : ":") };

/** Runs a command to its end; its output is shown only if it fails, or as it comes with `show`. */
export function run(command, args, options = {}) {
  const { show = false, ...rest } = options;
  return new Promise((resolve, reject) => {
    const stdio = show ? "inherit" : ["ignore", "pipe", "pipe"];
    const child = spawn(command, args, { cwd: root, env, stdio, ...rest });
    let output = "";
    child.stdout?.on("data", (data) => (output += data));
    child.stderr?.on("data", (data) => (output += data));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code === 0) return resolve(output);
      if (!show) process.stderr.write(output);
      reject(new Error(`\`${command} ${args.join(" ")}\` ended with ${signal ?? code}`));
    });
  });
}

/** What a command prints, or nothing where it cannot be run. */
export function capture(command, args) {
  const done = spawnSync(command, args, { cwd: root, env, encoding: "utf8" });
  return done.status === 0 ? done.stdout : "";
}

/** The step on the last line of a terminal, while that line has no end. */
let open;

/** Says what goes on and how long it took. Steps may run at the same time. */
export async function step(what, act) {
  const started = Date.now();
  const own = Symbol(what);
  const live = process.stderr.isTTY;
  process.stderr.write(live ? `${open ? "\n" : ""}· ${what} …` : `· ${what}\n`);
  open = own;
  const result = await act();
  const took = `${((Date.now() - started) / 1000).toFixed(1)} s`;
  const start = open === own ? "\r" : open ? "\n" : "";
  process.stderr.write(live ? `${start}✓ ${what} (${took})\x1b[K\n` : `✓ ${what}: ${took}\n`);
  open = undefined;
  return result;
}
