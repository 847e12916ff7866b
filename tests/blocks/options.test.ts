import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import * as core from "@alch/blocks/core";
import { recorder, refusal } from "../support/refusal.ts";

const { Database, Bucket, KV, Queue, DurableObject, AlchemyWorkflow } = core;
const BLOCKS = { Database, Bucket, KV, Queue, DurableObject, AlchemyWorkflow };

/** What a block passes on for `id` and `options`. Every id is used once: the guard remembers. */
function pass(block: core.CoreBlock, id: string, options?: object, settings?: core.Settings) {
  const { calls, result, resource } = recorder();
  expect(block(id, options as never, resource, settings)).toBe(result);
  expect(calls).toHaveLength(1);
  expect(calls[0]?.id).toBe(id);
  return calls[0]?.options;
}

const saved = process.env.STAGE;
beforeAll(() => {
  process.env.STAGE = "pr-7";
});
afterAll(() => {
  if (saved === undefined) delete process.env.STAGE;
  else process.env.STAGE = saved;
});

describe("the name", () => {
  test("goes into the option that counts, and into `name`", () => {
    expect(pass(Database, "one-db")).toEqual({ name: "one-db-pr-7" });
    expect(pass(Bucket, "one-bucket")).toEqual({ name: "one-bucket-pr-7" });
    expect(pass(KV, "one-kv")).toEqual({ title: "one-kv-pr-7", name: "one-kv-pr-7" });
    expect(pass(Queue, "one-queue")).toEqual({ name: "one-queue-pr-7" });
    expect(pass(DurableObject, "one-object")).toEqual({
      name: "one-object-pr-7",
      className: "OneObject",
    });
    expect(pass(AlchemyWorkflow, "OneFlow")).toEqual({
      workflowName: "OneFlow-pr-7",
      name: "OneFlow-pr-7",
      className: "OneFlow",
    });
  });

  test("is made of the naming option, if given; the id stays", () => {
    expect(pass(Database, "two", { name: "two-db" })).toEqual({ name: "two-db-pr-7" });
    expect(pass(KV, "two", { name: "n", title: "two-kv" })).toEqual({
      title: "two-kv-pr-7",
      name: "two-kv-pr-7",
    });
    expect(pass(AlchemyWorkflow, "two", { name: "n", workflowName: "TwoFlow" })).toEqual({
      workflowName: "TwoFlow-pr-7",
      name: "TwoFlow-pr-7",
      className: "TwoFlow",
    });
    expect(pass(DurableObject, "two", { name: "two-object" })?.className).toBe("TwoObject");
  });

  test("takes `undefined` and `null` for not given", () => {
    for (const nothing of [undefined, null]) {
      const own = { stage: nothing, pin: nothing, name: nothing };
      expect(pass(Database, "three-db", own)).toEqual({ name: "three-db-pr-7" });
    }
    expect(pass(Database, "three-db", null as never)).toEqual({ name: "three-db-pr-7" });
    expect(pass(Database, "four-db", { pin: { "pr-7": null } })?.name).toBe("four-db-pr-7");
  });

  test("has the prefix before all else, but not on pins, scripts and classes", () => {
    const settings = { prefix: "acme" };
    expect(pass(Database, "p1", {}, settings)?.name).toBe("acme-p1-pr-7");
    expect(pass(Database, "p2", { name: "x2" }, settings)?.name).toBe("acme-x2-pr-7");
    expect(pass(Queue, "p3", { dlq: "dead" }, settings)?.dlq).toBe("acme-dead-pr-7");
    expect(pass(Database, "p4", { stage: false }, settings)?.name).toBe("acme-p4");
    expect(pass(Database, "p5", { pin: { "pr-7": "old" } }, settings)?.name).toBe("old");
    const object = pass(DurableObject, "chat-room", { scriptName: "site" }, settings);
    expect(object).toEqual({
      name: "acme-chat-room-pr-7",
      className: "ChatRoom",
      scriptName: "site",
    });
  });
});

describe("stage", () => {
  test("names another stage, whose data is retained", () => {
    expect(pass(Database, "s1", { stage: "prod" })).toEqual({ name: "s1-prod", delete: false });
    expect(pass(Database, "s2", { stage: "pr-7" })).toEqual({ name: "s2-pr-7" });
    expect(pass(Database, "s3", { stage: "prod", delete: true })).toEqual({
      name: "s3-prod",
      delete: true,
    });
    expect(pass(Bucket, "s4", { stage: "Feature/Login" })?.name).toBe("s4-feature-login-0dtrhocps");
  });

  test("`false` leaves the suffix out, and the data is retained", () => {
    expect(pass(KV, "Shared Config", { stage: false })).toEqual({
      title: "Shared Config",
      name: "Shared Config",
      delete: false,
    });
    expect(pass(Queue, "plain", { stage: false, dlq: "dead2" })?.dlq).toBe("dead2");
    expect(pass(AlchemyWorkflow, "Plain", { stage: false, scriptName: "api" })).toMatchObject({
      workflowName: "Plain",
      name: "Plain",
      className: "Plain",
    });
  });

  test("`pin` is the exact name in one stage", () => {
    const pin = { "pr-7": "Legacy_DB" };
    expect(pass(Database, "any base is fine here", { pin })?.name).toBe("Legacy_DB");
    expect(pass(Database, "k1", { pin: { prod: "legacy" } })?.name).toBe("k1-pr-7");
    expect(pass(Database, "k2", { pin: { prod: "legacy-2" }, stage: "prod" })?.name).toBe(
      "legacy-2",
    );
    const inherited = Object.create({ "pr-7": "not-own" });
    expect(pass(Database, "k3", { pin: inherited })?.name).toBe("k3-pr-7");
  });

  test("is taken out before the options reach Alchemy", () => {
    const options = pass(Database, "t1", { stage: "prod", pin: {}, name: "t1" });
    expect(Object.keys(options ?? {}).sort()).toEqual(["delete", "name"]);
  });
});

test("pins that only case tells apart are one name, which is retained", () => {
  const pin = { "pr-7": "legacy", prod: "LEGACY" };
  expect(pass(Database, "t10", { pin })).toEqual({ name: "legacy", delete: false });
});

describe("references", () => {
  test("`dlq` as text is a queue of this program; a queue is passed on", () => {
    expect(pass(Queue, "r1", { dlq: "r1-dead" })?.dlq).toBe("r1-dead-pr-7");
    expect(pass(Queue, "r2", { dlq: "r2-dead", stage: "prod" })?.dlq).toBe("r2-dead-prod");
    const queue = { type: "queue", name: "literal" };
    expect(pass(Queue, "r3", { dlq: queue })?.dlq).toBe(queue);
  });

  test("`scriptName` is text, a Worker or a WorkerRef", () => {
    const script = (scriptName: unknown, id: string) =>
      pass(DurableObject, id, { scriptName })?.scriptName;
    expect(script("my-site", "w1")).toBe("my-site");
    expect(script({ type: "service", name: "site-pr-7", url: "" }, "w2")).toBe("site-pr-7");
    expect(script({ type: "service", service: "other" }, "w3")).toBe("other");
    const ref = { type: "service", service: "flows" };
    expect(pass(AlchemyWorkflow, "W4", { scriptName: ref })?.scriptName).toBe("flows");
  });

  test("an unawaited Worker is refused", async () => {
    const worker = Promise.resolve({ name: "site" });
    for (const scriptName of [worker, {}, 5, true, () => "site", { name: "" }]) {
      const { calls, resource } = recorder();
      await refusal("script-invalid", () => DurableObject("w5", { scriptName } as never, resource));
      expect(calls).toEqual([]);
    }
  });

  test("`className` is kept or derived, and never carries stage or prefix", () => {
    expect(pass(DurableObject, "c1", { className: "Own" })?.className).toBe("Own");
    expect(pass(DurableObject, "my_chat--room-v2")?.className).toBe("MyChatRoomV2");
    expect(pass(AlchemyWorkflow, "on-board", { className: "Own" })?.className).toBe("Own");
    expect(pass(AlchemyWorkflow, "order-flow")).toEqual({
      workflowName: "order-flow-pr-7",
      name: "order-flow-pr-7",
      className: "OrderFlow",
    });
    expect(pass(AlchemyWorkflow, "order_flow")?.className).toBe("order_flow");
    expect(pass(AlchemyWorkflow, "Flow5", { pin: { "pr-7": "Old-Flow" } })?.className).toBe(
      "Flow5",
    );
  });
});

describe("everything else", () => {
  test("is passed on by identity, and the caller's object stays as it is", () => {
    class Secret {
      #value = "s";
      read() {
        return this.#value;
      }
    }
    const symbol = Symbol("own");
    const given = {
      secret: new Secret(),
      run: () => 1,
      nothing: undefined,
      date: new Date(0),
      big: 1n,
      [symbol]: "by symbol",
      nested: { deep: [] },
      title: "not ours on a database",
    };
    const before = { ...given };
    const options = pass(Database, "e1", Object.freeze(given)) ?? {};
    const { name, ...rest } = options;
    expect(name).toBe("e1-pr-7");
    expect(Reflect.ownKeys(rest)).toEqual(Reflect.ownKeys(before));
    for (const key of Reflect.ownKeys(before)) {
      expect(rest[key]).toBe(before[key as keyof typeof before]);
    }
    expect(given).toEqual(before);
  });

  test("a `__proto__` key stays an own key", () => {
    const options = pass(Database, "e2", JSON.parse('{"__proto__":{"adopt":true},"stage":"prod"}'));
    expect(Object.hasOwn(options ?? {}, "__proto__")).toBe(true);
    expect(Object.getPrototypeOf(options)).toBe(Object.prototype);
  });
});

describe("the callback", () => {
  test("throws through as the same object, and may throw anything", () => {
    for (const thrown of [new Error("x"), "text", undefined, 0, { code: 1 }]) {
      let caught: unknown = "nothing";
      try {
        Database("t2", {}, () => {
          throw thrown;
        });
      } catch (error) {
        caught = error;
      }
      expect(caught).toBe(thrown);
    }
  });

  test("rejects through as the same object", async () => {
    const reason = new Error("x");
    const promise = Promise.reject(reason);
    const returned = Database("t3", {}, () => promise);
    expect(returned).toBe(promise);
    await expect(returned).rejects.toBe(reason);
  });

  test("what is on the prototype of all objects is no option", () => {
    const all = Object.prototype as { name?: string; extra?: number };
    Object.assign(all, { name: "theirs", extra: 1 });
    try {
      const options = pass(Database, "mine", { adopt: false }) ?? {};
      expect(Object.entries(options)).toEqual([
        ["adopt", false],
        ["name", "mine-pr-7"],
      ]);
    } finally {
      delete all.name;
      delete all.extra;
    }
  });

  test("options of a class and of a prototype count", () => {
    class Options {
      get stage() {
        return "prod";
      }
    }
    expect(pass(Database, "t8", new Options())).toMatchObject({ name: "t8-prod" });
    expect(pass(Database, "t8", Object.create({ name: "t9" }))).toMatchObject({ name: "t9-pr-7" });
  });

  test("may call blocks itself", () => {
    const names: string[] = [];
    const note = (_: string, options: { name?: string }) => names.push(options.name ?? "");
    Database("outer", {}, (_: string, options: { name?: string }) => {
      Bucket("inner", {}, (id: string, own: { name?: string }) => {
        Queue("innermost", {}, note);
        return note(id, own);
      });
      return note("", options);
    });
    expect(names).toEqual(["innermost-pr-7", "inner-pr-7", "outer-pr-7"]);
  });

  test("a getter that throws comes through, and the core goes on", () => {
    const thrown = new Error("from a getter");
    const options = {
      get name(): string {
        throw thrown;
      },
    };
    expect(() => Database("t4", options, recorder().resource)).toThrow(thrown);
    expect(pass(Database, "t5")).toEqual({ name: "t5-pr-7" });
  });

  test("may throw without end: what passes through the core leaves nothing behind in it", () => {
    // A frame of 32 bytes that is left on the module's stack each time ends it after 32,768 calls.
    const TIMES = 40_000;
    const throwing = () => {
      throw "x";
    };
    const getter = {
      get name(): string {
        throw "x";
      },
    };
    const acts = [
      () => Database("t6", {}, throwing),
      () => Database("t6", getter, throwing),
      () => Database("", {}, throwing),
      () => core.physicalName("kv", "x", ""),
    ];
    for (const act of acts) {
      let caught = 0;
      for (let i = 0; i < TIMES; i++) {
        try {
          act();
        } catch {
          caught++;
        }
      }
      expect(caught).toBe(TIMES);
      expect(pass(Database, "t7")).toEqual({ name: "t7-pr-7" });
    }
  });
});

describe("whatever a program throws, the core goes on", () => {
  // More than the places that wasm-bindgen has for borrowed values, and than its stack has frames.
  const TIMES = 3_000;
  const throwing = (keys: string[]) => {
    const trap = () => {
      throw new Error("from a trap");
    };
    return new Proxy({}, Object.fromEntries(keys.map((key) => [key, trap])));
  };
  const revoked = () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  };
  const { resource } = recorder();
  const acts: Record<string, () => unknown> = {
    "a pin that cannot be listed": () => Database("p", { pin: throwing(["ownKeys"]) }, resource),
    "a revoked pin": () => Database("p", { pin: revoked() as never }, resource),
    "revoked options": () => Database("p", revoked() as never, resource),
    "a revoked name": () => Database("p", { name: revoked() } as never, resource),
    "revoked settings": () => Database("p", {}, resource, { protect: revoked() as never }),
    "revoked base names": () => core.physicalNames("kv", revoked() as never, "dev"),
  };
  test.each(Object.entries(acts))("%s", (_, act) => {
    let caught = 0;
    for (let i = 0; i < TIMES; i++) {
      try {
        act();
      } catch (error) {
        expect(error).not.toBeInstanceOf(WebAssembly.RuntimeError);
        caught++;
      }
    }
    expect(caught).toBe(TIMES);
    expect(pass(Database, "t7")).toEqual({ name: "t7-pr-7" });
  });

  test("and callbacks nest deeper than there are places for borrowed values", () => {
    const nest = (depth: number): unknown =>
      depth === 0 ? "the end" : Database(`deep-${depth}`, {}, () => nest(depth - 1));
    expect(nest(300)).toBe("the end");
    expect(pass(Database, "t7")).toEqual({ name: "t7-pr-7" });
  });
});

test("getters of options run once, whatever the prototype", () => {
  const counted = (prototype: object | null) => {
    const reads: Record<string, number> = {};
    const options = Object.create(prototype);
    for (const key of ["stage", "pin", "onRename", "share", "name", "delete", "adopt", "other"]) {
      const get = () => {
        reads[key] = (reads[key] ?? 0) + 1;
        return undefined;
      };
      Object.defineProperty(options, key, { get, enumerable: true });
    }
    pass(Database, "counted", options);
    return Object.values(reads);
  };
  for (const prototype of [Object.prototype, null, class {}.prototype]) {
    expect(counted(prototype)).toEqual(Array(8).fill(1));
  }
});

describe("an unpaired surrogate is refused in every option", () => {
  const bad = "a\ud800b";
  test.each([
    [Database, { name: bad }],
    [Database, { stage: bad }],
    [Database, { share: bad }],
    [Database, { pin: { [bad]: "x" } }],
    [Database, { pin: { "pr-7": bad } }],
    [Bucket, { jurisdiction: bad }],
    [KV, { title: bad }],
    [Queue, { dlq: bad }],
    [AlchemyWorkflow, { workflowName: bad }],
    [DurableObject, { className: bad }],
    [DurableObject, { scriptName: bad }],
    [DurableObject, { scriptName: { name: bad } }],
    [DurableObject, { scriptName: { service: bad } }],
  ])("%p %p", (block, options) => {
    const { calls, resource } = recorder();
    expect(() => block("fine", options as never, resource)).toThrow(/unpaired surrogate/);
    expect(calls).toEqual([]);
  });

  test.each([{ prefix: bad }, { protect: [bad] }, { deleteClasses: [bad] }])("%p", (settings) => {
    expect(() => Database("fine", {}, recorder().resource, settings)).toThrow(/unpaired surrogate/);
  });
});

test("what an option is given instead is said", () => {
  const options = { onRename: "rename" } as never;
  expect(() => Database("fine", options, recorder().resource)).toThrow(
    "the option `onRename` of `Database` is `rename`",
  );
});

describe("bad input is refused before Alchemy is called", () => {
  const bad: [core.ErrorCode, string, (block: core.CoreBlock, r: never) => unknown][] = [
    ["base-invalid", "an empty name", (block, r) => block("", {}, r)],
    ["argument-invalid", "a number for a name", (block, r) => block(5 as never, {}, r)],
    ["argument-invalid", "no name", (block, r) => block(undefined as never, {}, r)],
    ["argument-invalid", "a String object", (block, r) => block(new String("a") as never, {}, r)],
    ["argument-invalid", "options of text", (block, r) => block("bad", "x" as never, r)],
    ["argument-invalid", "options of an array", (block, r) => block("bad", [] as never, r)],
    [
      "argument-invalid",
      "options of a function",
      (block, r) => block("bad", (() => 1) as never, r),
    ],
    ["option-invalid", "stage: true", (block, r) => block("bad", { stage: true } as never, r)],
    ["option-invalid", "stage: ''", (block, r) => block("bad", { stage: "" }, r)],
    ["option-invalid", "stage: 5", (block, r) => block("bad", { stage: 5 } as never, r)],
    ["option-invalid", "pin: text", (block, r) => block("bad", { pin: "x" } as never, r)],
    ["option-invalid", "pin: array", (block, r) => block("bad", { pin: ["x"] } as never, r)],
    ["option-invalid", "a pin of 5", (block, r) => block("bad", { pin: { prod: 5 } } as never, r)],
    ["option-invalid", "a pin of ''", (block, r) => block("bad", { pin: { prod: "" } }, r)],
    ["option-invalid", "name: ''", (block, r) => block("bad", { name: "" } as never, r)],
    ["option-invalid", "name: 5", (block, r) => block("bad", { name: 5 } as never, r)],
    ["base-invalid", "a hash segment", (block, r) => block("a-0abcdefgh", {}, r)],
    ["double-stage", "a leftover stage", (block, r) => block("bad-pr-7", {}, r)],
    ["double-stage", "a leftover `prod`", (b, r) => b("bad-prod", { stage: "prod" }, r)],
    ["stage-case", "Prod for prod", (block, r) => block("bad", { stage: "Prod" }, r)],
    ["base-invalid", "half a pair in the name", (block, r) => block("bad\ud800", {}, r)],
    ["stage-invalid", "half a pair in the stage", (b, r) => b("bad", { stage: "\udc00" }, r)],
    ["id-invalid", "a colon", (block, r) => block("a:b", { name: "ab" } as never, r)],
    [
      "id-invalid",
      "an id that rows lose",
      (block, r) => block("__proto__", { name: "ab" } as never, r),
    ],
    ["id-invalid", "an empty id", (block, r) => block("", { name: "ab" } as never, r)],
    ["option-invalid", "a prefix of 5", (b, r) => b("bad", {}, r, { prefix: 5 } as never)],
    ["option-invalid", "a prefix of ''", (b, r) => b("bad", {}, r, { prefix: "" })],
  ];
  for (const [name, block] of Object.entries(BLOCKS)) {
    test.each(bad)(`${name}: %s, %s`, async (code, _, act) => {
      const { calls, resource } = recorder();
      const error = await refusal(code, () => act(block, resource as never));
      expect(error.message).toMatch(/^[^A-Z]/);
      expect(error.message).not.toMatch(/\.$/);
      expect(calls).toEqual([]);
    });

    test(`${name}: a missing callback`, async () => {
      for (const callback of [undefined, null, {}, "x"]) {
        await refusal("argument-invalid", () => block("bad", {}, callback as never));
      }
    });
  }

  test.each([
    [Bucket, "My-Bucket"],
    [Bucket, "my_bucket"],
    [Queue, "jobs.dlq"],
    [Database, "my db"],
    [KV, " pad"],
    [AlchemyWorkflow, "-w"],
    [DurableObject, "chat room"],
  ])("a base name against its rule: %p %p", async (block, base) => {
    const { calls, resource } = recorder();
    const error = await refusal("base-invalid", () => block(base, {}, resource));
    expect(error.message).toContain(`\`${base}\``);
    expect(calls).toEqual([]);
  });

  test.each([
    [Bucket, "ab"],
    [Bucket, "A-bucket"],
    [Queue, "Jobs"],
    [Database, "my db"],
    [AlchemyWorkflow, "x".repeat(65)],
    [KV, "x".repeat(513)],
  ])("a pinned name that Cloudflare would refuse: %p %p", async (block, name) => {
    const { calls, resource } = recorder();
    const pin = { "pr-7": name };
    await refusal("base-invalid", () => block("fine", { pin }, resource));
    expect(calls).toEqual([]);
  });

  test("a class name that cannot be derived", async () => {
    const { calls, resource } = recorder();
    await refusal("class-invalid", () => DurableObject("2fa", {}, resource));
    await refusal("class-invalid", () => AlchemyWorkflow("2-fa", {}, resource));
    expect(calls).toEqual([]);
  });
});

test("hostile text cannot reach the terminal", async () => {
  const error = await refusal("base-invalid", () =>
    Database("a\u001b[2J\u202e`b", {}, recorder().resource),
  );
  expect(error.message).toContain("a\\u{1b}[2J\\u{202e}\\u{60}b");
});
