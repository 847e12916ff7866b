/** Programs that few would write and many could: each lost data, and is refused. */
import { expect, test } from "bun:test";
import { data, fill, names } from "../support/data.ts";
import { said } from "../support/harm.ts";
import { App, program, SCRIPT, unguarded } from "../support/program.ts";

const STAGE = "pr-1";
const TIME = 60_000;

interface Way {
  first: string;
  next: string;
  /** How it is refused; nothing where the program catches it, and has to end without loss. */
  code?: string;
  says?: string;
}

/** Has one part of a program wait for what another does: by a clock it would do so most times. */
const SIGNAL = "let go; const gone = new Promise((done) => { go = done; });";

/** A Worker that holds a class, whose Durable Object may have another id. */
const worker = (id: string, name: string) => `
await raw.Worker("w", {
  name: "w-pr-1", adopt: true, script: ${JSON.stringify(SCRIPT)},
  bindings: { C: raw.DurableObjectNamespace("${id}", { className: "${name}", sqlite: true }) },
});`;

const WAYS: Record<string, Way> = {
  "another id in a jurisdiction of D1": {
    first: 'await Database("db", { name: "main", jurisdiction: "eu" });',
    next: 'await Database("other", { name: "main", jurisdiction: "eu", adopt: true });',
    code: "id-changed",
  },
  "an id declared at once under two names": {
    first: 'await Database("db", { name: "a" });',
    next: 'await Promise.all([Database("db", { name: "b" }), Database("db", { name: "a" })]);',
    code: "duplicate-name",
    says: "`db` is declared twice at once, as `b-pr-1` and as `a-pr-1`",
  },
  "another kind under the id": {
    first: 'await KV("data");',
    next: 'await Database("data");',
    code: "would-replace",
    says: "`data` is deployed as the KV namespace `data-pr-1`, and this program declares another kind",
  },
  "a block that fails on its way to Alchemy, caught": {
    first: 'await Database("db");',
    next: 'await Promise.allSettled([Database("db", { importFiles: ["none.sql"] }), KV("kv")]);',
    code: "would-delete",
    says: "this program declares the database `db-pr-1` as `db`",
  },
  "a block that nobody waits for": {
    first: 'await Database("db");',
    next: `
const late = createBlocks({ resources: { D1Database: () => new Promise(() => {}) } });
void late.Database("db");`,
    code: "would-delete",
  },
  "a scope opened twice": {
    first: 'await alchemy.run("in", async () => { await Database("a"); await Database("b"); });',
    next: `
await alchemy.run("in", async () => { await Database("a"); });
await alchemy.run("in", async () => { await Database("b"); });`,
    code: "would-delete",
  },
  "a scope opened twice, with a kept name in it": {
    first: 'await alchemy.run("in", () => Database("a", { name: "old" }));',
    next: `
await alchemy.run("in", () => Database("a", { name: "new", onRename: "keep" }));
await alchemy.run("in", async () => {});`,
    code: "would-delete",
  },
  "a scope opened twice that says `destroy`": {
    first: 'await alchemy.run("in", async () => { await Database("a"); await Database("b"); });',
    next: `
await alchemy.run("in", { phase: "destroy" }, () => Database("a"));
await alchemy.run("in", { phase: "destroy" }, () => Database("b"));`,
    code: "would-delete",
  },
  "another kind under the id of what is retained": {
    first: 'await Database("data", { delete: false });',
    next: 'await KV("data");',
    code: "would-replace",
  },
  "one of two rows of a name dropped": {
    first: `
await raw.D1Database("a", { name: "n-pr-1" });
await raw.D1Database("b", { name: "n-pr-1", adopt: true });`,
    next: 'await Database("b", { name: "n", adopt: true });',
    code: "would-delete",
    says: "this program declares the database `n-pr-1` as `b`",
  },
  "a scope that was begun before the first block": {
    first: `await alchemy.run("workers", async () => { ${worker("c", "Counter")} });`,
    next: `${SIGNAL}
await Promise.all([
  alchemy.run("workers", async () => { await gone; ${worker("other", "Room")} }),
  alchemy.run("data", async () => { const made = Database("db"); go(); await made; }),
]);`,
    code: "would-delete-class",
  },
  "a scope begun before, that sweeps after a refusal": {
    first: 'await alchemy.run("api", async () => { await Database("db", { name: "main" }); });',
    next: `${SIGNAL}
await Promise.allSettled([
  alchemy.run("api", () => gone),
  Database("db", { name: "main", adopt: true }).finally(go),
]);`,
  },
  "another name in a nested scope that says `destroy`": {
    first: 'await alchemy.run("in", () => Database("db", { name: "old" }));',
    next: 'await alchemy.run("in", { phase: "destroy" }, () => Database("db", { name: "new" }));',
    code: "would-replace",
  },
};

test.each(Object.keys(WAYS))(
  "%s",
  async (name) => {
    const { first, next, code, says } = WAYS[name] as Way;
    await using app = await App.start();
    // The guard would refuse two rows of one name, which other programs may have left.
    await app.deploy(STAGE, first.includes("raw.D1Database") ? unguarded(first) : program(first));
    fill(app);
    const before = data(app);
    if (code) {
      const { message } = said(await app.refused(STAGE, code, program(next)));
      expect(message).toContain(says ?? "");
    } else {
      await app.run(STAGE, program(next));
    }
    expect(data(app)).toEqual(expect.arrayContaining(before));
    expect(app.cloudflare.deletions()).toEqual([]);
    expect(app.cloudflare.unhandled).toEqual([]);
  },
  TIME,
);

/** Programs that mean what they say: what each deletes in its last deploy. */
const MEANT: Record<string, { deploys: string[]; deletes: string[] }> = {
  "a nested scope dropped, whose ids stand outside as well": {
    deploys: [
      'await Database("db"); await alchemy.run("in", () => Database("db", { name: "other" }));',
      'createBlocks({ release: ["db"] }); await Database("db");',
    ],
    deletes: ["other-pr-1"],
  },
  "a resource with blocks inside that its program destroys": {
    deploys: [
      `
import { Resource } from "alchemy";
const Tenant = Resource("my::Tenant", async function (id) {
  if (this.phase === "delete") return this.destroy();
  await Database("db", { name: id });
  return this.create({ id });
});
const tenant = await Tenant("first", {});
await Tenant("second", {});
await alchemy.destroy(tenant);`,
    ],
    deletes: ["first-pr-1"],
  },
  "what was deployed as a name that another has, and does not take": {
    deploys: [
      'await Database("a", { name: "x" }); await Database("b", { name: "y" });',
      'createBlocks({ release: ["b"] }); await Database("a", { name: "y", onRename: "keep" });',
    ],
    deletes: ["y-pr-1"],
  },
  "a kept name, destroyed in the program that made it": {
    deploys: [
      `
await Bucket("files", { name: "old" });
await alchemy.destroy(await Bucket("files", { name: "new", onRename: "keep" }));`,
    ],
    deletes: ["old-pr-1"],
  },
};

test.each(Object.keys(MEANT))(
  "%s goes",
  async (name) => {
    const { deploys, deletes } = MEANT[name] as (typeof MEANT)[string];
    await using app = await App.start();
    for (const body of deploys) await app.deploy(STAGE, program(body));
    expect(app.cloudflare.deletions().map((deletion) => deletion.name)).toEqual(deletes);
    expect(app.cloudflare.unhandled).toEqual([]);
  },
  TIME,
);

/** A store that cannot be read while `globalThis.failing` is set. */
const FAILING = `{ stateStore: (scope) => {
  const store = new FileSystemStateStore(scope);
  const { all } = store;
  store.all = () => globalThis.failing ? Promise.reject(new Error("503")) : all.call(store);
  return store;
} }`;
const IMPORT = 'import { FileSystemStateStore } from "alchemy/state";';

test("what could not be judged sweeps nothing, though the program goes on", async () => {
  await using app = await App.start();
  await app.deploy("prod", program('await Database("main");'));
  const mine = 'await raw.D1Database("mine", { name: "main-prod", adopt: true });';
  await app.deploy(STAGE, program(`${mine} await Database("db", { name: "own" });`));
  fill(app);
  const before = data(app);
  const body = `${IMPORT}
globalThis.failing = true;
try { await Database("main", { share: "prod" }); } catch (error) { console.log(String(error)); }
try {
  await alchemy.run("in", () => Database("db", { name: "own", adopt: true }));
} catch (error) { console.log(String(error)); }
globalThis.failing = false;`;
  const { output } = await app.run(STAGE, program(body, "shop", FAILING));
  expect(output.match(/Error: 503/g)).toHaveLength(2);
  expect(data(app)).toEqual(before);
  expect(app.cloudflare.deletions()).toEqual([]);
}, 60_000);

test("what keeps its name is destroyed as what it is", async () => {
  await using app = await App.start();
  await app.deploy(STAGE, program('await Bucket("files", { name: "new" });', "blog"), {
    name: "blog",
  });
  await app.deploy(STAGE, program('await Bucket("files", { name: "old" });'));
  const kept = 'const b = await Bucket("files", { name: "new", onRename: "keep" });';
  await app.deploy(STAGE, program(`${kept} await alchemy.destroy(b);`));
  expect(app.cloudflare.deletions().map(({ name }) => name)).toEqual(["old-pr-1"]);
  expect(names(app)).toEqual(["new-pr-1"]);
}, 60_000);

test("a nested scope may have a password of its own", async () => {
  await using app = await App.start();
  const script = "export default { fetch() { return new Response() } }";
  const bindings = '{ S: alchemy.secret("hush") }';
  const options = `{ name: "w-pr-1", script: "${script}", bindings: ${bindings} }`;
  const secure = `await alchemy.run("secure", { password: "x" }, () => raw.Worker("w", ${options}));`;
  await app.deploy(STAGE, program(secure));
  await app.deploy(STAGE, program(`${secure} await KV("kv");`));
  expect(names(app, "KVNamespace")).toEqual(["kv-pr-1"]);
}, 60_000);

test("a wrong password is refused in words, and an erased secret is written again", async () => {
  await using app = await App.start();
  const source = (password: string) => {
    const script = "export default { fetch() { return new Response() } }";
    const bindings = '{ S: alchemy.secret("hush") }';
    const body = `await KV("kv"); await raw.Worker("w", { name: "w-pr-1", script: "${script}", bindings: ${bindings} });`;
    return program(body, "shop", `{ password: "${password}" }`);
  };
  await app.deploy(STAGE, source("first"));
  const output = await app.refused(STAGE, "state-password", source("second"));
  expect(output).toContain("the secrets of `w` in `");
  await app.deploy(STAGE, source("second"), { args: ["--force", "--erase-secrets"] });
  await app.deploy(STAGE, source("second"));
}, 60_000);

test("a replaced bucket does not stand in the way of a database of its name", async () => {
  await using app = await App.start();
  const first = 'await Database("db", { name: "n" }); await Bucket("files", { name: "n" });';
  await app.deploy(STAGE, program(first));
  const then = `
await Bucket("files", { name: "other", onRename: "replace" });
await Database("db", { name: "n", readReplication: { mode: "auto" } });`;
  await app.deploy(STAGE, program(then));
  expect(names(app, "D1Database")).toEqual(["n-pr-1"]);
  expect(names(app, "R2Bucket")).toEqual(["other-pr-1"]);
}, 60_000);
