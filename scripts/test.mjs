// Every test, from a fresh clone on. `npm test -- <filter>` builds and runs the TypeScript tests
// whose file name has `filter` in it; other arguments go to `bun test` as they are.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { build } from "./build.mjs";
import { root } from "./run.mjs";
import { runAll, total } from "./suites.mjs";

/** The sum of all numbers that `pattern` finds. */
function sum(output, pattern) {
  return [...output.matchAll(pattern)].reduce((all, [, number]) => all + Number(number), 0);
}

/** Rust's test runners, in WebAssembly too, print one line for each binary. */
const rust = (output) => ({
  passed: sum(output, /^test result: .*?(\d+) passed/gm),
  failed: sum(output, /^test result: .*?(\d+) failed/gm),
});

const bun = (output) => ({
  passed: sum(output, /^ *(\d+) pass$/gm),
  // An error outside of a test, in an import for one, is counted on its own.
  failed: sum(output, /^ *(\d+) fail$/gm) + sum(output, /^ *(\d+) errors?$/gm),
});

const types = (output) => {
  const failed = [...output.matchAll(/error TS\d+/g)].length;
  return { passed: failed === 0 ? 1 : 0, failed };
};

const filters = process.argv.slice(2);

const inBun = {
  name: "TypeScript tests (bun test)",
  command: "bun",
  // Some tests start whole deployments, and the slowest machine sets the limit.
  args: ["test", "--timeout", "120000", ...(filters.length > 0 ? filters : ["./tests"])],
  count: bun,
};

const inWasm = {
  name: "Rust tests in WebAssembly (wasm-pack test)",
  command: "wasm-pack",
  args: ["test", "--node", "--", "--test", "wasm"],
  count: rust,
};

const all = [
  { name: "Rust tests (cargo test)", command: "cargo", args: ["test", "--workspace"], count: rust },
  ...(existsSync(join(root, "tests", "wasm.rs")) ? [inWasm] : []),
  { name: "types (tsc)", command: "tsc", count: types },
  inBun,
];

async function main() {
  try {
    await build();
  } catch (error) {
    console.error(`could not build: ${error.message}`);
    return { passed: 0, failed: 1 };
  }
  return total(await runAll(filters.length > 0 ? [inBun] : all));
}

const { passed, failed } = await main();
process.exitCode = failed === 0 ? 0 : 1;
console.log(`\n${passed} passed, ${failed} failed`);
