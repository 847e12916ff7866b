import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as core from "@alch/blocks/core";
import alchemy, { Resource, type Scope } from "alchemy";
import { recorder, refusal } from "../support/refusal.ts";
import { inStage } from "../support/scope.ts";

function declare(block: core.CoreBlock, id: string, options: object = {}) {
  const { calls, resource } = recorder();
  block(id, options as never, resource);
  expect(calls).toHaveLength(1);
}

async function refused(code: core.ErrorCode, block: core.CoreBlock, id: string, options = {}) {
  const { calls, resource } = recorder();
  const error = await refusal(code, () => block(id, options as never, resource));
  expect(calls).toEqual([]);
  return error;
}

test("one name of one kind belongs to one resource", () =>
  inStage("prod", async () => {
    declare(core.Database, "a", { name: "main" });
    declare(core.Database, "a", { name: "main" });
    declare(core.KV, "b", { name: "main" });
    const error = await refused("duplicate-name", core.Database, "b", { name: "main" });
    expect(error.message).toContain("`a`");
    expect(error.help).toContain("already passed on");
    await refused("duplicate-name", core.Database, "c", { name: "Main" });
    await refused("duplicate-name", core.Database, "d", { pin: { prod: "main-prod" } });
    await refused("duplicate-name", core.Database, "e", { name: "main", stage: "prod" });
    await refused("duplicate-name", core.Database, "main-prod", { stage: false });
    declare(core.KV, "c", { name: "Main" });
  }));

test("buckets of different jurisdictions do not meet", () =>
  inStage("prod", async () => {
    declare(core.Bucket, "a", { name: "files" });
    declare(core.Bucket, "b", { name: "files", jurisdiction: "eu" });
    await refused("duplicate-name", core.Bucket, "c", { name: "files", jurisdiction: "default" });
    await refused("duplicate-name", core.Bucket, "d", { name: "files", jurisdiction: "eu" });
  }));

test("two scopes of one app that declare one database meet", () =>
  inStage("prod", async () => {
    declare(core.Database, "db");
    const nested = alchemy.run("api", async () => {
      await refused("duplicate-name", core.Database, "db");
    });
    await nested;
    await alchemy.run("web", async () => {
      declare(core.Database, "web-db");
    });
    await alchemy.run("web", async () => {
      declare(core.Database, "web-db");
    });
  }));

test("two apps in one process do not disturb each other", async () => {
  await inStage("prod", () => declare(core.Database, "db"), { app: "one" });
  await inStage("prod", () => declare(core.Database, "other", { name: "db" }), { app: "two" });
});

test("two Durable Object ids with one class are refused", () =>
  inStage("prod", async () => {
    declare(core.DurableObject, "a", { className: "Room" });
    declare(core.DurableObject, "a", { className: "Room" });
    await refused("duplicate-name", core.DurableObject, "b", { className: "Room" });
    declare(core.DurableObject, "b", { className: "Room", scriptName: "other" });
  }));

test.each([
  ["db", "db-pr"],
  ["db-pr", "db"],
])("ambiguous base names are refused in either order: %s, %s", (first, second) =>
  inStage("pr-1", async () => {
    declare(core.Queue, first);
    const error = await refused("ambiguous-stage", core.Queue, second);
    expect(error.message).toContain("`db-pr-1`");
    expect(error.help).toContain(`\`${first}-pr-1\``);
    declare(core.Bucket, second);
  }),
);

test("they may stand together where they cannot meet", async () => {
  await inStage("prod", () => {
    declare(core.Queue, "db");
    declare(core.Queue, "db-pr");
  });
  await inStage("preview-1", () => {
    declare(core.Queue, "db");
    declare(core.Queue, "db-pr");
  });
});

test("a refusal marks the scope as failed, so that nothing is swept", () =>
  inStage("prod", async (scope) => {
    let failed = 0;
    scope.fail = () => {
      failed++;
    };
    await refused("base-invalid", core.Database, "a b");
    expect(failed).toBe(1);
  }));

const Row = Resource("cloudflare::Queue", async function (this, _id: string, own: object) {
  return { ...own };
});

async function deploy(rootDir: string, act: (scope: Scope) => Promise<unknown>) {
  await inStage("pr-1", (scope) => scope.run(() => act(scope)), { rootDir });
}

test("bases that the state holds count as declared before", async () => {
  const rootDir = mkdtempSync(join(tmpdir(), "alch-blocks-"));
  try {
    await deploy(rootDir, async () => await core.Queue("db", {}, Row as never));
    await deploy(rootDir, async () => {
      const error = await refusal("ambiguous-stage", () => core.Queue("db-pr", {}, Row as never));
      expect(error.help).toContain("this stage's state");
    });
    await deploy(rootDir, async () => await core.Queue("db", {}, Row as never));
  } finally {
    rmSync(rootDir, { recursive: true, force: true });
  }
});
