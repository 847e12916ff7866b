/** Two stages and one hostname: a preview does not answer for production, and apps of one stage share. */
import { expect, test } from "bun:test";
import { program } from "../../support/program.ts";
import {
  alone,
  answers,
  attached,
  DESTROY,
  guarded,
  HOST,
  resolve,
  routed,
  started,
  TIME,
  withBlocks,
  worker,
} from "./programs.ts";

const DOMAIN = worker(`domains: ["${HOST}"],`);
const ROUTE = worker(`routes: ["${HOST}/*"],`);
const route = (pattern: string) =>
  guarded(`${worker()} await raw.Route("r", { pattern: "${pattern}", script: api });`);
const routes = (pattern: string) => guarded(worker(`routes: ["${pattern}"],`));
const block = (options: string) => withBlocks(`await Route("r", { worker: api, ${options} });`);

test.each([
  ["a `Route` on a domain", DOMAIN, route(`${HOST}/*`), "route-taken"],
  ["the routes of a Worker on a path of a domain", DOMAIN, routes(`${HOST}/x/*`), "route-taken"],
  ["a `Route` with a scheme", DOMAIN, route(`https://${HOST}/*`), "route-taken"],
  ["a `Route` in capitals", DOMAIN, route("APP.example.com/*"), "route-taken"],
  ["a `Route` with the root's dot", ROUTE, route(`${HOST}./x/*`), "route-taken"],
  ["a `Route` on a path of a route", ROUTE, route(`${HOST}/x/*`), "route-taken"],
  ["a wildcard on a path", DOMAIN, route("*.example.com/x/*"), "route-swallows"],
  ["a block without a stage", DOMAIN, block(`pattern: "${HOST}/*", stage: false`), "route-taken"],
  [
    "a block with a pin",
    DOMAIN,
    block(`pattern: "x.example.com/*", pin: { "pr-1": "${HOST}/*" }`),
    "route-taken",
  ],
  [
    "a domain in capitals",
    DOMAIN,
    guarded(worker('domains: [{ domainName: "APP.example.com", overrideExistingOrigin: true }],')),
    "hostname-taken",
  ],
  [
    "a `CustomDomain` of production's own script",
    DOMAIN,
    guarded(`await raw.CustomDomain("d", { name: "${HOST}", workerName: "api-prod" });`),
    "hostname-taken",
  ],
  [
    "a `Route` to production's own script",
    ROUTE,
    guarded(`await raw.Route("r", { pattern: "${HOST}/*", script: "api-prod", adopt: true });`),
    "route-taken",
  ],
])(
  "%s does not answer for production, nor fall with the preview",
  async (_, production, preview, code) => {
    await using app = await started({ subdomainPatienceMs: 20 });
    resolve(app, "*.example.com");
    await app.deploy("prod", guarded(production));
    const met = () => ["", "x/y"].map((path) => answers(app, `https://${HOST}/${path}`));
    for (const args of [[], ["--adopt"]]) {
      await app.refused("pr-1", code, preview, { args });
      expect(met()).toEqual(["api-prod", "api-prod"]);
    }
    await app.run("pr-1", preview, { args: DESTROY });
    expect(met()).toEqual(["api-prod", "api-prod"]);
    await app.deploy("prod", guarded(production));
  },
  TIME,
);

test(
  "apps of one stage share the paths of a hostname, with blocks and without",
  async () => {
    await using app = await started();
    const web = withBlocks(`await Domain("${HOST}", { worker: api });`).replaceAll("api", "web");
    const paths = program(
      `${worker()} await blocks.Route("${HOST}/api/*", { worker: api });
const host = stage === "prod" ? "${HOST}" : \`app-\${stage}.example.com\`;
await raw.Route("v2", { pattern: \`\${host}/v2/*\`, script: api });`,
      "paths",
    );
    for (const [stage, host] of [
      ["prod", HOST],
      ["pr-1", "app-pr-1.example.com"],
    ] as const) {
      await app.deploy(stage, web, { name: "web" });
      await app.deploy(stage, paths, { name: "paths" });
      const met = ["", "api/x", "v2/x"].map((path) => answers(app, `https://${host}/${path}`));
      expect(met).toEqual([`web-${stage}`, `api-${stage}`, `api-${stage}`]);
    }
  },
  TIME,
);

test(
  "a preview answers for production where the program says so, and its end gives the host back",
  async () => {
    await using app = await started();
    await app.deploy("prod", guarded(DOMAIN));
    const taking = block(`pattern: "${HOST}/x/*", stage: false, takeFrom: "api-prod"`);
    await app.deploy("pr-1", taking);
    const met = () => ["", "x/y"].map((path) => answers(app, `https://${HOST}/${path}`));
    expect(met()).toEqual(["api-prod", "api-pr-1"]);
    await app.deploy("pr-1", taking, { args: DESTROY });
    expect(met()).toEqual(["api-prod", "api-prod"]);
  },
  TIME,
);

test(
  "a route moves to the stage that names its script, and stays when the old stage is destroyed",
  async () => {
    await using app = await started();
    resolve(app, "*.example.com");
    await app.deploy("prod", guarded(ROUTE));
    const same = (more: string) => block(`pattern: "${HOST}/*", stage: false, ${more}`);
    await app.refused("pr-1", "route-taken", same('takeFrom: "other"'));
    await app.deploy("pr-1", same('takeFrom: "api-prod"'));
    expect(routed(app)).toEqual({ [`${HOST}/*`]: "api-pr-1" });
    await app.deploy("prod", guarded(ROUTE), { args: DESTROY });
    expect(routed(app)).toEqual({ [`${HOST}/*`]: "api-pr-1" });
    await app.deploy("pr-1", same('takeFrom: "api-prod"'), { args: DESTROY });
    expect(routed(app)).toEqual({});
  },
  TIME,
);

test(
  "a route that another stage has taken over is not changed by its id",
  async () => {
    await using app = await started({ subdomainPatienceMs: 20 });
    resolve(app, "*.example.com");
    const at = (host: string, id = "r") => `${worker()} await raw.Route("${id}", {
  pattern: "${host}.example.com/*", script: api, adopt: true });`;
    await app.deploy("pr-1", alone(at("a")));
    await app.deploy("prod", alone(at("a")));
    await app.refused("pr-1", "route-taken", guarded(at("b")));
    expect(routed(app)).toEqual({ "a.example.com/*": "api-prod" });
    await app.deploy("pr-1", guarded(at("b", "other")));
    expect(routed(app)).toEqual({ "a.example.com/*": "api-prod", "b.example.com/*": "api-pr-1" });
  },
  TIME,
);

test(
  "what two stages hold alike stays until the last of them is destroyed",
  async () => {
    await using app = await started({ subdomainPatienceMs: 20 });
    const shared = `await raw.CustomDomain("d", { name: "${HOST}", workerName: "site", adopt: true });`;
    const site = worker().replace(/name: `[^`]*`/, 'name: "site"');
    await app.deploy("prod", alone(`${site} ${shared}`));
    await app.deploy("pr-1", alone(shared));
    await app.deploy("pr-1", guarded(""), { args: DESTROY });
    expect(attached(app)).toEqual({ [HOST]: "site" });
    await app.deploy("prod", guarded(""), { args: DESTROY });
    expect(attached(app)).toEqual({});
  },
  TIME,
);
