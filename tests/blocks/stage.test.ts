import { afterEach, beforeEach, expect, spyOn, test } from "bun:test";
import * as core from "@alch/blocks/core";
import { recorder, refusal } from "../support/refusal.ts";
import { inStage } from "../support/scope.ts";

const VARIABLES = ["STAGE", "ALCHEMY_STAGE", "USER", "USERNAME", "CI"];
let saved: Record<string, string | undefined>;

beforeEach(() => {
  saved = Object.fromEntries(VARIABLES.map((name) => [name, process.env[name]]));
  for (const name of VARIABLES) delete process.env[name];
});
afterEach(() => {
  for (const [name, value] of Object.entries(saved)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

const nameOf = (id: string, options?: object) => {
  const { calls, resource } = recorder();
  core.Database(id, options as never, resource);
  return calls[0]?.options.name;
};

test("the option, then the scope, then `STAGE`, then `dev`", async () => {
  expect(nameOf("a-db")).toBe("a-db-dev");
  process.env.STAGE = "";
  expect(nameOf("a-db")).toBe("a-db-dev");
  process.env.STAGE = "pr-1";
  expect(nameOf("b-db")).toBe("b-db-pr-1");
  expect(core.resolveStage()).toBe("pr-1");
  await inStage("pr-1", () => {
    expect(nameOf("c-db")).toBe("c-db-pr-1");
    expect(nameOf("d-db", { stage: "prod" })).toBe("d-db-prod");
  });
  delete process.env.STAGE;
  await inStage("feature/x", () => {
    expect(core.resolveStage()).toBe("feature/x");
    expect(nameOf("e-db")).toBe(`e-db-${core.stageSlug("feature/x")}`);
  });
});

test("a `STAGE` that disagrees with the scope is said once", async () => {
  process.env.STAGE = "prod";
  const warn = spyOn(console, "warn").mockImplementation(() => {});
  try {
    await inStage("pr-2", () => {
      expect(nameOf("f-db")).toBe("f-db-pr-2");
      nameOf("g-db");
    });
    expect(warn.mock.calls).toHaveLength(1);
    expect(warn.mock.calls[0]?.[0]).toContain("(stage-mismatch)");
  } finally {
    warn.mockRestore();
  }
});

test("a generic name with `adopt` is said once, unless there is a prefix", async () => {
  const warn = spyOn(console, "warn").mockImplementation(() => {});
  const call = (id: string, options: object, settings?: core.Settings) =>
    core.Database(id, options, recorder().resource, settings);
  try {
    await inStage("pr-3", () => {
      call("db", {});
      call("my-app-db", { adopt: true });
      call("cache", { adopt: true }, { prefix: "shop" });
      expect(warn.mock.calls).toHaveLength(0);
      call("db", { adopt: true });
      call("storage", { adopt: true });
      expect(warn.mock.calls).toHaveLength(1);
      expect(warn.mock.calls[0]?.[0]).toContain("(generic-name)");
    });
    await inStage("pr-3", () => call("queue", {}), { adopt: true });
    expect(warn.mock.calls).toHaveLength(2);
  } finally {
    warn.mockRestore();
  }
});

test("a base name that ends in the stage by chance is said once", async () => {
  const warn = spyOn(console, "warn").mockImplementation(() => {});
  try {
    await inStage("cache", () => {
      expect(nameOf("my-cache")).toBe("my-cache-cache");
      expect(nameOf("other-cache")).toBe("other-cache-cache");
      expect(warn.mock.calls).toHaveLength(1);
      expect(warn.mock.calls[0]?.[0]).toContain("(double-stage)");
    });
    await inStage("pr-12", () => refusal("double-stage", () => nameOf("my-db-pr-12")));
  } finally {
    warn.mockRestore();
  }
});

test("CI needs a stage that somebody chose", async () => {
  process.env.CI = "true";
  process.env.USER = "runner";
  await inStage("runner", () => refusal("stage-implicit", () => nameOf("h-db")));
  await inStage("dev", () => refusal("stage-implicit", () => nameOf("h-db")));
  await inStage("dev", () => refusal("stage-implicit", () => core.resolveStage()));
  await inStage("runner", () => refusal("stage-implicit", () => nameOf("s-db", { share: "dev" })));
  await inStage("runner", () => {
    expect(nameOf("h-db", { stage: "prod" })).toBe("h-db-prod");
    expect(nameOf("i-db", { stage: false })).toBe("i-db");
  });
  await inStage("prod", () => expect(nameOf("h-db")).toBe("h-db-prod"));
  for (const name of ["STAGE", "ALCHEMY_STAGE"]) {
    process.env[name] = "runner";
    await inStage("runner", () => expect(nameOf("h-db")).toBe("h-db-runner"));
    delete process.env[name];
  }
  process.argv.push("--stage", "runner");
  await inStage("runner", () => expect(nameOf("h-db")).toBe("h-db-runner"));
  process.argv.splice(-2);
  for (const off of ["false", "0", ""]) {
    process.env.CI = off;
    await inStage("runner", () => expect(nameOf("h-db")).toBe("h-db-runner"));
  }
});

test("a stage that is protected but for its case is refused", async () => {
  await inStage("Prod", () => refusal("stage-case", () => nameOf("j-db")));
  await inStage("PRODUCTION", () => refusal("stage-case", () => nameOf("j-db")));
  await inStage("production", () => expect(nameOf("j-db")).toBe("j-db-production"));
});
