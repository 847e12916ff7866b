/** Programs with hostnames, and what requests to them meet. */
import type { Options } from "../../cloudflare/index.ts";
import { App, program, SCRIPT, unguarded } from "../../support/program.ts";

export const TIME = 120_000;
export const DESTROY = ["--destroy"];
export const HOST = "app.example.com";

/** An app whose account has the zone `example.com`. */
export async function started(options?: Options): Promise<App> {
  const app = await App.start(options);
  app.account.zones.add("example.com");
  return app;
}

/** A DNS record that leads a hostname to Cloudflare. */
export function resolve(app: App, name: string): void {
  const { zones } = app.account;
  const zone = zones.of("example.com");
  if (!zone) throw new Error("there is no zone");
  const record = { type: "AAAA", content: "100::", proxied: true, managed: false };
  zones.dns.set(name, { id: name, zone, name, ...record });
}

/** A Worker whose name has the stage, as `api`. */
export const worker = (options = "") => `const api = await raw.Worker("api", {
  script: ${JSON.stringify(SCRIPT)}, name: \`api-\${stage}\`, url: false, ${options}
});`;

const IMPORTS = "const { Domain, Route } = blocks;";

/** A program with blocks: the body, after a Worker called `api`. */
export const withBlocks = (body: string, options = "{}") =>
  program(`${IMPORTS}\n${worker()}\n${body}`, "shop", options);

/** A program without blocks that imports the package, which guards it. */
export const guarded = (body: string) => program(body);
/** The same program with Alchemy alone. */
export const alone = (body: string) => unguarded(body);

/** The script that answers at a URL. */
export function answers(app: App, url: string): string | undefined {
  return app.account.meet(url.includes("://") ? url : `https://${url}/`).script;
}

/** The hostnames that are attached to scripts. */
export function attached(app: App): Record<string, string> {
  const all = [...app.account.zones.domains.values()];
  return Object.fromEntries(all.map(({ hostname, service }) => [hostname, service]));
}

/** The patterns of routes and the scripts that they lead to. */
export function routed(app: App): Record<string, string | undefined> {
  const all = [...app.account.zones.routes.values()];
  return Object.fromEntries(all.map(({ pattern, script }) => [pattern, script]));
}
