// Deploys of 1,000 resources, with blocks and with Alchemy alone: the first one, and redeploys without
// changes. Runs in Bun; prints JSON.
import { Deployment, removeAll } from "./deployment.mjs";
import { summary } from "./measure.mjs";

const RUNS = 3;
/** Pairs of apps per run. `ROUNDS=1` shows quickly whether all of it works. */
const ROUNDS = Number(process.env.ROUNDS ?? 9);
const REDEPLOYS = 2;
/** In `pr-7`, rows of the state can make a name ambiguous, so the core reads each of them. */
const STAGES = ["prod", "pr-7"];
const EACH = 250;

const KINDS = {
  raw: ["D1Database", "R2Bucket", "KVNamespace", "Queue"],
  blocks: ["Database", "Bucket", "KV", "Queue"],
};
const IMPORTS = { raw: "alchemy/cloudflare", blocks: "@alch/blocks" };

/** A program. The raw one writes the names that the blocks compute. */
function program(arm) {
  const declare = KINDS[arm].map((call, at) => {
    const key = call.includes("KV") ? "title" : "name";
    const options = arm === "raw" ? `, { ${key}: \`r${at}-\${i}-\${app.stage}\` }` : "";
    return `  await ${call}(\`r${at}-\${i}\`${options});`;
  });
  return `
import alchemy from "alchemy";
import { ${KINDS[arm].join(", ")} } from "${IMPORTS[arm]}";
const app = await alchemy("shop", { quiet: true, noTrack: true });
for (let i = 0; i < ${EACH}; i++) {
${declare.join("\n")}
}
await app.finalize();
`;
}

/** Times of deploys. Those at the same place followed each other. */
async function measure(stage) {
  const times = { first: { raw: [], blocks: [] }, again: { raw: [], blocks: [] } };
  for (let round = 0; round < ROUNDS; round++) {
    await using raw = await Deployment.start(program("raw"));
    await using blocks = await Deployment.start(program("blocks"));
    const both = Object.entries({ raw, blocks });
    if (round % 2 === 1) both.reverse();
    for (let deploy = 0; deploy <= REDEPLOYS; deploy++) {
      const { [deploy === 0 ? "first" : "again"]: kept } = times;
      for (const [arm, app] of both) kept[arm].push(await app.deploy(stage));
    }
  }
  return times;
}

/** Two of three runs decide: the median of their ratios. */
function compared(runs, what) {
  const all = (arm) => summary(runs.flatMap((run) => run[what][arm]));
  const ratios = runs.map(({ [what]: { raw, blocks } }) => {
    return summary(blocks.map((time, at) => time / raw[at])).median;
  });
  return { raw: all("raw"), blocks: all("blocks"), ratios, ratio: summary(ratios).median };
}

const results = [];
try {
  for (const stage of STAGES) {
    const runs = [];
    for (let run = 0; run < RUNS; run++) runs.push(await measure(stage));
    results.push({ stage, first: compared(runs, "first"), again: compared(runs, "again") });
  }
} finally {
  await removeAll();
}
console.log(JSON.stringify(results));
