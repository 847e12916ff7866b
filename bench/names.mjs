/**
 * Names in bulk: `physicalNames` beside a template and other tools that make names. Runs in Bun and
 * prints JSON: what a name takes, and what the names hold to.
 *
 * With `--names` it prints the names of the adversarial pairs alone, for another process to compare.
 */
import { summary } from "./measure.mjs";
import { guarantees, namesOf, repeatedOfLong } from "./names/guarantees.mjs";
import { adversarialPairs, longPairs, ordinaryBases, ordinaryStages } from "./names/pairs.mjs";
import { tools } from "./names/tools.mjs";

const ROUNDS = Number(process.env.ROUNDS ?? 5);
const BASES = 20_000;
const STAGES = 50;
const LONG = 10_000;

/** Engines put a template together only once somebody reads it, so every name is read. */
function read(names) {
  let sum = 0;
  for (const name of names) sum += name.charCodeAt(0);
  return sum;
}

/** Milliseconds for a name. A tool has a new app each time, for some keep what they have made. */
function measure({ open, few }, bases, stages) {
  const prepare = open("bucket");
  const own = few ? stages.slice(0, STAGES / 10) : stages;
  const makes = own.map((stage) => prepare(bases, stage));
  Bun.gc(true);
  const started = performance.now();
  for (const make of makes) read(make());
  return (performance.now() - started) / (bases.length * own.length);
}

/** The tools take turns; the first round warms up. */
function times() {
  const bases = ordinaryBases(BASES);
  const stages = ordinaryStages(STAGES);
  const measured = tools.map(() => []);
  for (let round = -1; round < ROUNDS; round++) {
    for (const [i, tool] of tools.entries()) {
      const time = measure(tool, bases, stages);
      if (round >= 0) measured[i].push(time);
    }
  }
  return measured.map(summary);
}

async function namesElsewhere() {
  const child = Bun.spawn([process.execPath, import.meta.path, "--names"], { stdout: "pipe" });
  const text = await new Response(child.stdout).text();
  if ((await child.exited) !== 0) throw new Error("the names could not be made a second time");
  return JSON.parse(text);
}

const pairs = adversarialPairs();
const names = () => tools.map((tool) => namesOf(tool, pairs));

async function main() {
  // First, while nothing has been refused: that leaves its marks on how code is compiled.
  const measured = times();
  const again = await namesElsewhere();
  const here = names();
  const long = longPairs(LONG);
  const ofLong = tools.map((tool) => repeatedOfLong(tool, long));
  const results = tools.map(({ name, few = false, ours = false }, i) => ({
    name,
    ours,
    names: BASES * (few ? STAGES / 10 : STAGES),
    time: measured[i],
    kinds: guarantees(here[i], again[i], pairs),
    ofLong: ofLong[i],
  }));
  return { bases: BASES, pairs: pairs.length, long: LONG, tools: results };
}

console.log(JSON.stringify(process.argv.includes("--names") ? names() : await main()));
// What Alchemy has started would keep the process.
process.exit();
