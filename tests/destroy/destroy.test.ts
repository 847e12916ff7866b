/** `destroy --stage`: what goes, what stays, and how it ends. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { App, unguarded } from "../support/program.ts";
import { destroy, files, goneOf, held, make, others, run, send, slugOf } from "./stage.ts";

setDefaultTimeout(120_000);

/** What of `before` the account no longer has, by kind and name. */
function lost(app: App, before: readonly string[]): string[] {
  const now = held(app);
  const gone = before.filter((one) => !now.includes(one));
  return gone.map((one) => one.split(" ").slice(0, 2).join(" ")).sort();
}

/** What a test changes in a row. */
interface Row {
  kind: string;
  status: string;
  props: Record<string, unknown>;
  output: { id?: string; bindings: Record<string, object> };
}

async function edit(app: App, path: string, change: (row: Row) => void) {
  const place = join(".alchemy", path);
  const row = JSON.parse(await readFile(join(app.folder, place), "utf8"));
  change(row);
  await app.write(place, JSON.stringify(row));
}

test("one stage goes as a whole, and nothing of any neighbour", async () => {
  await using app = await App.start();
  const neighbours = [
    ["pr-12", "shop"],
    ["pr-1x", "shop"],
    ["pr-1/x", "shop"],
    ["prod", "shop"],
    ["pr-1", "blog"],
  ] as const;
  await make(app);
  for (const [stage, name] of neighbours) await make(app, stage, name);
  const [before, rest] = [held(app), await others(app, "pr-1")];
  const ended = await destroy(app, ["--stage", "pr-1", "--app", "shop"]);
  expect(ended).toMatchObject({ code: 0, result: "destroyed", code_: "asked" });
  expect(ended.ends).toEqual([
    expect.stringMatching(/^deleted QueueConsumer /),
    "deleted workflow shop-flow-pr-1",
    "deleted Worker shop-api-pr-1",
    "deleted R2Object logo",
    "deleted Queue shop-jobs-pr-1",
    "deleted D1Database shop-db-pr-1",
    "kept D1Database shop-kept-pr-1",
    "deleted KVNamespace shop-menu-pr-1",
    "deleted R2Bucket shop-files-pr-1",
    "dropped alchemy::Scope inner",
  ]);
  expect(lost(app, before)).toEqual(goneOf("pr-1"));
  expect(await others(app, "pr-1")).toBe(rest);
  // The retained row stays, and so does the folder of the stage whose name goes on.
  const left = (await files(app, "pr-1")).filter((file) => !file.includes("/pr-1/x/"));
  expect(left).toEqual([join(app.folder, ".alchemy/shop/pr-1/kept.json")]);
  expect(app.cloudflare.unhandled).toEqual([]);
  // What is left is retained: there is nothing more to do.
  const again = await destroy(app, ["--stage", "pr-1", "--app", "shop"]);
  expect(again).toMatchObject({ code: 0, ends: ["kept D1Database shop-kept-pr-1"] });
});

test("it shows the plan, and does nothing if nobody agrees", async () => {
  await using app = await App.start();
  await make(app);
  const [before, log] = [held(app), await others(app, "none")];
  const ended = await run(app, ["destroy", "--stage", "pr-1"]);
  expect(ended.code).toBe(1);
  expect(ended.out).toContain("delete  database        shop-db-pr-1");
  expect(ended.out).toContain("keep    database        shop-kept-pr-1");
  expect(ended.error).toContain(
    "nothing was destroyed: nobody has agreed to it\nhelp: add `--yes`",
  );
  expect(held(app)).toEqual(before);
  expect(await others(app, "none")).toBe(log);
  const done = await run(app, ["destroy", "--stage", "pr-1", "--yes"]);
  expect(done.out).toContain(
    "✓ stage `pr-1` of `shop` is destroyed: 8 resources deleted, 1 retained",
  );
  expect(done.out).toMatch(
    /D1 can be undeleted: `POST \/accounts\/0+1\/d1\/database\/[\w-]+\/undelete`/,
  );
  const journal = await readFile(join(app.folder, ".alchemy-journal/shop@pr-1.jsonl"), "utf8");
  expect(journal.match(/"event":"deleted"/g)).toHaveLength(8);
});

test("a protected stage stays, whatever is given", async () => {
  await using app = await App.start();
  await make(app, "prod");
  await make(app, "live/x");
  const before = held(app);
  const all = ["--unfinished", "--gone", "--empty-buckets"];
  const refused = await destroy(app, ["--stage", "prod", ...all]);
  expect(refused).toMatchObject({ code: 1, result: "refused", code_: "protected" });
  const own = await destroy(app, ["--stage", "live/x", "--protect", "LIVE/X", ...all]);
  expect(own).toMatchObject({ code: 1, result: "refused", code_: "protected" });
  expect(held(app)).toEqual(before);
});

test("a wrong account, or one that the token may not use, changes nothing", async () => {
  const other = "0".repeat(31).concat("2");
  await using app = await App.start({
    others: [{ accountId: other, token: "stand-in-token" }],
  });
  await make(app);
  const before = held(app);
  const noted = await destroy(app, ["--stage", "pr-1", "--account", other]);
  expect(noted).toMatchObject({ code: 1, result: "refused", code_: "foreign-account" });
  // Most rows do not say whose they are.
  for (const file of await files(app, "pr-1")) {
    const text = await readFile(file, "utf8");
    await app.write(file.slice(app.folder.length), text.replaceAll('"accountId"', '"was"'));
  }
  const rest = await others(app, "none");
  const wrong = await destroy(app, ["--stage", "pr-1", "--account", other]);
  expect(wrong).toMatchObject({ code: 2, result: "unknown", code_: "wrong-account" });
  const none = await destroy(app, ["--stage", "pr-1", "--account", "f".repeat(32)]);
  expect(none).toMatchObject({ code: 2, result: "unknown", code_: "unreadable" });
  const env = { CLOUDFLARE_ACCOUNT_ID: "" };
  const unnamed = await destroy(app, ["--stage", "pr-1"], { env });
  expect(unnamed).toMatchObject({ code: 2, out: "" });
  expect(unnamed.error).toContain("code: account-missing");
  expect(held(app)).toEqual(before);
  expect(await others(app, "none")).toBe(rest);
  expect(await destroy(app, ["--stage", "pr-1"])).toMatchObject({ code: 0, result: "destroyed" });
});

test("what something else has or uses stays", async () => {
  await using app = await App.start();
  await make(app);
  await make(app, "pr-2");
  const before = held(app);
  const text = await readFile(join(app.folder, ".alchemy/shop/pr-1/db.json"), "utf8");
  const { id } = (JSON.parse(text) as Row).output;
  // A Worker of another stage is bound to the database.
  await edit(app, "shop/pr-2/api.json", ({ output }) => {
    output.bindings.other = { type: "d1", id };
  });
  const used = await destroy(app, ["--stage", "pr-1"]);
  expect(used).toMatchObject({ code: 1, result: "refused", code_: "claimed" });
  // It has taken over the workflow.
  await edit(app, "shop/pr-2/api.json", ({ output }) => {
    delete output.bindings.other;
    Object.assign(output.bindings.flow ?? {}, { workflowName: "shop-flow-pr-1" });
  });
  const taken = await destroy(app, ["--stage", "pr-1"]);
  expect(taken).toMatchObject({ code: 1, result: "refused", code_: "claimed" });
  expect(held(app)).toEqual(before);
});

test("what a person must judge stays: another resource, an unknown kind, an unfinished row", async () => {
  await using app = await App.start();
  await make(app);
  const before = held(app);
  const path = "shop/pr-1/db.json";
  const text = await readFile(join(app.folder, ".alchemy", path), "utf8");
  const edits: Record<string, (row: Row) => void> = {
    "another-resource": ({ output }) => Object.assign(output, { id: "another" }),
    "unknown-kind": (row) => Object.assign(row, { kind: "neon::Project" }),
    "foreign-account": ({ props }) => Object.assign(props, { accountId: "other" }),
    "under-way": (row) => Object.assign(row, { status: "updating" }),
  };
  for (const [code_, change] of Object.entries(edits)) {
    await edit(app, path, change);
    expect(await destroy(app, ["--stage", "pr-1"])).toMatchObject({
      code: 1,
      result: "refused",
      code_,
    });
    await app.write(join(".alchemy", path), text);
  }
  expect(held(app)).toEqual(before);
  await app.write(join(".alchemy", path), "{");
  expect(await destroy(app, ["--stage", "pr-1"])).toMatchObject({ code: 2, code_: "unreadable" });
  await app.write(join(".alchemy", path), text.replace('"created"', '"updating"'));
  const ended = await destroy(app, ["--stage", "pr-1", "--unfinished"]);
  expect(ended).toMatchObject({ code: 0, result: "destroyed" });
});

test("of a first deploy that failed, what was never made is done, and what was made stays", async () => {
  await using app = await App.start();
  // As the scripts that `init` writes do it.
  const closing = (stage: string) => {
    return destroy(app, ["--stage", stage, "--if-exists", "--unfinished"]);
  };
  const program = unguarded('await raw.D1Database("db", { name: "shop-db-" + stage });');
  const path = /\/d1\/database/;
  for (const [stage, kind] of [
    ["pr-1", "403"],
    ["pr-2", "status500-after"],
  ] as const) {
    app.cloudflare.faults.add({ kind, method: "POST", path, count: 9 });
    await expect(app.deploy(stage, program)).rejects.toThrow();
    app.cloudflare.faults.clear();
    expect(await files(app, stage)).toEqual([expect.stringContaining("db.json")]);
  }
  expect(await destroy(app, ["--stage", "pr-1"])).toMatchObject({ code: 1, code_: "under-way" });
  expect(await closing("pr-1")).toMatchObject({ code: 0, result: "destroyed" });
  expect(await files(app, "pr-1")).toEqual([]);
  expect(await closing("pr-1")).toMatchObject({ code: 0, out: "" });
  // The row does not say so, but the account has it: nobody may call that done.
  expect(held(app)).toEqual(["D1Database shop-db-pr-2 "]);
  expect(await closing("pr-2")).toMatchObject({ code: 1, code_: "another-resource" });
  expect(held(app)).toEqual(["D1Database shop-db-pr-2 "]);
});

test("a state that cannot be read is said with its help, wherever the stage is", async () => {
  await using app = await App.start();
  await make(app, "pr-2");
  await app.write(".alchemy/shop/pr-1/db.json", "{");
  const says = "the state in `.alchemy/shop/pr-1/db.json` cannot be read: it is no JSON";
  const help = "help: a deploy may be writing it: try again";
  const missing = await run(app, ["destroy", "--yes", "--stage", "pr-1"]);
  expect(missing).toMatchObject({ code: 2, out: "" });
  expect(missing.error).toStartWith(`error: ${says}`);
  expect(missing.error).toContain(`\n${help}`);
  expect((await run(app, ["urls", "--stage", "pr-2"])).error).toBe(missing.error);
  for (const args of [["destroy", "--yes", "--stage", "pr-2"], ["stages"], ["monitor"]]) {
    const { code, out } = await run(app, args);
    expect(code).toBe(2);
    expect(out).toContain(says);
    expect(out.replaceAll(/\s+/g, " ")).toContain(help);
  }
});

test("a full bucket stays until it may be emptied, and the rest goes", async () => {
  await using app = await App.start();
  await make(app);
  for (let at = 0; at < 1100; at++) app.account.putObject("shop-files-pr-1", `more/${at}`, "x");
  const before = held(app);
  const full = await destroy(app, ["--stage", "pr-1"]);
  expect(full).toMatchObject({ code: 1, result: "incomplete" });
  expect(full.ends.filter((one) => one.startsWith("left"))).toEqual([
    "left R2Bucket shop-files-pr-1",
  ]);
  expect(full.out).toContain("`--empty-buckets` deletes them with it");
  expect(lost(app, before)).toEqual(goneOf("pr-1").filter((one) => !one.startsWith("R2Bucket")));
  const emptied = await destroy(app, ["--stage", "pr-1", "--empty-buckets"]);
  expect(emptied).toMatchObject({ code: 0, result: "destroyed" });
  expect(lost(app, before)).toEqual(goneOf("pr-1"));
});

test("a stage that Alchemy has armed goes with the row that arms it", async () => {
  await using app = await App.start();
  await make(app);
  await make(app, "pr-2");
  const armed = {
    ...{ kind: "alchemy::Scope", id: "pr-1", fqn: "", seq: 1, status: "created" },
    ...{ data: {}, props: {}, output: {} },
  };
  await app.write(".alchemy/shop/pr-1.json", JSON.stringify(armed));
  // What an interrupted replacement has left, which has no row of its own.
  const old = await send(app, "POST", "/storage/kv/namespaces", JSON.stringify({ title: "old" }));
  const resource = {
    "Symbol(alchemy::ResourceKind)": "cloudflare::KVNamespace",
    "Symbol(alchemy::ResourceID)": "menu",
    ...{ title: "old", namespaceId: old.id },
  };
  const data = { pendingDeletions: [{ resource, oldProps: {} }] };
  await app.write(".alchemy/shop/pr-2.json", JSON.stringify({ ...armed, id: "pr-2", data }));
  expect(await destroy(app, ["--stage", "pr-1"])).toMatchObject({ code: 0, result: "destroyed" });
  expect(existsSync(join(app.folder, ".alchemy/shop/pr-1.json"))).toBe(false);
  expect(existsSync(join(app.folder, ".alchemy/shop/pr-2.json"))).toBe(true);
  expect(await destroy(app, ["--stage", "pr-2"])).toMatchObject({ code: 0, result: "destroyed" });
  expect(existsSync(join(app.folder, ".alchemy/shop/pr-2.json"))).toBe(false);
  expect(held(app)).toEqual(["D1Database shop-kept-pr-1 ", "D1Database shop-kept-pr-2 "]);
});

test("a lone leftover goes as soon as something shows that the account is right", async () => {
  await using app = await App.start();
  await make(app);
  const path = ".alchemy/shop/pr-1/db.json";
  const text = await readFile(join(app.folder, path), "utf8");
  await rm(join(app.folder, ".alchemy"), { recursive: true });
  const { output } = JSON.parse(text) as Row;
  await send(app, "DELETE", `/d1/database/${output.id}`);
  await app.write(path, text);
  const wrong = await destroy(app, ["--stage", "pr-1"]);
  expect(wrong).toMatchObject({ code: 2, code_: "wrong-account" });
  // Another stage shows it for the account, but may be in an account of its own.
  await make(app, "pr-2");
  const other = await destroy(app, ["--stage", "pr-1"]);
  expect(other).toMatchObject({ code: 1, code_: "unproven" });
  const ended = await destroy(app, ["--stage", "pr-1", "--gone"]);
  const ends = ["dropped D1Database shop-db-pr-1"];
  expect(ended).toMatchObject({ code: 0, result: "destroyed", ends });
  expect(await files(app, "pr-1")).toEqual([]);
});

test("a stage that is not there is no success, unless it need not be", async () => {
  await using app = await App.start();
  await make(app, "pr-2");
  const typo = await destroy(app, ["--stage", "pr-1"]);
  expect(typo).toMatchObject({ code: 2, out: "" });
  expect(typo.error).toContain("code: stage-missing");
  expect(typo.error).toContain("see `npx @alch/blocks stages --offline`;");
  // Whoever has named the place of the state has to name it there, too.
  const named = await destroy(app, ["--stage", "pr-1", "--state", ".alchemy"]);
  expect(named.error).toContain("see `npx @alch/blocks stages --offline --state .alchemy`;");
  expect(await destroy(app, ["--stage", "pr-1", "--if-exists"])).toMatchObject({ code: 0 });
  await make(app, "pr-2", "blog");
  const both = await destroy(app, ["--stage", "pr-2"]);
  expect(both.error).toContain("several apps have the stage `pr-2`: `blog`, `shop`");
  expect(slugOf("pr-2", "blog")).toBe("blog-pr-2");
});

test("what an interrupted replacement has left goes by its own ids: a consumer and an object", async () => {
  await using app = await App.start();
  await make(app);
  const pending = (kind: string, id: string, output: object, oldProps: object) => ({
    resource: {
      "Symbol(alchemy::ResourceKind)": `cloudflare::${kind}`,
      "Symbol(alchemy::ResourceID)": id,
      ...output,
    },
    oldProps,
  });
  const ids = async (path: string) => {
    return JSON.parse(await readFile(join(app.folder, ".alchemy/shop/pr-1", path), "utf8")).output;
  };
  const queue = await ids("jobs.json");
  const old = await send(app, "POST", "/queues", JSON.stringify({ queue_name: "old-jobs" }));
  const attached = await send(
    app,
    "POST",
    `/queues/${old.queue_id}/consumers`,
    JSON.stringify({ type: "worker", script_name: "shop-api-pr-1" }),
  );
  app.account.putObject("shop-files-pr-1", "old.svg", "<svg/>");
  const [bucket, worker] = [{ name: "shop-files-pr-1" }, "shop-api-pr-1"];
  const consumer = { id: attached.consumer_id, queueId: old.queue_id, scriptName: worker };
  const armed = {
    ...{
      kind: "alchemy::Scope",
      id: "pr-1",
      fqn: "",
      seq: 1,
      status: "created",
      props: {},
      output: {},
    },
    data: {
      pendingDeletions: [
        pending("QueueConsumer", "old-consumer", consumer, { queue, scriptName: worker }),
        pending("Queue", "old-jobs", { name: "old-jobs", id: old.queue_id }, {}),
        pending("R2Object", "old-logo", { key: "old.svg", id: "x" }, { bucket, key: "old.svg" }),
      ],
    },
  };
  await app.write(".alchemy/shop/pr-1.json", JSON.stringify(armed));
  const ended = await destroy(app, ["--stage", "pr-1"]);
  expect(ended).toMatchObject({ code: 0, result: "destroyed" });
  for (const one of ["Queue old-jobs", "R2Object old-logo", "QueueConsumer old-consumer"]) {
    expect(ended.ends).toContain(`deleted ${one}`);
  }
  expect(held(app)).toEqual(["D1Database shop-kept-pr-1 "]);
  expect(existsSync(join(app.folder, ".alchemy/shop/pr-1.json"))).toBe(false);
});

test("the row of a stage that a deploy changes meanwhile stays", async () => {
  await using app = await App.start();
  await make(app);
  const path = ".alchemy/shop/pr-1.json";
  const armed = {
    ...{ kind: "alchemy::Scope", id: "pr-1", fqn: "", seq: 1, status: "created" },
    ...{ data: {}, props: {}, output: {} },
  };
  await app.write(path, JSON.stringify(armed));
  const fault = app.cloudflare.faults.add({
    kind: "pause",
    method: "DELETE",
    path: /\/storage\/kv\/namespaces\//,
  });
  const running = destroy(app, ["--stage", "pr-1"]);
  await fault.reached;
  const changed = JSON.stringify({ ...armed, data: { pendingDeletions: [] }, seq: 2 });
  await app.write(path, changed);
  fault.release();
  const ended = await running;
  expect(ended).toMatchObject({ code: 1, result: "incomplete" });
  expect(ended.out).toContain("the row of the stage `pr-1` was changed meanwhile");
  expect(await readFile(join(app.folder, path), "utf8")).toBe(changed);
  expect(await destroy(app, ["--stage", "pr-1"])).toMatchObject({ code: 0, result: "destroyed" });
  expect(existsSync(join(app.folder, path))).toBe(false);
});
