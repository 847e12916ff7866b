/** What `plan` and `check` say of hostnames is what the real Alchemy does. */
import { beforeAll, expect, test } from "bun:test";
import type { DeclaredHost, Report } from "../../../ts/cli/analyse/report.ts";
import { type Analyser, analyser, FILE } from "../../plan/compare.ts";
import type { App } from "../../support/program.ts";
import {
  alone,
  answers,
  attached,
  DESTROY,
  resolve,
  routed,
  started,
  TIME,
  withBlocks,
  worker,
} from "./programs.ts";

const STAGES = ["prod", "pr-1", "feature-of-a-long-branch"];
const LONG = "a-label-that-is-so-long-that-a-stage-does-not-fit-behind-it";

let reader: Analyser;
beforeAll(async () => {
  reader = await analyser();
});

function reported(text: string, stages: readonly string[]): Report {
  return JSON.parse(reader.link([reader.parse(FILE, text)], JSON.stringify({ stages })));
}

/** The codes of findings about hostnames. */
function found(text: string, stages = ["prod", "pr-1"]): string[] {
  const { findings } = reported(text, stages);
  return findings.flatMap(({ code }) => (/host|route/.test(code) ? [code] : []));
}

/** The hostnames or patterns of a stage, and the scripts that they lead to. */
function planned(hosts: readonly DeclaredHost[], type: DeclaredHost["type"], stage: string) {
  const named = hosts.flatMap((one) => (one.type === type ? (one.names[stage] ?? []) : []));
  return Object.fromEntries(named.map(({ name, script }) => [name, script]));
}

const EVERYTHING = withBlocks(`
const live = createBlocks({ bare: "live", previewDomain: "example.dev" });
await Domain("app.example.com", { worker: api });
await Domain("site", { name: "example.com", worker: api.name, pin: { "pr-1": "site.example.com" } });
await Domain("${LONG}.example.com", { worker: api });
await live.Domain("www.example.com", { worker: api });
await Route("app.example.com/api/*", { worker: api });
await Route("old", { pattern: "https://Old.example.com/V1/*", worker: "api-" + stage });
await raw.CustomDomain("docs", {
  name: blocks.hostname("docs.example.com", stage, { bare: "live" }),
  workerName: api.name,
});
if (stage === "prod") await raw.Route("all", { pattern: "*.example.com/all", script: api });
const slug = blocks.stageSlug(stage);
await raw.Worker("web", {
  script: "export default {}", url: false,
  domains: [
    ...(stage === "prod" ? ["shop.example.com"] : []),
    stage === "prod" ? "web.example.com" : \`web-\${slug}.example.com\`,
  ],
  routes: stage === "prod" ? [] : [{ pattern: \`w-\${slug}.example.com/*\` }, \`v-\${slug}.example.com/\`],
});`);

test(
  "a plan has the hostnames that Alchemy attaches, and the scripts",
  async () => {
    await using app = await started();
    app.account.zones.add("example.dev");
    resolve(app, "*.example.com");
    const { hosts } = reported(EVERYTHING, STAGES);
    expect(hosts.flatMap(({ undecided }) => undecided ?? [])).toEqual([]);
    const domains: Record<string, string | null> = {};
    const routes: Record<string, string | null> = {};
    for (const stage of STAGES) {
      await app.deploy(stage, EVERYTHING);
      Object.assign(domains, planned(hosts, "domain", stage));
      Object.assign(routes, planned(hosts, "route", stage));
      expect(attached(app)).toEqual(domains as Record<string, string>);
      expect(routed(app)).toEqual(routes as Record<string, string>);
    }
    expect(Object.keys(domains)).toHaveLength(6 * STAGES.length + 1);
    expect(Object.keys(routes)).toHaveLength(3 + 4 + 4);
  },
  TIME,
);

/** Deploys it in two stages with Alchemy alone, as somebody would who was not warned. */
async function deployed(app: App, body: string, args: string[] = []): Promise<void> {
  resolve(app, "*.example.com");
  await app.deploy("prod", alone(body));
  await app.run("pr-1", alone(body), { args });
}

const HOST = "app.example.com";

test.each([
  ["the routes of a Worker", worker(`routes: ["${HOST}/*"], adopt: true,`)],
  [
    "a `CustomDomain`",
    `${worker()} await raw.CustomDomain("d", {
  name: "${HOST}", workerName: api.name, adopt: true, overrideExistingOrigin: true });`,
  ],
])(
  "`adopt-route`: %s leads to the last stage, and falls with it",
  async (_, body) => {
    await using app = await started();
    expect(found(alone(body))).toEqual(["adopt-route"]);
    await deployed(app, body);
    expect(answers(app, `https://${HOST}/`)).toBe("api-pr-1");
    await app.deploy("pr-1", alone(body), { args: DESTROY });
    expect(answers(app, `https://${HOST}/`)).toBeUndefined();
  },
  TIME,
);

test.each([
  ["the domains of a Worker", worker(`domains: ["${HOST}"],`)],
  [
    "a `CustomDomain` that is adopted",
    `${worker()} await raw.CustomDomain("d", { name: "${HOST}", workerName: api.name, adopt: true });`,
  ],
])(
  "`fixed-host`: with %s the second stage fails, and the help has what works",
  async (_, body) => {
    await using app = await started();
    expect(found(alone(body))).toEqual(["fixed-host"]);
    await deployed(app, body, ["--adopt"]);
    expect(attached(app)).toEqual({ [HOST]: "api-prod" });
    const [{ help = "" } = {}] = reported(alone(body), ["prod", "pr-1"]).findings.filter(
      ({ code }) => code === "fixed-host",
    );
    const advised = withBlocks(
      `await ${/`(Domain.*?\))`/.exec(help)?.[1]?.replace("worker }", "worker: api }")}`,
    );
    expect(found(advised)).toEqual([]);
    await app.deploy("pr-1", advised, { args: ["--adopt"] });
    await app.deploy("prod", advised);
    expect(attached(app)).toEqual({ [HOST]: "api-prod", "app-pr-1.example.com": "api-pr-1" });
  },
  TIME,
);

test(
  "`route-swallows`: production answers for the preview's hostname, until that has a route",
  async () => {
    await using app = await started();
    const body = (more = "") => `${worker()}
if (stage === "prod") await raw.Route("all", { pattern: "*.example.com/*", script: api });
else await raw.CustomDomain("d", { name: \`app-\${stage}.example.com\`, workerName: api.name });
${more}`;
    expect(found(alone(body()))).toEqual(["route-swallows"]);
    await deployed(app, body());
    expect(answers(app, "app-pr-1.example.com")).toBe("api-prod");
    const exact = body(
      'if (stage !== "prod") await raw.Route("r", { pattern: "app-" + stage + ".example.com/*", script: api });',
    );
    expect(found(alone(exact))).toEqual([]);
    await app.deploy("pr-1", alone(exact));
    expect(answers(app, "app-pr-1.example.com")).toBe("api-pr-1");
  },
  TIME,
);
