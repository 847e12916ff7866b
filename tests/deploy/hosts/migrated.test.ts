/** Raw domains and routes, deployed, rewritten by `migrate` and deployed again: nothing moves. */
import { expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { cli } from "../../cli/cli.ts";
import { expectValid } from "../../cli/schemas.ts";
import { SCRIPT } from "../../support/program.ts";
import { attached, DESTROY, resolve, routed, started, TIME } from "./programs.ts";

const SOURCE = `import alchemy from "alchemy";
import { CustomDomain, Route, Worker } from "alchemy/cloudflare";

const app = await alchemy("shop", { quiet: true, noTrack: true });
const host = (label: string) =>
  app.stage === "prod" ? \`\${label}.example.com\` : \`\${label}-\${app.stage}.example.com\`;
const api = await Worker("api", {
  name: \`api-\${app.stage}\`, script: ${JSON.stringify(SCRIPT)}, url: false, adopt: true,
});
await CustomDomain("app", { name: host("app"), workerName: api.name });
await CustomDomain("all", { workerName: api.name, name: \`all-\${app.stage}.example.com\`, adopt: true });
await Route("paths", { pattern: \`\${host("app")}/api/*\`, script: api.name });
await Route("old", { script: api, pattern: \`old-\${app.stage}.example.com/*\`, adopt: true });
if (app.stage === "prod") {
  await CustomDomain("shop", { name: "shop.example.com", workerName: api.name });
}
await app.finalize();
`;
const STAGES = ["prod", "pr-1"];

const worker = (domain: string, host: string) => `import alchemy from "alchemy";
import { Worker } from "alchemy/cloudflare";
import { hostname } from "@alch/blocks/naming";

const app = await alchemy("shop", { quiet: true, noTrack: true });
await Worker("api", {
  name: \`\${app.stage}-api\`, script: ${JSON.stringify(SCRIPT)}, url: false,
  domains: [${domain}],
  routes: [\`\${${host}}/api/*\`],
});
await app.finalize();
`;

test(
  "what is said of a Worker's hostnames keeps them, and sends nothing for them",
  async () => {
    await using app = await started();
    resolve(app, "*.example.com");
    const by = (label: string) =>
      `app.stage === "prod" ? "${label}.example.com" : \`${label}-\${app.stage}.example.com\``;
    const before = worker(by("app"), by("www"));
    for (const stage of STAGES) await app.deploy(stage, before);
    const hosts = [attached(app), routed(app)];
    await app.write("source.ts", before);
    const ended = await cli(app.folder, ["migrate", "source.ts"]);
    const [, calls = ""] = /makes its hostnames as they are: (.*)/.exec(ended.out) ?? [];
    const [own, other] = [...calls.matchAll(/`(.*?)`/g)].map(([, call]) => call ?? "");
    expect([own, other]).toEqual([
      'hostname("app.example.com", app.stage)',
      'hostname("www.example.com", app.stage)',
    ]);
    const from = app.cloudflare.log.length;
    for (const stage of STAGES) await app.deploy(stage, worker(own ?? "", other ?? ""));
    expect([attached(app), routed(app)]).toEqual(hosts);
    const sent = app.changesSince(from).filter((call) => !call.includes("workers/scripts"));
    expect(sent).toEqual([]);
  },
  TIME,
);

test(
  "migrated blocks keep every hostname and send nothing",
  async () => {
    await using app = await started();
    resolve(app, "*.example.com");
    for (const stage of STAGES) await app.deploy(stage, SOURCE);
    const before = [attached(app), routed(app)];
    expect(Object.keys(before[0] ?? {})).toHaveLength(5);
    await app.write("source.ts", SOURCE);

    const ended = await cli(app.folder, ["migrate", "source.ts", "--write"]);
    expect(ended).toMatchObject({ code: 0, error: "" });
    expect(ended.out).toMatch(/keep +prod +domain all +all-prod\.example\.com\n/);
    expect(ended.out).toMatch(/keep +pr-1 +route paths +app-pr-1\.example\.com\/api\/\*\n/);
    const migrated = await readFile(join(app.folder, "source.ts"), "utf8");
    expect(migrated).toContain(`import { Domain, Route, Worker } from "@alch/blocks";`);
    expect(migrated).toContain(
      `await Domain("app", { name: "app.example.com", worker: api.name });`,
    );
    expect(migrated).not.toMatch(/CustomDomain|script: api|adopt: true \}/);

    const calls = app.cloudflare.log.length;
    for (const stage of STAGES) await app.deploy(stage, migrated);
    expect([attached(app), routed(app)]).toEqual(before);
    const sent = app.changesSince(calls).filter((call) => !call.includes("workers/scripts"));
    expect(sent).toEqual([]);
    await app.deploy("pr-1", migrated, { args: DESTROY });
    expect(Object.values(attached(app))).toEqual(["api-prod", "api-prod", "api-prod"]);
    const next = await cli(app.folder, ["migrate", "source.ts", "--json"]);
    expectValid("migrate", JSON.parse(next.out));
    expect(next.out).not.toContain(`"rewritten"`);
  },
  TIME,
);
