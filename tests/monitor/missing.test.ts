/** What the monitor says to do about a resource that was deleted by hand is done, and works. */
import { expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Account } from "../cloudflare/index.ts";
import { App, program, SCRIPT } from "../support/program.ts";
import { monitor } from "./monitor.ts";

const TIME = 120_000;

const BODY = `
const db = await Database("shop-db");
const files = await Bucket("shop-files");
const menu = await KV("shop-menu");
const jobs = await Queue("shop-jobs");`;
/** Cloudflare keeps a queue that a Worker is bound to. */
const WORKER = `
const room = DurableObject("room", { className: "Room", sqlite: true });
const flow = AlchemyWorkflow("shop-flow", { className: "Onboarding" });
await raw.Worker("api", {
  name: blocks.physicalName("worker", "shop-api", stage),
  script: ${JSON.stringify(SCRIPT)},
  bindings: { db, files, menu, room, flow },
});`;

/** The kinds with rows of their own: the id, and how somebody deletes the resource. */
const KINDS: Record<string, { id: string; gone(account: Account): void }> = {
  database: {
    id: "shop-db",
    gone: ({ databases }) => {
      for (const { id } of [...databases.all.values()]) databases.delete(id);
    },
  },
  bucket: {
    id: "shop-files",
    gone: ({ buckets }) => {
      for (const { name, jurisdiction } of [...buckets.all.values()]) {
        buckets.delete(name, jurisdiction);
      }
    },
  },
  kv: {
    id: "shop-menu",
    gone: ({ namespaces }) => {
      for (const { id } of [...namespaces.all.values()]) namespaces.delete(id);
    },
  },
  queue: {
    id: "shop-jobs",
    gone: ({ queues }) => {
      for (const { id } of [...queues.all.values()]) queues.delete(id);
    },
  },
};

/** Deployed with the kind's resource gone; and what the monitor says about it. */
async function missing(stage: string, kind: string): Promise<{ app: App; help: string }> {
  const app = await App.start();
  await app.deploy(stage, program(BODY + WORKER));
  const { gone, id } = KINDS[kind] as (typeof KINDS)[string];
  app.account.journal.during([], () => gone(app.account));
  const { found, report } = await monitor(app);
  expect(found).toEqual([`error missing ${kind} ${id}-${stage}`]);
  // Alchemy skips it, or cannot bind it: either way it does not come back by itself.
  await app.run(stage, program(BODY + WORKER));
  expect((await monitor(app)).found).toEqual(found);
  return { app, help: report.findings[0]?.help ?? "" };
}

test.each(Object.keys(KINDS))(
  "%s: without its row, a deploy makes it again",
  async (kind) => {
    const { app, help } = await missing("prod", kind);
    await using _ = app;
    expect(help).toContain("remove its row from the state (`.alchemy/<app>/<stage>/<id>.json`)");
    const { id } = KINDS[kind] as (typeof KINDS)[string];
    await rm(join(app.folder, ".alchemy", "shop", "prod", `${id}.json`));
    await app.deploy("prod", program(BODY + WORKER));
    expect((await monitor(app)).found).toEqual([]);
  },
  TIME,
);

test.each(Object.keys(KINDS))(
  "%s: a deploy without it that releases it, and one with it",
  async (kind) => {
    // In a protected stage nothing would be refused without the release.
    for (const stage of kind === "database" ? ["prod", "pr-1"] : ["pr-1"]) {
      const { app, help } = await missing(stage, kind);
      await using _ = app;
      expect(help).toContain("deploy once without the resource and with its id in `release`");
      const { id } = KINDS[kind] as (typeof KINDS)[string];
      const lines = BODY.split("\n").filter((line) => !line.includes(`"${id}"`));
      const variable = /const (\w+)/.exec(
        BODY.split("\n").find((line) => line.includes(`"${id}"`)) ?? "",
      )?.[1];
      const without = lines.join("\n") + WORKER.replace(`${variable}, `, "");
      await app.deploy(stage, program(`createBlocks({ release: ["${id}"] });${without}`));
      await app.deploy(stage, program(BODY + WORKER));
      expect((await monitor(app)).found).toEqual([]);
    }
  },
  TIME,
);

test(
  "a Worker with a class and a workflow: a deploy with `--force` uploads it again",
  async () => {
    await using app = await App.start();
    await app.deploy("prod", program(BODY + WORKER));
    const { account } = app;
    account.journal.during([], () => {
      for (const name of [...account.scripts.all.keys()]) account.scripts.delete(name, true);
    });
    const { report } = await monitor(app);
    expect(report.findings.map(({ code }) => code)).toContain("missing");
    for (const { code, help } of report.findings) {
      if (code === "missing") expect(help).toContain("deploy the stage with `--force`");
    }
    await app.deploy("prod", program(BODY + WORKER), { args: ["--force"] });
    expect((await monitor(app)).found).toEqual([]);
  },
  TIME,
);
