/**
 * A thousand resources in one stage, with blocks and with Alchemy's own functions: what the first
 * deploy takes, and one that changes nothing. Prints JSON.
 *
 * Each deploy is a process of its own against an account of its own; the two take turns, so that
 * whatever else the machine does meets both.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startCloudflare } from "../tests/cloudflare/index.ts";
import { summary } from "./measure.mjs";

const ROUNDS = Number(process.env.ROUNDS ?? 7);
const EACH = 250;
/** Redeploys in a row: each is short, so that one alone says little. */
const REDEPLOYS = 3;

const KINDS = {
  raw: ["raw.D1Database", "raw.R2Bucket", "raw.KVNamespace", "raw.Queue"],
  blocks: ["Database", "Bucket", "KV", "Queue"],
};

/** The same resources with the same names; a raw app writes the formula for them. */
function program(arm) {
  const declare = KINDS[arm].map((call, at) => {
    const key = call.includes("KV") ? "title" : "name";
    const options = arm === "raw" ? `{ ${key}: \`r${at}-\${i}-\${stage}\` }` : "";
    return `  await ${call}(\`r${at}-\${i}\`${options && `, ${options}`});`;
  });
  return `
import alchemy from "alchemy";
import * as raw from "alchemy/cloudflare";
import { Database, Bucket, KV, Queue } from "@alch/blocks";
const app = await alchemy("shop", { quiet: true, noTrack: true });
const stage = app.stage;
const started = performance.now();
const used = process.cpuUsage();
for (let i = 0; i < ${EACH}; i++) {
${declare.join("\n")}
}
await app.finalize();
const wall = performance.now() - started;
const { user, system } = process.cpuUsage(used);
console.log(JSON.stringify({ wall, cpu: (user + system) / 1000 }));
`;
}

class Deployment {
  constructor(folder, cloudflare) {
    this.folder = folder;
    this.cloudflare = cloudflare;
  }

  static async start(arm) {
    const temporary = join(import.meta.dir, ".tmp");
    await mkdir(temporary, { recursive: true });
    const folder = await mkdtemp(join(temporary, "scale-"));
    await writeFile(join(folder, "alchemy.run.ts"), program(arm));
    return new Deployment(folder, await startCloudflare());
  }

  /** Milliseconds from the first declaration to the end, by the clock and of the processors. */
  async deploy(stage) {
    const child = Bun.spawn([process.execPath, "alchemy.run.ts", "--stage", stage], {
      cwd: this.folder,
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        ...this.cloudflare.env,
        ALCHEMY_TELEMETRY_DISABLED: "1",
      },
      stdout: "pipe",
      stderr: "pipe",
    });
    const [output, errors, code] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    if (code !== 0) throw new Error(output + errors);
    return JSON.parse(output.trim().split("\n").at(-1));
  }

  async [Symbol.asyncDispose]() {
    await this.cloudflare.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

const median = (numbers) => summary(numbers).median;

async function measure(stage) {
  const times = { raw: { first: [], again: [] }, blocks: { first: [], again: [] } };
  for (let round = 0; round < ROUNDS; round++) {
    await using raw = await Deployment.start("raw");
    await using blocks = await Deployment.start("blocks");
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
  const compared = (what) => {
    const of = (arm, clock) => times[arm][what].map((time) => time[clock]);
    const ratio = (clock) => {
      const raw = of("raw", clock);
      return median(of("blocks", clock).map((time, at) => time / raw[at]));
    };
    return {
      raw: summary(of("raw", "wall")),
      blocks: summary(of("blocks", "wall")),
      ratio: ratio("wall"),
      ofProcessors: ratio("cpu"),
    };
  };
  return { stage, first: compared("first"), again: compared("again") };
}

const stages = process.argv.length > 2 ? process.argv.slice(2) : ["prod", "pr-7"];
const results = [];
for (const stage of stages) results.push(await measure(stage));
console.log(JSON.stringify({ resources: 4 * EACH, rounds: ROUNDS, stages: results }));
