// Child processes that never outlive the demo.
import { spawn } from "node:child_process";
import { once } from "node:events";

const running = new Set();

/** Ends every child together with its own children, workerd for one. */
export function killAll() {
  for (const child of running) kill(child);
}

function kill(child) {
  running.delete(child);
  try {
    // Each child leads a group of its own.
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}

/** Starts a command in a group of its own; `output` holds what it has printed so far. */
export function start(command, args, options) {
  const child = spawn(command, args, { detached: true, stdio: "pipe", ...options });
  running.add(child);
  child.output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      child.output += text;
      child.emit("output");
    });
  }
  child.ended = new Promise((resolve, reject) => {
    child.once("error", (error) => reject(new Error(`\`${command}\`: ${error.message}`)));
    child.once("close", (code, signal) => {
      running.delete(child);
      resolve(signal ?? code);
    });
  });
  // It is looked at where somebody waits for it; until then it is no error of ours.
  child.ended.catch(() => {});
  return child;
}

/** Runs a command to its end and gives what it printed. */
export async function run(command, args, options) {
  const child = start(command, args, options);
  child.stdin.end();
  const code = await child.ended;
  if (code === 0) return child.output;
  throw new Error(`\`${args.join(" ")}\` ended with ${code}:\n${child.output}`);
}

/** Waits until the child prints what `pattern` matches. */
export async function printed(child, pattern, seconds) {
  const late = AbortSignal.timeout(seconds * 1000);
  const over = child.ended.then((code) => {
    throw new Error(`it ended with ${code}:\n${child.output}`);
  });
  over.catch(() => {});
  for (;;) {
    const match = pattern.exec(child.output);
    if (match) return match;
    const more = once(child, "output", { signal: late }).catch(() => {
      throw new Error(`nothing matched ${pattern} in ${seconds} s:\n${child.output}`);
    });
    await Promise.race([more, over]);
  }
}

/** Ends a child and waits until it is gone. */
export async function stop(child) {
  kill(child);
  await child.ended;
}
