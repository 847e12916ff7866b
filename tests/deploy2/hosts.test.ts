/** Hostnames in Alchemy 2: what it does alone, and what the guard refuses before the first change. */
import { expect, test } from "bun:test";
import type { DeclaredHost } from "../../ts/cli/analyse/report.ts";
import { analyser, FILE } from "../plan/compare.ts";
import { App2, blocks, guarded, TIME, unguarded } from "./app.ts";

const HOST = "app.example.com";
const PATTERN = `${HOST}/api/*`;

async function started(): Promise<App2> {
  const app = await App2.start();
  const { zones } = app.account;
  const zone = zones.add("example.com");
  const record = { type: "AAAA", content: "100::", proxied: true, managed: false };
  zones.dns.set("wildcard", { id: "wildcard", zone, name: "*.example.com", ...record });
  return app;
}

const worker = (options = "", id = "api") =>
  `const ${id} = yield* Worker("${id}", { name: "${id}-" + stage, main: "./script.ts", ${options} });`;

/** A route of its own, which leads to the Worker `to`. */
const route = (app: App2, pattern = PATTERN, to = "api.workerName") => {
  const [zone] = app.account.zones.all.values();
  return `yield* Cloudflare.Workers.WorkerRoute("r", {
  zoneId: "${zone?.id}", pattern: "${pattern}", script: ${to} });`;
};

/** What `plan` tells from the text alone: each hostname and route with the script that it leads to. */
async function planned(text: string, ...stages: string[]): Promise<string[]> {
  const reader = await analyser();
  const report = JSON.parse(reader.link([reader.parse(FILE, text)], JSON.stringify({ stages })));
  const hosts: DeclaredHost[] = report.hosts;
  const named = stages.flatMap((stage) => hosts.flatMap(({ names }) => names[stage] ?? []));
  return named.map(({ name, script }) => `${name} ${script}`).sort();
}

/** The same of the account. */
function held({ account: { zones } }: App2): string[] {
  const domains = [...zones.domains.values()].map((one) => `${one.hostname} ${one.service}`);
  const routes = [...zones.routes.values()].map((one) => `${one.pattern} ${one.script}`);
  return [...domains, ...routes].sort();
}

const answers = (app: App2, host = HOST) => app.account.meet(`https://${host}/api/x`).script;

test.concurrent(
  "without the guard, a preview takes production's route without a flag, and takes it down",
  async () => {
    await using app = await started();
    const program = unguarded(`${worker()} ${route(app)}`);
    await app.deploy("prod", program);
    expect(answers(app)).toBe("api-prod");
    await app.deploy("pr-1", program);
    expect(answers(app)).toBe("api-pr-1");
    await app.destroy("pr-1", program);
    expect(answers(app)).toBeUndefined();
  },
  TIME,
);

test.concurrent(
  "without the guard, Alchemy refuses another Worker's domain when it has uploaded the script",
  async () => {
    await using app = await started();
    const program = unguarded(worker(`domain: "${HOST}",`));
    await app.deploy("prod", program);
    expect((await app.run("pr-1", program)).code).not.toBe(0);
    expect([...app.account.scripts.all.keys()]).toEqual(["api-prod", "api-pr-1"]);
    expect(answers(app)).toBe("api-prod");
  },
  TIME,
);

test.concurrent(
  "what production has is refused with no change at all",
  async () => {
    await using app = await started();
    const cases = [
      [worker(`domain: "${HOST}",`), "hostname-taken"],
      [worker(`domain: { name: "x.example.com", aliases: ["${HOST}"] },`), "hostname-taken"],
      [worker(`domain: { name: "x.example.com", redirects: ["${HOST}"] },`), "hostname-taken"],
      [worker(`routes: [{ pattern: "${PATTERN}" }],`), "route-taken"],
      [`${worker()} ${route(app)}`, "route-taken"],
      [`${worker()} ${route(app, "*.example.com/*")}`, "route-swallows"],
      [`${worker()} ${route(app, `${HOST}/*`)}`, "route-taken"],
      [worker(`routes: [{ pattern: "${HOST}/other/*" }],`), "route-taken"],
      [`${route(app, PATTERN, '"api-prod"')}`, "route-taken"],
      [worker('domain: "app.example.org",'), "zone-missing"],
    ] as const;
    const prod = worker(`domain: "${HOST}", routes: [{ pattern: "${PATTERN}" }],`);
    await app.deploy("prod", guarded(prod));
    expect(await planned(guarded(prod), "prod")).toEqual(held(app));
    for (const [body, code] of cases) {
      for (const args of [[], ["--adopt"]])
        await app.refused("pr-1", code, guarded(body), { args });
    }
    expect(answers(app)).toBe("api-prod");
    const taking = worker(`routes: [{ pattern: "${HOST}/other/*" }],`);
    await app.deploy("pr-1", guarded(taking, '{ takeFrom: ["api-prod"] }'));
    expect(app.account.meet(`https://${HOST}/other/x`).script).toBe("api-pr-1");
    await app.run("pr-1", guarded(cases[0][0]), { command: "destroy" });
    expect(answers(app)).toBe("api-prod");
    // Ordinary life goes on.
    await app.deploy("prod", guarded(prod));
    await app.destroy("prod", guarded(prod));
    expect([...app.account.zones.domains.values()]).toEqual([]);
  },
  TIME,
);

test.concurrent(
  "a route that another Worker has by now stays when the stage that had it is destroyed",
  async () => {
    await using app = await started();
    await app.deploy("prod", guarded(`${worker()} ${route(app)}`));
    expect(held(app)).toEqual([`${PATTERN} api-prod`]);
    expect(await planned(guarded(`${worker()} ${route(app)}`), "prod")).toEqual(held(app));
    await app.deploy("pr-1", unguarded(`${worker()} ${route(app)}`));
    expect(answers(app)).toBe("api-pr-1");
    await app.refused("prod", "route-taken", guarded(`${worker()} ${route(app)}`));
    await app.destroy("prod", guarded(`${worker()} ${route(app)}`));
    expect(answers(app)).toBe("api-pr-1");
    // Its owner takes it down.
    await app.destroy("pr-1", guarded(`${worker()} ${route(app)}`));
    expect(answers(app)).toBeUndefined();
  },
  TIME,
);

test.concurrent(
  "a program that changes the id of a route, or gives it to its Worker, keeps it",
  async () => {
    await using app = await started();
    const own = (id: string) => `${worker()} ${route(app).replace('"r"', `"${id}"`)}`;
    const nested = worker(`routes: [{ pattern: "${PATTERN}" }],`);
    for (const program of [own("a"), own("b"), nested]) {
      await app.deploy("prod", guarded(program), { args: ["--adopt"] });
      expect({ program, met: answers(app) }).toEqual({ program, met: "api-prod" });
    }
    await app.destroy("prod", guarded(nested));
    expect(answers(app)).toBeUndefined();
  },
  TIME,
);

test.concurrent(
  "a preview takes no DNS record of production, and may have its own",
  async () => {
    await using app = await started();
    const [zone] = app.account.zones.all.keys();
    const record = (name: string, type = "A") => `yield* Cloudflare.DNS.Record("dns", {
  zoneId: "${zone}", name: "${name}.example.com", type: "${type}",
  content: stage === "prod" ? "1.1.1.1" : "${type === "A" ? "2.2.2.2" : "::2"}" });`;
    const all = () => {
      const records = [...app.account.zones.dns.values()].filter(({ name }) =>
        name.includes("www"),
      );
      return records.map(({ name, content }) => `${name} ${content}`);
    };
    await app.deploy("prod", guarded(record("www")));
    for (const type of ["A", "AAAA"]) {
      const program = guarded(record("www", type));
      await app.refused("pr-1", "hostname-taken", program, { args: ["--adopt"] });
    }
    await app.deploy("pr-1", guarded(record("www-pr-1")));
    expect(all()).toEqual(["www.example.com 1.1.1.1", "www-pr-1.example.com 2.2.2.2"]);
    await app.destroy("pr-1", guarded(record("www-pr-1")));
    await app.deploy("prod", guarded(record("www")));
    expect(all()).toEqual(["www.example.com 1.1.1.1"]);
  },
  TIME,
);

test.concurrent(
  "one Worker of a stage hands its route over to another, and a program makes its own record",
  async () => {
    await using app = await started();
    const two = (to: string) => `${worker()} ${worker("", "web")} ${route(app, PATTERN, to)}`;
    await app.deploy("pr-1", guarded(two("api.workerName")));
    await app.deploy("pr-1", guarded(two("web.workerName")));
    expect(answers(app)).toBe("web-pr-1");
    app.account.zones.dns.clear();
    const zone = [...app.account.zones.all.keys()][0];
    const own = `${worker('routes: [{ pattern: "new.example.com/*" }],')}
yield* Cloudflare.DNS.Record("dns", {
  zoneId: "${zone}", name: "new.example.com", type: "AAAA", content: "100::", proxied: true });`;
    await app.refused("pr-2", "dns-missing", guarded(own.split("\n")[0] ?? ""));
    await app.deploy("pr-2", guarded(own));
    expect(answers(app, "new.example.com")).toBe("api-pr-2");
  },
  TIME,
);

test.concurrent(
  "a warning names the permission that a token lacks, and the deploy goes on",
  async () => {
    await using app = await started();
    app.cloudflare.faults.add({ method: "GET", path: "dns_records", kind: "403", count: 99 });
    const output = await app.deploy("pr-1", guarded(worker(`domain: "${HOST}",`)));
    expect(output).toContain("`DNS Read`");
    expect(answers(app)).toBe("api-pr-1");
  },
  TIME,
);

const SITE = `yield* Worker("site", {
  main: "./script.ts",
  domain: Domain("www.example.com", { aliases: ["shop.example.com"] }),
  routes: [Route("app.example.com/api/*")],
});`;

test.concurrent(
  "with `Domain` and `Route` each stage has hostnames of its own, and its end leaves the others",
  async () => {
    await using app = await started();
    const met = (stage: string) =>
      ["www", "shop", "app"].map((label) => {
        const host = stage === "prod" ? label : `${label}-${stage}`;
        return app.account.meet(`https://${host}.example.com/api/x`);
      });
    const own = (stage: string) => [0, 1, 2].map(() => ({ script: `site-${stage}`, tls: true }));
    for (const stage of ["prod", "pr-1", "pr-12"]) await app.deploy(stage, blocks(SITE));
    for (const stage of ["prod", "pr-1", "pr-12"]) expect(met(stage)).toMatchObject(own(stage));
    expect(held(app)).toHaveLength(9);
    expect(await planned(blocks(SITE), "prod", "pr-1", "pr-12")).toEqual(held(app));
    // The guard has known them when Alchemy planned, so a second deploy passes as it is.
    await app.deploy("pr-1", blocks(SITE));
    await app.destroy("pr-1", blocks(SITE));
    expect(met("pr-1").map(({ script }) => script)).toEqual([undefined, undefined, undefined]);
    for (const stage of ["prod", "pr-12"]) expect(met(stage)).toMatchObject(own(stage));
  },
  TIME,
);

test.concurrent(
  "`Domain` and `Route` take the options of the law, and refuse what it refuses",
  async () => {
    await using app = await started();
    app.account.zones.add("example.dev");
    const set = 'const set = createBlocks({ bare: "live", previewDomain: "example.dev" });';
    const named = (domain: string) => `${set}
yield* set.Worker("site", { main: "./script.ts", domain: ${domain} });`;
    const hosts = () =>
      Object.fromEntries(
        [...app.account.zones.domains.values()].map((one) => [one.service, one.hostname]),
      );
    await app.deploy("live", blocks(named('set.Domain("app.example.com")')));
    await app.deploy("pr-1", blocks(named('set.Domain("app.example.com")')));
    await app.deploy("pr-2", blocks(named('Domain("a", { name: "app.example.com", stage: "x" })')));
    await app.deploy("pr-3", blocks(named('Domain("a", { pin: { "pr-3": "old.example.com" } })')));
    expect(hosts()).toEqual({
      "site-live": HOST,
      "site-pr-1": "app-pr-1.example.dev",
      "site-pr-2": "app-x.example.com",
      "site-pr-3": "old.example.com",
    });
    const fixed = named(`Domain("a", { name: "${HOST}", stage: false })`);
    const output = await app.refused("pr-4", "hostname-taken", blocks(fixed));
    expect(output).toContain(`detach \`${HOST}\` from \`site-live\` first`);
    await app.refused("pr-4", "base-invalid", blocks(named('Domain("App")')));
    const twice = `${set} const two = [Route("${HOST}/*"), Route("b", { pattern: "${HOST}/*" })];
yield* Worker("site", { main: "./script.ts", routes: two });`;
    await app.refused("pr-4", "duplicate-name", blocks(twice));
    const wild =
      'yield* Worker("site", { main: "./script.ts", routes: [Route("*.example.com/*")] });';
    await app.refused("pr-4", "route-swallows", blocks(wild));
  },
  TIME,
);
