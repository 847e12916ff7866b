/**
 * What deploys take with blocks and with Alchemy's own functions: of the example, and of a thousand
 * resources in one stage; the first deploy, and one that changes nothing. Prints JSON.
 *
 * Each deploy is a process of its own against an account of its own; the two take turns, so that
 * whatever else the machine does meets both.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Deployment, removeAll } from "./deploys/deployment.mjs";
import { summary } from "./measure.mjs";

const ROUNDS = Number(process.env.ROUNDS ?? 15);
const EACH = 250;
/** Redeploys in a row: each is short, so that one alone says little. */
const REDEPLOYS = 2;

const SHOP = join(import.meta.dirname, "..", "examples", "shop");

const KINDS = {
  raw: ["D1Database", "R2Bucket", "KVNamespace", "Queue"],
  blocks: ["Database", "Bucket", "KV", "Queue"],
};
const IMPORTS = { raw: "alchemy/cloudflare", blocks: "@alch/blocks" };

/** The same resources with the same names; a raw app writes the formula for them. */
function thousand(arm) {
  const declare = KINDS[arm].map((call, at) => {
    const key = call.includes("KV") ? "title" : "name";
    const options = arm === "raw" ? `{ ${key}: \`r${at}-\${i}-\${stage}\` }` : "";
    return `  await ${call}(\`r${at}-\${i}\`${options && `, ${options}`});`;
  });
  return `
import alchemy from "alchemy";
import { ${KINDS[arm].join(", ")} } from "${IMPORTS[arm]}";
const app = await alchemy("shop", { quiet: true, noTrack: true });
const stage = app.stage;
const started = performance.now();
for (let i = 0; i < ${EACH}; i++) {
${declare.join("\n")}
}
await app.finalize();
console.log(JSON.stringify({ declaring: performance.now() - started }));
`;
}

const APPS = [
  {
    name: "the example",
    stages: ["prod"],
    template: SHOP,
    raw: await readFile(join(import.meta.dirname, "deploys", "shop-raw.run.ts"), "utf8"),
    blocks: await readFile(join(SHOP, "alchemy.run.ts"), "utf8"),
  },
  {
    name: `${4 * EACH} resources`,
    // In the second, rows of the state can make a name ambiguous: each is told to the core.
    stages: ["prod", "pr-7"],
    raw: thousand("raw"),
    blocks: thousand("blocks"),
  },
];

async function measure({ template, ...programs }, stage) {
  const times = { raw: { first: [], again: [] }, blocks: { first: [], again: [] } };
  for (let round = 0; round < ROUNDS; round++) {
    await using raw = await Deployment.start(programs.raw, template);
    await using blocks = await Deployment.start(programs.blocks, template);
    const both = [
      ["raw", raw],
      ["blocks", blocks],
    ];
    if (round % 2 === 1) both.reverse();
    for (const [arm, app] of both) times[arm].first.push(await app.deploy(stage));
    for (let again = 0; again < REDEPLOYS; again++) {
      for (const [arm, app] of both) times[arm].again.push(await app.deploy(stage));
    }
  }
  return { first: compared(times, "first"), again: compared(times, "again") };
}

/** Ratios are of deploys that followed one another. */
function compared({ raw, blocks }, what) {
  const ratio = (clock) => {
    const all = blocks[what].map((time, at) => time[clock] / raw[what][at][clock]);
    return summary(all).median;
  };
  const whole = (arm) => summary(arm[what].map((time) => time.whole));
  return {
    raw: whole(raw),
    blocks: whole(blocks),
    whole: ratio("whole"),
    ...(raw[what][0].declaring === undefined ? {} : { declaring: ratio("declaring") }),
    processors: ratio("cpu"),
  };
}

const results = [];
try {
  for (const app of APPS) {
    for (const stage of app.stages) {
      results.push({ name: app.name, stage, ...(await measure(app, stage)) });
    }
  }
} finally {
  await removeAll();
}
console.log(JSON.stringify(results));
