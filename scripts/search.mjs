// Searches for ways to lose data: random programs and edits, deployed by the real Alchemy on the
// stand-in. `npm run search -- --edits 20000 [--seed 1] [--path 3:0:1] [--skip <pattern>]` builds what
// has changed, prints each kind of fault with its least case, and goes on. `--skip` passes over the kinds
// that a regular expression matches; `--seed` with `--path` plays one case again. The seed is another one
// each day.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "./build.mjs";
import { root } from "./run.mjs";

/** A process for so many edits: what the real Alchemy keeps of each run is freed at its end. */
const CHUNK = 20_000;

const NUMBER = { type: "string" };
const { values } = parseArgs({
  options: {
    edits: { ...NUMBER, default: "20000" },
    seed: { ...NUMBER, default: String(Math.floor(Date.now() / 86_400_000)) },
    path: NUMBER,
    skip: NUMBER,
  },
});

function escaped(text) {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** Runs one process, shows what it prints, and gives the kinds of faults that it has found. */
function search(edits, seed, skip) {
  const env = { ...process.env, SEARCH_EDITS: String(edits), SEARCH_SEED: String(seed) };
  if (values.path !== undefined) env.SEARCH_PATH = values.path;
  if (skip.length > 0) env.SEARCH_SKIP = skip.join("|");
  const bun = join(root, "node_modules", ".bin", process.platform === "win32" ? "bun.exe" : "bun");
  const child = spawn(bun, [join("tests", "search", "long.ts")], {
    cwd: root,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
    process.stdout.write(chunk);
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      if (code !== 0 && code !== 1) reject(new Error(`the search ended with ${code}`));
      else resolve([...output.matchAll(/^FOUND (.*)$/gm)].map(([, kind]) => kind));
    });
  });
}

await build({ quick: true, cli: false });
console.log(`seed ${values.seed}`);
const skip = values.skip === undefined ? [] : [values.skip];
let found = 0;
for (let done = 0; done < Number(values.edits); done += CHUNK) {
  const edits = Math.min(CHUNK, Number(values.edits) - done);
  const kinds = await search(edits, Number(values.seed) + done, skip);
  found += kinds.length;
  skip.push(...kinds.map((kind) => `^${escaped(kind)}$`));
  if (values.path !== undefined) break;
}
console.log(`\n${found} kinds of faults in all`);
process.exitCode = found === 0 ? 0 : 1;
