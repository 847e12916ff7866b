// The example shop, deployed by the real Alchemy, a process for each stage.
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { Shop } from "./shop.ts";
import { look, order, setPrice, settled } from "./visits.ts";

const MINUTE = 60_000;

let shop: Shop;
beforeEach(async () => {
  shop = await Shop.start();
});
afterEach(async () => {
  expect(shop.app.cloudflare.unhandled).toEqual([]);
  await shop[Symbol.asyncDispose]();
});

/** What the account holds, and what nothing else in it is called. */
const identities = (stage: string) =>
  shop.held(stage).map(({ kind, name, script }) => `${kind} ${script ?? ""}/${name}`);

const six = (stage: string) => [
  `D1Database /shop-db-${stage}`,
  `R2Bucket /shop-bills-${stage}`,
  `KVNamespace /shop-menu-${stage}`,
  `Queue /shop-dead-${stage}`,
  `Queue /shop-sales-${stage}`,
  `Worker /shop-${stage}`,
  `DurableObjectNamespace shop-${stage}/Counter`,
  `Workflow shop-${stage}/shop-ship-${stage}`,
];

/** What requests to the hostnames of a stage have to meet. */
const hosts = (stage: string) => {
  const host = stage === "prod" ? "shop.example.com" : `shop-${stage}.example.com`;
  const met = { script: `shop-${stage}`, dns: true, tls: true };
  return [
    { ...met, by: host },
    { ...met, by: `${host}/orders/*` },
  ];
};

/** What the uploaded Worker of a stage is bound to, by the account's own ids and names. */
function boundTo(stage: string): string[] {
  const { scripts, durableObjects } = shop.account;
  return scripts.get(`shop-${stage}`).live.bindings.flatMap((binding) => {
    const { type, id, bucket_name, namespace_id, queue_name, workflow_name } = binding;
    if (type === "plain_text") return [];
    const owner = String(binding.script_name ?? `shop-${stage}`);
    const own = durableObjects.named(owner, String(binding.class_name))?.id;
    const target = type === "durable_object_namespace" ? own : undefined;
    return [
      `${type} ${target ?? id ?? bucket_name ?? namespace_id ?? queue_name ?? workflow_name}`,
    ];
  });
}

test("its types fit, those of the Worker's environment too", async () => {
  const root = join(import.meta.dir, "..", "..");
  const tsc = join(root, "node_modules", ".bin", "tsc");
  const check = Bun.spawn([tsc, "-p", join(root, "examples", "shop")], { stdout: "pipe" });
  expect(await new Response(check.stdout).text()).toBe("");
  expect(await check.exited).toBe(0);
});

describe("in an account", () => {
  test("two stages share none of the six kinds", async () => {
    await shop.deploy("dev", "prod");
    expect(shop.account.state()).toHaveLength(16);
    expect(identities("dev").sort()).toEqual(six("dev").sort());
    expect(identities("prod").sort()).toEqual(six("prod").sort());

    expect(boundTo("dev")).toHaveLength(6);
    expect(boundTo("prod")).toHaveLength(6);
    expect(boundTo("dev").filter((target) => boundTo("prod").includes(target))).toEqual([]);
  });

  test("a queue and its dead letters stay in the stage", async () => {
    await shop.deploy("dev", "prod");
    const read = ["dev", "prod"].map((stage) =>
      shop.account.queues.readBy(`shop-${stage}`).map(({ queue, consumer }) => ({
        from: queue.name,
        failed: consumer.deadLetterQueue,
      })),
    );
    expect(read).toEqual([
      [{ from: "shop-sales-dev", failed: "shop-dead-dev" }],
      [{ from: "shop-sales-prod", failed: "shop-dead-prod" }],
    ]);
  });

  test("four stages can be deployed at once", async () => {
    const stages = ["dev", "preview", "prod", "pr-123"];
    await shop.deploy(...stages);
    expect(stages.flatMap(identities).sort()).toEqual(stages.flatMap(six).sort());
    expect(stages.map((stage) => shop.answers(stage))).toEqual(stages.map(hosts));
    expect(shop.account.state()).toHaveLength(32);
    expect(shop.app.cloudflare.takeovers()).toEqual([]);
    expect(shop.app.cloudflare.deletions()).toEqual([]);
  });

  test("a second deploy changes nothing", async () => {
    await shop.deploy("prod");
    shop.seed("prod");
    const before = shop.account.state();
    const from = shop.app.cloudflare.log.length;
    await shop.deploy("prod");

    const changes = shop.app.cloudflare.log.slice(from).filter(({ action }) => action !== "call");
    // Alchemy uploads a Worker in every deploy, and says again which script has its workflows.
    expect(changes.map(({ action, kind, name }) => `${action} ${kind} ${name}`)).toEqual([
      "update Worker shop-prod",
      "update Workflow shop-ship-prod",
    ]);
    expect(shop.account.state()).toEqual(before);
  });

  test("destroying one stage leaves the others whole", async () => {
    const stages = ["dev", "preview", "prod"];
    await shop.deploy(...stages);
    for (const stage of stages) shop.seed(stage);
    const others = ["dev", "prod"];
    const before = others.map((stage) => [shop.held(stage), shop.seeded(stage)]);
    expect(shop.seeded("prod").row).toEqual(["prod"]);
    await shop.destroy("preview");

    expect(shop.held("preview")).toEqual([]);
    expect(others.map((stage) => [shop.held(stage), shop.seeded(stage)])).toEqual(before);
    expect(others.map((stage) => shop.answers(stage))).toEqual(others.map(hosts));
    const [home, order] = shop.answers("preview");
    expect([home?.by, order?.by, home?.dns]).toEqual([undefined, undefined, false]);
    expect(shop.account.state()).toHaveLength(16);
    const gone = shop.app.cloudflare.deletions().map(({ kind, name }) => `${kind} ${name}`);
    expect(gone.filter((one) => /dev|prod/.test(one))).toEqual([]);
  });

  test("prod keeps a bucket that holds something", async () => {
    await shop.deploy("prod");
    shop.seed("prod");
    await shop.destroy("prod");
    expect(shop.account.getObject("shop-bills-prod", "1")).toBe("prod");
  });
});

describe("in workerd", () => {
  test(
    "the Worker uses all six bindings, and names keep two stages of a folder apart",
    async () => {
      const from = shop.app.cloudflare.log.length;
      await using dev = await shop.serve("dev");
      await using prod = await shop.serve("prod");
      await setPrice(dev.url, "tea", 4);
      const first = await order(dev.url, "tea");
      await settled(dev.url, first);
      expect(await look(dev.url, first)).toEqual({
        stage: "dev",
        database: { id: first, number: 1, item: "tea", price: 4, parcel: `parcel-${first}` },
        bucket: { id: first, number: 1, item: "tea", price: 4 },
        kv: { price: 4 },
        queue: { id: first, item: "tea", queue: "shop-sales-dev" },
        durableObject: { count: 1 },
        workflow: expect.objectContaining({ status: "complete", output: `parcel-${first}` }),
      });
      expect(await look(prod.url, first)).toEqual({
        stage: "prod",
        database: undefined,
        bucket: undefined,
        // Alchemy's local mode keeps a KV namespace by its logical id: see the example's README.
        kv: { price: 4 },
        queue: undefined,
        durableObject: { count: 0 },
        workflow: undefined,
      });
      expect(shop.app.cloudflare.log).toHaveLength(from);
    },
    3 * MINUTE,
  );

  test(
    "what cannot be served is refused",
    async () => {
      await using dev = await shop.serve("dev");
      const status = async (method: string, path: string, body?: object) => {
        const init = body ? { method, body: JSON.stringify(body) } : { method };
        return (await fetch(`${dev.url}${path}`, init)).status;
      };
      expect(await status("GET", "/nowhere")).toBe(404);
      expect(await status("DELETE", "/orders")).toBe(404);
      expect(await status("POST", "/orders", { item: "nothing" })).toBe(404);
      expect(await status("POST", "/orders", {})).toBe(400);
      expect(await status("PUT", "/menu/tea", { price: "4" })).toBe(400);
      expect(await status("GET", "/shipments/none")).toBe(404);
    },
    3 * MINUTE,
  );
});
