// Builds and runs all tests. `npm test -- <part>` runs one of `PARTS`, and `npm test -- <filter>` the
// TypeScript tests whose path contains `filter`. Other arguments go to `bun test`: for instance,
// `npm test -- --update-timings` records how long each file takes.
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { build } from "./build.mjs";
import { root } from "./run.mjs";
import { setupForTests } from "./setup.mjs";
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

/** Runs files in parallel, each in a global scope of its own, and begins with those that take longest. */
const PARALLEL = [
  // Most files wait for processes that they start, so one more worker than processors keeps busy.
  `--parallel=${availableParallelism() + 1}`,
  "--timings=tests/timings.json",
  // Tests that run at once start a process each. More of them need more memory, not less time.
  "--max-concurrency=8",
  // Some tests start twenty deploys, and the slowest machine sets the limit.
  "--timeout=120000",
];

const inBun = (args, env) => ({
  name: "TypeScript tests (bun test)",
  command: "bun",
  args: ["test", ...PARALLEL, ...args],
  env,
  count: bun,
});

const inRust = (...args) => ({
  name: `Rust tests (cargo test ${args.join(" ")})`,
  command: "cargo",
  // Without it, one test that fails hides those of all later files.
  args: ["test", ...args, "--no-fail-fast"],
  count: rust,
});

const inWasm = {
  name: "Rust tests in WebAssembly (wasm-pack test)",
  command: "wasm-pack",
  args: ["test", "--node", "--", "--test", "wasm"],
  count: rust,
};

/** What `npm test -- <part>` runs. Arguments after the part go to `bun test`. */
const PARTS = {
  law: (rest) => [inRust("-p", "alch-blocks"), inBun(["./tests/blocks", ...rest])],
  check: (rest) => [inRust("-p", "alch-blocks-analyzer"), inBun(["./tests/cli", ...rest])],
  deploy: (rest) => [inBun(["./tests/deploy/", ...rest])],
  deploy2: (rest) => [inBun(["./tests/deploy2/", ...rest])],
  "all-faults": (rest) => {
    const files = ["deploy", "deploy2", "destroy", "sweep"].map(
      (of) => `./tests/${of}/faults.test.ts`,
    );
    return [inBun([...files, ...rest], { FAULTS: "all" })];
  },
};

const everything = () => [
  inRust("--workspace"),
  ...(existsSync(join(root, "tests", "wasm.rs")) ? [inWasm] : []),
  { name: "types (tsc)", command: "tsc", count: types },
  inBun(["./tests"]),
];

function chosen([first, ...rest]) {
  if (first === undefined) return everything();
  return Object.hasOwn(PARTS, first) ? PARTS[first](rest) : [inBun([first, ...rest])];
}

async function main() {
  try {
    await setupForTests();
    // A part is for working on it: it takes what was built quickly.
    await build({ quick: process.argv.length > 2 });
  } catch (error) {
    console.error(`could not build: ${error.message}`);
    return { passed: 0, failed: 1 };
  }
  return total(await runAll(chosen(process.argv.slice(2))));
}

const { passed, failed } = await main();
process.exitCode = failed === 0 ? 0 : 1;
console.log(`\n${passed} passed, ${failed} failed`);
