import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as core from "@alch/blocks/core";
import alchemy, { Scope as AlchemyScope, Resource, type Scope } from "alchemy";
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
    expect(error.help).toContain("already passed to Alchemy");
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

test("what names nothing at Cloudflare of its own can meet nothing", () =>
  inStage("pr-1", async () => {
    declare(core.DurableObject, "db", { className: "One" });
    declare(core.DurableObject, "db-pr", { className: "Two" });
    declare(core.AlchemyWorkflow, "flow", { className: "Flow" });
    declare(core.AlchemyWorkflow, "flow-pr", { className: "Flow", scriptName: "other" });
    await refused("ambiguous-stage", core.AlchemyWorkflow, "flow-pr", { className: "Flow" });
  }));

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

test("a refusal is whole, whatever it takes to fail a scope", () =>
  inStage("prod", async (scope) => {
    scope.fail = () => {
      core.physicalName("queue", "logged", "prod");
    };
    const error = await refused("base-invalid", core.Database, "a b");
    expect(error.message).toStartWith("`a b` cannot be");
  }));

test("a refusal that comes of reading a call fails the scope as any other", () =>
  inStage("prod", async (scope) => {
    let failed = 0;
    scope.fail = () => {
      failed++;
    };
    const inner = {
      get name() {
        return core.physicalName("queue", "No", "prod");
      },
    };
    await refused("base-invalid", core.Database, "db", inner);
    expect(failed).toBe(1);
    const { warn } = console;
    console.warn = () => core.stageSlug("");
    try {
      await refused("stage-invalid", core.Database, "db", { adopt: true });
    } finally {
      console.warn = warn;
    }
    expect(failed).toBe(2);
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

test("a call of another scope, made in between, leaves a name as it is", () =>
  inStage("prod", async (outer) =>
    inStage(
      "pr-7",
      async () => {
        const { calls, resource } = recorder();
        const { warn } = console;
        // The warning of a generic name that is adopted comes before the resource is called.
        console.warn = () => {
          AlchemyScope.storage.run(outer, () => {
            core.KV("meanwhile", {}, recorder().resource);
          });
        };
        try {
          core.Database("cache", { adopt: true } as never, resource);
        } finally {
          console.warn = warn;
        }
        expect(calls[0]?.options).toMatchObject({ name: "cache-pr-7" });
      },
      { app: "other" },
    ),
  ));

test("a call made while an option is read leaves the outer one as it is", () =>
  inStage("prod", async (outer) =>
    inStage(
      "pr-7",
      async () => {
        // The scope is known from here on: its calls are written down while they are read.
        declare(core.Database, "first");
        const { calls, resource } = recorder();
        const pin = {
          get prod(): string {
            const other = "an id that is much longer than the one of the call that is being read";
            declare(core.KV, other, { title: other });
            AlchemyScope.storage.run(outer, () => declare(core.KV, "elsewhere"));
            return "pinned";
          },
        };
        core.Database("db", { adopt: false, pin, delete: true } as never, resource);
        expect(calls.map(({ id, options }) => [id, options])).toEqual([
          ["db", { adopt: false, delete: true, name: "db-pr-7" }],
        ]);
      },
      { app: "other" },
    ),
  ));

test("a scope that cannot be guarded is refused each time", () => {
  const frozen = new AlchemyScope({ parent: null, phase: "up", scopeName: "in", noTrack: true });
  Object.freeze(frozen);
  for (const _ of ["once", "again"]) {
    expect(() => AlchemyScope.storage.run(frozen, () => {})).toThrow(TypeError);
  }
});

test("a warning that cannot be shown stops the call, and the core goes on", () =>
  inStage("prod", async () => {
    const { calls, resource } = recorder();
    const { warn } = console;
    const thrown = new Error("no console");
    console.warn = () => {
      throw thrown;
    };
    try {
      expect(() => core.Database("db", { adopt: true } as never, resource)).toThrow(thrown);
    } finally {
      console.warn = warn;
    }
    expect(calls).toEqual([]);
    declare(core.Database, "main-db");
  }));

test("rows that cannot be read once are read for the next resource, and what is made is stored", () => {
  let fails = true;
  // A scope that nobody enters has Alchemy's own stores.
  const plain = new AlchemyScope({ parent: null, phase: "up", scopeName: "plain", noTrack: true });
  const stateStore = (scope: Scope) => {
    const store = plain.stateStore(scope);
    const all = store.all.bind(store);
    store.all = async () => {
      if (!fails) return all();
      fails = false;
      throw new Error("503");
    };
    return store;
  };
  return inStage(
    "pr-7",
    async (scope) => {
      declare(core.Database, "one");
      const row = { kind: "x", id: "raw", status: "created", data: {}, output: {}, props: {} };
      await expect(scope.state.get("one")).rejects.toThrow("503");
      await scope.state.set("raw", row as never);
      expect(await scope.state.get("raw")).toMatchObject({ id: "raw" });
    },
    { stateStore },
  );
});

test("a base name of half a million parts is no hang", () =>
  inStage("pr-7", async () => {
    // To look at the whole of it for each part would take minutes.
    declare(core.KV, `${"a-".repeat(500_000)}b`);
  }));
