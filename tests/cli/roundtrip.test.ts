/** Deployed raw, rewritten by the tool, deployed again: nothing is made, replaced or deleted. */
import { expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { data, fill } from "../support/data.ts";
import { App, SCRIPT } from "../support/program.ts";
import { cli } from "./cli.ts";

interface Pattern {
  body: string;
  /** Those that can hold it; all three if not given. */
  stages?: string[];
  /** The options that say whose the fixed names are, if there is no state. */
  args?: string[];
  /** Calls of the block that the rewritten program must have. */
  blocks: RegExp[];
  /** What the tool says that a deploy would do, beside what is tested for all. */
  outcomes?: RegExp[];
  helper?: string;
}

const ALL = ["prod", "preview", "pr-1"];

const STATEFUL = (name: (base: string) => string) => `
const db = await D1Database("db", { ${name("db").replace("KEY", "name")} });
const files = await R2Bucket("files", { ${name("files").replace("KEY", "name")} });
const kv = await KVNamespace("kv", { ${name("kv").replace("KEY", "title")} });
const queue = await Queue("queue", { ${name("queue").replace("KEY", "name")} });`;

const UNNAMED = `
const db = await D1Database("db");
const files = await R2Bucket("files");
const kv = await KVNamespace("kv");
const queue = await Queue("queue");`;

const worker = (bindings: string) => `
await Worker("api", {
  name: \`shop-api-\${app.stage}\`,
  script: ${JSON.stringify(SCRIPT)},
  adopt: true,
  bindings: { ${bindings} },
});`;

const PATTERNS: Record<string, Pattern> = {
  "a stage template": {
    body: STATEFUL((base) => `KEY: \`shop-${base}-\${app.stage}\``),
    blocks: [/\bDatabase\("db"/, /\bBucket\("files"/, /\bKV\("kv"/, /\bQueue\("queue"/],
  },
  "no name": {
    body: UNNAMED,
    blocks: [/\bDatabase\("db"/, /\bBucket\("files"/, /\bKV\("kv"/, /\bQueue\("queue"/],
  },
  "no name, in nested scopes": {
    body: `await alchemy.run("api", async () => { await alchemy.run("deep", async () => {${UNNAMED}
}); });`,
    blocks: [/\bDatabase\("db", \{ name: "shop-api-deep-db" \}/],
  },
  "a fixed literal, by the state": {
    body: STATEFUL((base) => `KEY: "legacy-${base}"`),
    stages: ["prod"],
    blocks: [/pin: \{ prod: "legacy-db" \}/, /pin: \{ prod: "legacy-queue" \}/],
  },
  "a fixed literal, by its owner": {
    body: STATEFUL((base) => `KEY: "legacy-${base}"`),
    stages: ["prod"],
    args: ["--state", "empty", "--owner-stage", "prod"],
    blocks: [/pin: \{ prod: "legacy-kv" \}/],
  },
  "a fixed literal that every stage adopts": {
    body: STATEFUL((base) => `KEY: "legacy-${base}", adopt: true`).replace(/\nconst queue.*/, ""),
    blocks: [/pin: \{.*preview: "legacy-db".*\}/],
  },
  "a workflow that is known by its class": {
    body: `
const flow = Workflow("flow", { className: "Onboarding" });${worker("flow")}`,
    stages: ["prod"],
    blocks: [/\bAlchemyWorkflow\("flow"/, /pin: \{ prod: "Onboarding" \}/],
  },
  "a workflow with the stage in its name": {
    body: `
const flow = Workflow("flow", { workflowName: \`flow-\${app.stage}\`, className: "Onboarding" });
${worker("flow")}`,
    blocks: [/\bAlchemyWorkflow\("flow"/],
  },
  "a queue with dead letters": {
    body: `
await Queue("dead", { name: \`shop-dead-\${app.stage}\` });
await Queue("queue", { name: \`shop-queue-\${app.stage}\`, dlq: \`shop-dead-\${app.stage}\` });`,
    blocks: [/\bQueue\("queue", \{ name: "shop-queue", dlq: "shop-dead" \}/],
  },
  "a name by the stage": {
    body: `
if (app.stage === "prod") await D1Database("db", { name: "shop" });
else await D1Database("db", { name: \`shop-\${app.stage}\` });`,
    blocks: [
      /if .* await Database\("db", \{ name: "shop", pin: \{ prod: "shop" \} \}/,
      /else await Database\("db", \{ name: "shop" \}/,
    ],
  },
  "durable objects": {
    body: `
const counter = DurableObjectNamespace("counter", { className: "Counter", sqlite: true });
const room = DurableObjectNamespace("room", { className: "Room", sqlite: true });
${worker("counter, room")}`,
    blocks: [/\bDurableObject\("counter"/, /\bDurableObject\("room"/],
    outcomes: [
      /keep +prod +durable-object counter +Counter\n/,
      /keep +pr-1 +durable-object room +Room\n/,
    ],
  },
  "a helper and a constant of another file": {
    body: `const kv = await make(PREFIX + "-kv", app.stage);\n`,
    helper: `
import { KVNamespace } from "alchemy/cloudflare";
export const PREFIX = "shop";
export const make = (base: string, stage: string) =>
  KVNamespace("kv", { title: \`\${base}-\${stage}\` });
`,
    blocks: [/\bKV\("kv"/],
  },
};

/** Forms that can stand in one program, so that they need few deploys. */
PATTERNS["custom resources, names by stage, references and a framework"] = {
  body: `
const Api = Resource("custom::Api", async function (_id, props) {
  if (this.phase === "delete") return this.destroy();
  const db = await D1Database("db");
  await KVNamespace("cache", { title: \`\${props.base}-\${app.stage}\` });
  return { ...props, db: db.name };
});
// Alchemy runs a custom resource only when something changes.
await Api("api", { base: "shop-api-cache", at: Date.now() });

function nameOf(stage) {
  switch (stage) {
    case "prod": return "shop-live";
    default: return \`shop-\${stage}\`;
  }
}
const titles = { prod: "sessions" };
const main = await D1Database("main", { name: nameOf(app.stage) });
const sessions = await KVNamespace("sessions", { title: titles[app.stage] ?? \`shop-sessions-\${app.stage}\` });
const files = await R2Bucket("files", { name: titles[app.stage] });
const one = await D1Database("one", app.stage === "prod" ? { name: "legacy-one" } : {});
const dead = await Queue("dead", { name: \`shop-dead-\${app.stage}\` });
const jobs = await Queue("jobs", { name: \`shop-jobs-\${app.stage}\`, dlq: dead });

const room = DurableObjectNamespace("room", { className: "Room", sqlite: true });
const roomPr = DurableObjectNamespace("room-pr", { className: "Counter", sqlite: true });
const flow = Workflow("flow", { workflowName: \`flow-\${app.stage}\`, className: "Onboarding" });
const host = await Worker("host", {
  name: \`shop-host-\${app.stage}\`,
  script: ${JSON.stringify(SCRIPT)},
  bindings: { room, roomPr, flow, jobs },
});
const far = Workflow("flow-ref", {
  workflowName: \`flow-\${app.stage}\`, className: "Onboarding", scriptName: host.name,
});
await Website("site", {
  name: \`shop-site-\${app.stage}\`, assets: "dist", bindings: { main, sessions, files, one, far },
});`,
  stages: ["prod", "pr-1"],
  blocks: [
    /\bDatabase\("db", \{ name: "shop-api-db" \}/,
    /\bKV\("cache", \{ title: `\$\{props\.base\}` \}/,
    /\bDatabase\("main", \{ name: "shop", pin: \{ prod: "shop-live" \} \}/,
    /\bKV\("sessions", \{ title: "shop-sessions", pin: \{ prod: "sessions" \} \}/,
    /\bBucket\("files", \{ name: "shop-files", pin: \{ prod: "sessions" \} \}/,
    /\bDatabase\("one", .*pin: \{ prod: "legacy-one" \}/,
    /\bQueue\("jobs", \{ name: "shop-jobs", dlq: dead \}/,
    /\bDurableObject\("room-pr"/,
    /\bAlchemyWorkflow\("flow"/,
    /\bWorkflow\("flow-ref"/,
    /\bWebsite\("site"/,
  ],
  outcomes: [
    /keep +prod +database db +shop-api-db-prod\n/,
    /keep +pr-1 +durable-object room-pr +Counter\n/,
    /keep +prod +workflow flow +flow-prod\n/,
  ],
};

function program({ body, helper }: Pattern): string {
  const all =
    "D1Database|R2Bucket|KVNamespace|Queue|Website|Worker|Workflow|DurableObjectNamespace";
  const used = new Set(body.match(new RegExp(`\\b(?:${all})(?=\\()`, "g")));
  const imports =
    used.size > 0 ? `import { ${[...used].join(", ")} } from "alchemy/cloudflare";` : "";
  return `import alchemy, { Resource } from "alchemy";
${imports}
${helper === undefined ? "" : `import { make, PREFIX } from "./helper.ts";`}
const app = await alchemy("shop", { quiet: true, noTrack: true });
${body}
await app.finalize();
`;
}

test.each(Object.keys(PATTERNS))(
  "%s",
  async (name) => {
    const pattern = PATTERNS[name] as Pattern;
    const stages = pattern.stages ?? ALL;
    await using app = await App.start();
    await app.write("empty/keep", "");
    await app.write("dist/index.html", "<h1>shop</h1>");
    if (pattern.helper !== undefined) await app.write("helper.ts", pattern.helper);
    for (const stage of stages) await app.deploy(stage, program(pattern));
    fill(app);
    const before = data(app);
    await app.write("source.ts", program(pattern));

    const paths = pattern.helper === undefined ? ["source.ts"] : ["source.ts", "helper.ts"];
    const ended = await cli(app.folder, ["migrate", ...paths, "--write", ...(pattern.args ?? [])]);
    expect(ended).toMatchObject({ code: 0, error: "" });
    expect(ended.out).not.toMatch(/^ +(refuse|replace|unknown)/m);
    for (const outcome of pattern.outcomes ?? []) expect(ended.out).toMatch(outcome);
    const read = (path: string) => readFile(join(app.folder, path), "utf8");
    const texts = (await Promise.all(paths.map(read))).join("\n");
    for (const block of pattern.blocks) expect(texts).toMatch(block);
    const again = await cli(app.folder, ["migrate", ...paths, "--json"]);
    expect(again.out).not.toContain(`"rewritten"`);

    const calls = app.cloudflare.log.length;
    for (const stage of stages) await app.deploy(stage, await read("source.ts"));
    expect(data(app)).toEqual(before);
    expect(app.cloudflare.deletions()).toEqual([]);
    // Alchemy uploads a Worker with its workflows in each deploy.
    const isUpload = (call: string) => /^(PUT|POST) (workers\/scripts|workflows)\//.test(call);
    expect(app.changesSince(calls).filter((call) => !isUpload(call))).toEqual([]);
  },
  120_000,
);
