/** A stage that is deployed to one account, and a run that uses another. */
import { expect, test } from "bun:test";
import { startCloudflare } from "../cloudflare/index.ts";
import { data } from "../support/data.ts";
import { App2, COUNTER, FLOW, guarded, TIME, unguarded, worker } from "./app.ts";

const API = worker(COUNTER);

/** An app that is deployed, and what has it use another account. */
async function start(body: string) {
  const app = await App2.start();
  await app.deploy("prod", guarded(body));
  app.fill();
  const other = await startCloudflare({ accountId: "2".repeat(32) });
  // Both accounts behind one address, as at Cloudflare.
  return { app, other, env: { CLOUDFLARE_ACCOUNT_ID: "2".repeat(32) } };
}

test.concurrent(
  "with the guard, another account is refused before anything is created there",
  async () => {
    const { app, other, env } = await start(`yield* KV.Namespace("kv", { title: "kv" });\n${API}`);
    await using _ = app;
    await using __ = other;
    const elsewhere = { env: { ...other.env, CLOUDFLARE_STAND_IN: other.url } };
    const before = data(app);
    for (const options of [{ env }, elsewhere]) {
      const calls = other.log.length;
      const output = await app.refused("prod", "wrong-account", guarded(API), options);
      expect(output).toContain(`this stage is deployed to the account \`${app.account.id}\``);
      expect(other.log.slice(calls).filter(({ method }) => method !== "GET")).toEqual([]);
    }
    const destroy = { ...elsewhere, command: "destroy" } as const;
    await app.refused("prod", "wrong-account", guarded(API), destroy);
    expect(data(app)).toEqual(before);
    // Other stages are free to be there.
    await app.deploy("pr-1", guarded(API), elsewhere);
  },
  TIME,
);

test.concurrent(
  "with the guard, an option that replaces a Worker with classes is refused",
  async () => {
    await using app = await App2.start();
    await app.deploy("prod", guarded(API));
    app.fill();
    const dispatched = worker(COUNTER, { more: 'namespace: "ns",' });
    await app.refused("prod", "would-replace", guarded(dispatched));
    await app.deploy("pr-1", guarded(worker(FLOW)));
    const flow = guarded(worker(FLOW, { more: 'namespace: "ns",' }));
    await app.refused("pr-1", "would-replace", flow);
    expect(app.lost()).toEqual([]);
  },
  TIME,
);

test.concurrent(
  "without the guard, another account takes the Worker with its class",
  async () => {
    const others = [{ accountId: "2".repeat(32), token: "tok" }];
    const one = { token: "tok", accountId: "1".repeat(32), others };
    await using app = await App2.start(await startCloudflare(one));
    await app.deploy("prod", unguarded(API));
    await app.deploy("prod", unguarded(API), { env: { CLOUDFLARE_ACCOUNT_ID: "2".repeat(32) } });
    expect(app.lost()).toContain("DurableObjectNamespace api-prod/Counter");
  },
  TIME,
);
