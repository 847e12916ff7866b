/** A call that Cloudflare has carried out, or not, and that fails: the next deploy ends well. */
import { expect, test } from "bun:test";
import {
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

const both = withBlocks(`await Domain("a.example.com", { worker: api });
await Route("b.example.com/*", { worker: api });`);
const ofWorker = guarded(
  worker('domains: ["a-pr-1.example.com"], routes: ["b-pr-1.example.com/*"],'),
);
const second = worker().replaceAll("api", "web");
/** A domain and a route that a second Worker takes over from the first. */
const handedTo = (script: string) =>
  withBlocks(`${second}
await Domain("a.example.com", { worker: ${script} });
await Route("b.example.com/*", { worker: ${script} });`);

const WRITES = [
  ["PUT", "workers/domains"],
  ["POST", "workers/routes"],
] as const;
const ENDS = ["status500-after", "cut-after", "500"] as const;

const CREATIONS = WRITES.flatMap(([method, path]) =>
  ENDS.flatMap((kind) =>
    [
      { form: "blocks", source: both },
      { form: "a Worker", source: ofWorker },
    ].map((one) => ({ ...one, method, path, kind })),
  ),
);

test.each(CREATIONS)(
  "$form: after a $method of $path that fails with $kind",
  async ({ source, method, path, kind }) => {
    await using app = await started();
    resolve(app, "*.example.com");
    const fault = app.cloudflare.faults.add({ method, path, kind });
    await app.run("pr-1", source);
    expect(fault.hits).toBeGreaterThan(0);
    app.cloudflare.faults.clear();
    // Alchemy does not know a Worker again that failed after its upload, unless it may adopt it.
    await app.deploy("pr-1", source, { args: ["--adopt"] });
    expect(attached(app)).toEqual({ "a-pr-1.example.com": "api-pr-1" });
    expect(routed(app)).toEqual({ "b-pr-1.example.com/*": "api-pr-1" });
    await app.deploy("pr-1", source, { args: DESTROY });
    expect([attached(app), routed(app)]).toEqual([{}, {}]);
  },
  TIME,
);

test.each(
  (["PUT workers/domains", "PUT workers/routes"] as const).flatMap((call) =>
    ENDS.map((kind) => ({ call, kind })),
  ),
)(
  "one Worker hands over to another: after a $call that fails with $kind",
  async ({ call, kind }) => {
    await using app = await started();
    resolve(app, "*.example.com");
    const [method = "", path = ""] = call.split(" ");
    await app.deploy("pr-1", handedTo("api"));
    const fault = app.cloudflare.faults.add({ method, path, kind });
    await app.run("pr-1", handedTo("web"));
    expect(fault.hits).toBeGreaterThan(0);
    app.cloudflare.faults.clear();
    await app.deploy("pr-1", handedTo("web"));
    expect(attached(app)).toEqual({ "a-pr-1.example.com": "web-pr-1" });
    expect(routed(app)).toEqual({ "b-pr-1.example.com/*": "web-pr-1" });
  },
  TIME,
);

test.each(ENDS)(
  "a hostname that is moved with `takeFrom`: after a PUT that fails with %s",
  async (kind) => {
    await using app = await started();
    await app.deploy("prod", withBlocks(`await Domain("${HOST}", { worker: api });`));
    const taking = withBlocks(`await Domain("site", {
  name: "${HOST}", stage: false, worker: api, takeFrom: "api-prod" });`);
    const fault = app.cloudflare.faults.add({ method: "PUT", path: "workers/domains", kind });
    await app.run("pr-1", taking);
    expect(fault.hits).toBeGreaterThan(0);
    app.cloudflare.faults.clear();
    await app.deploy("pr-1", taking);
    expect(app.account.meet(`https://${HOST}/`).script).toBe("api-pr-1");
  },
  TIME,
);

test.each(
  (["workers/domains", "workers/routes"] as const).flatMap((path) =>
    ENDS.map((kind) => ({ path, kind })),
  ),
)(
  "the end of a stage: after a DELETE of $path that fails with $kind",
  async ({ path, kind }) => {
    await using app = await started();
    resolve(app, "*.example.com");
    await app.deploy("prod", both);
    await app.deploy("pr-1", both);
    const fault = app.cloudflare.faults.add({ method: "DELETE", path, kind });
    await app.run("pr-1", both, { args: DESTROY });
    expect(fault.hits).toBeGreaterThan(0);
    app.cloudflare.faults.clear();
    await app.deploy("pr-1", both, { args: DESTROY });
    expect(attached(app)).toEqual({ "a.example.com": "api-prod" });
    expect(routed(app)).toEqual({ "b.example.com/*": "api-prod" });
  },
  TIME,
);
