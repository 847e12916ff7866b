// Runs commands one after the other, showing their output as it comes, and says at the end how
// each went. One that fails does not keep the others from running.
import { spawn } from "node:child_process";
import { stripVTControlCharacters } from "node:util";
import { env as base, root } from "./run.mjs";

const terminal = process.stdout.isTTY;
/** Tools print no colours into a pipe unless an option asks for them. */
const colours = terminal ? { CARGO_TERM_COLOR: "always", FORCE_COLOR: "1" } : {};

const bold = (text) => (terminal ? `\x1b[1m${text}\x1b[0m` : text);

/** Runs one command to its end; gives its exit code and, without colours, what it printed. */
function watch({ command, args = [], env }) {
  return new Promise((resolve) => {
    const options = { cwd: root, env: { ...base, ...colours, ...env } };
    const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const pass = (to) => (data) => {
      output += data;
      to.write(data);
    };
    child.stdout.on("data", pass(process.stdout));
    child.stderr.on("data", pass(process.stderr));
    child.on("error", (error) => resolve({ code: 1, output: error.message }));
    child.on("close", (code) => resolve({ code, output: stripVTControlCharacters(output) }));
  });
}

/** How many passed and failed; a suite without a `count` is one test. */
function counted({ count }, { code, output }) {
  const found = count?.(output) ?? { passed: code === 0 ? 1 : 0, failed: 0 };
  // A runner that fails before it can count, by not compiling for one, must not pass for clean.
  if (code !== 0 && found.failed === 0) found.failed = 1;
  return found;
}

/** Runs all `suites` of `{ name, command, args, env, count }` and prints what became of each. */
export async function runAll(suites) {
  const results = [];
  for (const suite of suites) {
    console.log(`\n${bold(`── ${suite.name} ──`)}`);
    const started = Date.now();
    const done = await watch(suite);
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    results.push({ name: suite.name, seconds, ...counted(suite, done) });
    if (done.code !== 0)
      console.log(
        `${suite.name} ended with ${done.code}: ${done.output ? "see above" : "no output"}`,
      );
  }
  summarise(results);
  return results;
}

function summarise(results) {
  const width = Math.max(...results.map(({ name }) => name.length));
  console.log(`\n${bold("── summary ──")}`);
  for (const { name, seconds, passed, failed } of results) {
    const mark = failed === 0 ? "✓" : "✗";
    console.log(
      `${mark} ${name.padEnd(width)}  ${passed} passed, ${failed} failed  (${seconds} s)`,
    );
  }
}

export function total(results) {
  const sum = (key) => results.reduce((all, result) => all + result[key], 0);
  return { passed: sum("passed"), failed: sum("failed") };
}
