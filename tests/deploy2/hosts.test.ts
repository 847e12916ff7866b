/** Hostnames in Alchemy 2: what it does alone, and what the guard refuses before the first change. */
import { expect, test } from "bun:test";
import { App2, guarded, TIME, unguarded } from "./app.ts";

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
      [worker('domain: "app.example.org",'), "zone-missing"],
    ] as const;
    const prod = worker(`domain: "${HOST}", routes: [{ pattern: "${PATTERN}" }],`);
    await app.deploy("prod", guarded(prod));
    for (const [body, code] of cases) {
      for (const args of [[], ["--adopt"]])
        await app.refused("pr-1", code, guarded(body), { args });
    }
    expect(answers(app)).toBe("api-prod");
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
