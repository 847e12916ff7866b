/** `stages`, `destroy` and `sweep` on stages of the real Alchemy 2: the same decisions as for 0.94. */
import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { destroy, held } from "../destroy/stage.ts";
import { data } from "../support/data.ts";
import { CLOSED, OPEN } from "../sweep/world.ts";
import { TIME, unguarded, worker } from "./app.ts";
import { REMOTE, startRemote } from "./remote.ts";
import { PROGRAM, World2 } from "./stages.ts";

/** What the account has of a stage that is not retained. */
function of({ app }: World2, stage: string): string[] {
  const own = new RegExp(`-${stage}( |-|$)`);
  return held(app).filter((one) => own.test(one) && !one.includes("-kept-"));
}

/** What the account has of other stages, with its data. */
function others({ app }: World2, stage: string): string[] {
  return data(app).filter((one) => !one.includes(`-${stage}`));
}

test.concurrent(
  "one of two stages is marked, then swept; the other one is untouched, and both deploy again",
  async () => {
    await using world = await World2.with({ "pr-1": CLOSED, "pr-12": OPEN, prod: undefined });
    const { app } = world;
    app.fill();
    const rows = [...(await world.texts("pr-12")), ...(await world.texts("prod"))];
    const before = others(world, "pr-1");
    const first = await world.delete(["--empty-buckets"]);
    expect(first).toMatchObject({
      code: 0,
      codes: { "pr-1": "unmarked", "pr-12": "pull-open", prod: "protected" },
      results: {},
    });
    expect(of(world, "pr-1").length).toBe(8);
    const second = await world.delete(["--empty-buckets"]);
    expect(second).toMatchObject({ code: 0, results: { "pr-1": "destroyed" } });
    expect(of(world, "pr-1")).toEqual([]);
    expect(held(app)).toContain("D1Database shop-kept-pr-1 ");
    expect(await world.rows("pr-1")).toEqual(["__stack_output__.json", "kept.json"]);
    expect(others(world, "pr-1")).toEqual(before);
    expect([...(await world.texts("pr-12")), ...(await world.texts("prod"))]).toEqual(rows);
    // All that it has left is retained.
    expect(await world.delete()).toMatchObject({ code: 0, codes: { "pr-1": "retained" } });
    expect(app.cloudflare.unhandled).toEqual([]);

    await app.deploy("pr-1", PROGRAM);
    expect(of(world, "pr-1").length).toBe(8);
    await app.deploy("prod", PROGRAM);
    expect(others(world, "pr-1")).toEqual(before);
  },
  TIME,
);

test.concurrent(
  "a store that only the program reaches: the stage goes from it, and no other",
  async () => {
    using remote = startRemote();
    const env = { REMOTE_STATE: remote.url };
    const program = REMOTE + PROGRAM.replace("localState()", "remote()");
    await using world = await World2.with({ "pr-1": CLOSED, prod: undefined }, program, env);
    await writeFile(join(world.app.folder, "alchemy.run.ts"), program);
    const store = ["--state-store", "alchemy.run.ts"];
    const kept = (stage: string) => {
      return [...remote.kept].filter(([path]) => path.includes(`/stages/${stage}/`));
    };
    const [before, rows] = [others(world, "pr-1"), kept("prod")];
    for (const runtime of ["Node 22", "Bun"] as const) {
      const dry = await world.run(["destroy", ...store, "--stage", "pr-1"], { env, runtime });
      expect(dry.error).toContain("nobody has agreed to it");
    }
    expect(await world.sweep(store, { env })).toMatchObject({ codes: { "pr-1": "unmarked" } });
    const swept = await world.delete(store, { env });
    expect(swept).toMatchObject({ code: 0, results: { "pr-1": "destroyed" } });
    expect(of(world, "pr-1")).toEqual([]);
    expect(others(world, "pr-1")).toEqual(before);
    expect(kept("prod")).toEqual(rows);
    expect(
      kept("pr-1")
        .map(([path]) => path.split("/").at(-1))
        .sort(),
    ).toEqual(["kept", "output"]);
    const left = unguarded('yield* D1.Database("kept", { name: "shop-kept-" + stage });');
    const last = REMOTE + left.replace("localState()", "remote()");
    await world.app.deploy("pr-1", last, { env });
    const ended = await destroy(
      world.app,
      ["--stage", "pr-1", "--account", world.app.account.id, ...store],
      { env: { ...env, HOME: world.app.folder } },
    );
    expect(ended).toMatchObject({ code: 0, result: "destroyed" });
    expect(kept("pr-1")).toEqual([]);
    expect(kept("prod")).toEqual(rows);
  },
  TIME,
);

test.concurrent(
  "a failure is reported, the rest goes on, and a later run finishes it",
  async () => {
    await using world = await World2.with({ "pr-1": CLOSED, prod: undefined });
    const { app } = world;
    const args = ["--stage", "pr-1", "--account", app.account.id];
    app.account.putObject("shop-files-pr-1", "key", "x");
    app.cloudflare.faults.add({ kind: "500", method: "DELETE", path: /consumers/, count: 9 });
    const first = await destroy(app, args);
    expect(first).toMatchObject({ code: 1, result: "incomplete" });
    const ends = first.ends.map((end) => end.replace(/Cloudflare\.(\w+\.)?/, ""));
    expect(ends).toContain("left Consumer consumer");
    // A queue outlives its consumer, and a Worker, too.
    expect(ends).toContain("skipped Worker shop-api-pr-1");
    expect(ends).toContain("skipped Queue shop-jobs-pr-1");
    expect(ends).toContain("left Bucket shop-files-pr-1");
    expect(ends).toContain("deleted D1Database shop-db-pr-1");
    expect(await world.rows("pr-1")).not.toContain("db.json");
    expect(await world.rows("pr-1")).toContain("files.json");
    app.cloudflare.faults.clear();
    const second = await destroy(app, [...args, "--empty-buckets"]);
    expect(second).toMatchObject({ code: 0, result: "destroyed" });
    expect(of(world, "pr-1")).toEqual([]);
    const journal = join(app.folder, ".alchemy-journal", "shop@pr-1.jsonl");
    expect(existsSync(journal)).toBe(true);
  },
  TIME,
);

test.concurrent(
  "a stage that is deployed again has to be marked again; a deploy that begins meanwhile stops it",
  async () => {
    await using world = await World2.with({ "pr-1": CLOSED, prod: undefined });
    const { app } = world;
    await world.sweep();
    const before = held(app);
    const row = join(world.folderOf("pr-1"), "api.json");
    const text = await Bun.file(row).json();
    await Bun.write(row, JSON.stringify({ ...text, status: "updating", old: { attr: text.attr } }));
    expect(await world.delete()).toMatchObject({ codes: { "pr-1": "under-way" }, results: {} });
    await Bun.write(row, JSON.stringify({ ...text, downstream: [] }));
    await Bun.sleep(1100);
    expect(await world.delete()).toMatchObject({ codes: { "pr-1": "unmarked" }, results: {} });
    expect(held(app)).toEqual(before);
    let asked = 0;
    world.github.before = async (request) => {
      if (request === "GET pulls/1" && ++asked === 2) await Bun.write(row, JSON.stringify(text));
    };
    const stopped = await world.delete();
    expect(stopped).toMatchObject({ code: 1, results: { "pr-1": "incomplete" } });
    expect(stopped.out).toContain("the row `api` was changed meanwhile");
    const isKept = (one: string) => !one.includes("onboarding-");
    expect(held(app).filter(isKept)).toEqual(before.filter(isKept));
  },
  TIME,
);

test.concurrent(
  "two sweeps at once: neither says that something is gone that is not",
  async () => {
    await using world = await World2.with({ "pr-1": CLOSED, "pr-12": OPEN });
    await world.sweep();
    const before = others(world, "pr-1");
    const both = await Promise.all([world.delete(), world.delete()]);
    for (const { code, results } of both as { code: number; results: Record<string, string> }[]) {
      if (results["pr-1"] === "destroyed") expect(of(world, "pr-1")).toEqual([]);
      else expect(code).not.toBe(0);
    }
    await world.sweep();
    expect((await world.delete()).code).toBe(0);
    expect(of(world, "pr-1")).toEqual([]);
    expect(others(world, "pr-1")).toEqual(before);
  },
  TIME,
);

const HOSTS = unguarded(`
yield* Worker("api", {
  name: "shop-api-" + stage, main: "./script.ts", domain: { name: "app-" + stage + ".example.com", aliases: ["www-" + stage + ".example.com"], zoneId: process.env.ZONE },
  routes: [{ pattern: "example.com/" + stage + "/*", zoneId: process.env.ZONE }],
});`);

test.concurrent(
  "hostnames go with their Worker; one that another Worker has by now stays",
  async () => {
    await using world = await World2.with({});
    const { app } = world;
    const { zones } = app.account;
    const zone = zones.add("example.com");
    const env = { ZONE: zone.id };
    for (const stage of ["pr-1", "pr-2", "prod"]) await app.deploy(stage, HOSTS, { env });
    const met = (host: string) => app.account.meet(`https://${host}/`).by;
    const hosts = (stage: string) => {
      return [`app-${stage}.example.com`, `www-${stage}.example.com`, `example.com/${stage}`];
    };
    const before = hosts("prod").map(met);
    expect(before).toEqual(["app-prod.example.com", "www-prod.example.com", "example.com/prod/*"]);
    const shown = (await world.run(["urls", "--stage", "pr-1"])).out;
    for (const host of hosts("pr-1").slice(0, 2)) expect(shown).toContain(`https://${host}/`);
    // As a deploy with an override would.
    const taken = [...zones.domains.values()].find(({ hostname }) => hostname === hosts("pr-1")[1]);
    if (taken) taken.service = "shop-api-prod";
    const route = [...zones.routes.values()].find(({ script }) => script === "shop-api-pr-1");
    if (route) route.script = "shop-api-prod";
    const args = ["--account", app.account.id, "--stage"];
    const first = await destroy(app, [...args, "pr-1"]);
    expect(first).toMatchObject({ code: 0, result: "destroyed" });
    expect(hosts("pr-1").map(met)).toEqual([
      ...[undefined, "www-pr-1.example.com", "example.com/pr-1/*"],
    ]);
    expect(app.account.meet("https://www-pr-1.example.com/").script).toBe("shop-api-prod");
    // Their list cannot be read: nobody says that they are gone, and the Worker stays.
    app.cloudflare.faults.add({ kind: "malformed", path: /workers\/domains/, count: 99 });
    const unknown = await destroy(app, [...args, "pr-2"]);
    expect(unknown).toMatchObject({ code: 2, result: "unknown" });
    expect(held(app)).toContain("Worker shop-api-pr-2 ");
    app.cloudflare.faults.clear();
    const second = await destroy(app, [...args, "pr-2"]);
    expect(second).toMatchObject({ code: 0, result: "destroyed" });
    expect(hosts("pr-2").map(met)).toEqual([undefined, undefined, undefined]);
    expect(hosts("prod").map(met)).toEqual(before);
    expect(await world.rows("pr-2")).toEqual([]);
  },
  TIME,
);

const RULES = unguarded(`
yield* Worker("api", {
  name: "shop-api-" + stage, main: "./script.ts",
  domain: { name: "app-" + stage + ".example.com", redirects: ["old-" + stage + ".example.com"], zoneId: process.env.ZONE },
});`);

test.concurrent(
  "rules of a zone go before their Worker, and those of others stay as they are",
  async () => {
    await using world = await World2.with({});
    const { app } = world;
    const { zones } = app.account;
    const zone = zones.add("example.com");
    const env = { ZONE: zone.id };
    for (const stage of ["pr-1", "pr-12"]) await app.deploy(stage, RULES, { env });
    const phase = (name: string) => zones.rulesets.get(`${zone.id} http_request_${name}`);
    const redirects = phase("dynamic_redirect");
    const said = () => redirects?.rules.map(({ description }) => description);
    const own = (stage: string) =>
      `alchemy:worker:shop-api-${stage}:redirect:old-${stage}.example.com`;
    expect(said()).toEqual([own("pr-1"), own("pr-12")]);
    // As somebody in the dashboard has written it, and as Alchemy does for a gradual deployment.
    const rule = (description: string) => ({ id: description, description, expression: "true" });
    redirects?.rules.unshift(rule("by hand"), rule("alchemy:worker:shop-api-pr-1:redirect:x"));
    const affinity = ["shop-api-pr-1:affinity:key", "shop-api-pr-1:affinity:ip"];
    const others = ["shop-api-pr-12:affinity:key", "shop-api-pr-1:affinityx"];
    const rules = [...affinity, ...others].map((name) => rule(`alchemy:worker:${name}`));
    zones.rulesets.set(`${zone.id} http_request_late_transform`, { id: "late", rules });
    const row = join(world.folderOf("pr-1"), "api.json");
    const text = await Bun.file(row).json();
    text.attr.affinityZoneIds = [zone.id];
    await Bun.write(row, JSON.stringify(text));
    const args = ["--account", app.account.id, "--stage", "pr-1"];
    // Nobody may read the rules: nothing says that they are gone, and the Worker stays.
    app.cloudflare.faults.add({ kind: "403", path: /rulesets/, count: 99 });
    const unread = await destroy(app, args);
    expect(unread).toMatchObject({ code: 2, result: "unknown" });
    expect(unread.ends).toContain("skipped Cloudflare.Worker shop-api-pr-1");
    app.cloudflare.faults.clear();
    const ended = await destroy(app, args);
    expect(ended).toMatchObject({ code: 0, result: "destroyed" });
    const left = phase("late_transform")?.rules.map(({ description }) => description);
    expect(left).toEqual(others.map((name) => `alchemy:worker:${name}`));
    expect(said()).toEqual(["by hand", "alchemy:worker:shop-api-pr-1:redirect:x", own("pr-12")]);
    expect(held(app)).not.toContain("Worker shop-api-pr-1 ");
    expect(held(app)).toContain("Worker shop-api-pr-12 ");
    expect(app.cloudflare.unhandled).toEqual([]);
  },
  TIME,
);

const DB = 'yield* D1.Database("db", { name: "shop-db-" + stage });';

test.concurrent(
  "what nobody but a person can judge keeps the stage: the account, both versions, a version of a Worker",
  async () => {
    await using world = await World2.with({});
    const { app } = world;
    const program = unguarded(`${DB}\n${worker("", { name: '"shop-api-" + stage' })}`);
    await app.deploy("pr-1", program);
    const before = held(app);
    const args = ["--stage", "pr-1", "--account"];
    const wrong = await destroy(app, [...args, "2".repeat(32)]);
    expect(wrong.code).not.toBe(0);
    const row = join(world.folderOf("pr-1"), "api.json");
    const text = await Bun.file(row).json();
    const kept: [attr: object, code: string][] = [
      [{ versionOf: "shop-api-prod" }, "unknown-kind"],
      [{ previewOf: "shop-api-prod" }, "unknown-kind"],
      [{ accountId: "3".repeat(32) }, "foreign-account"],
    ];
    for (const [attr, code] of kept) {
      await Bun.write(row, JSON.stringify({ ...text, attr: { ...text.attr, ...attr } }));
      const ended = await destroy(app, [...args, app.account.id]);
      expect(ended).toMatchObject({ code: 1, code_: code });
    }
    await Bun.write(row, JSON.stringify(text));
    expect(held(app)).toEqual(before);
    // The old version has a stage of that name, too, with something of its own.
    const old = { kind: "random::String", id: "key", status: "created", data: {}, output: {} };
    await mkdir(join(app.folder, ".alchemy", "shop", "pr-1"), { recursive: true });
    const file = join(app.folder, ".alchemy", "shop", "pr-1", "key.json");
    await Bun.write(file, JSON.stringify(old));
    const both = await destroy(app, [...args, app.account.id]);
    expect(both.code).toBe(2);
    expect(both.error).toContain("add `--alchemy 2` or `--alchemy 0.94`");
    const one = await destroy(app, [...args, app.account.id, "--alchemy", "2"]);
    expect(one).toMatchObject({ code: 0, result: "destroyed" });
    expect(existsSync(file)).toBe(true);
    expect(await world.rows("pr-1")).toEqual([]);
    expect(held(app).filter((each) => each.includes("pr-1"))).toEqual([]);
    const none = await destroy(app, [...args, app.account.id, "--alchemy", "2", "--if-exists"]);
    expect(none.code).toBe(0);
  },
  TIME,
);

test.concurrent(
  "what a deploy was making stays, unless a person says so and it can be looked for",
  async () => {
    await using world = await World2.with({});
    const { app } = world;
    const program = unguarded(`${DB}\nyield* KV.Namespace("menu");`);
    await app.deploy("pr-1", program);
    const args = ["--stage", "pr-1", "--account", app.account.id];
    const [db, menu] = ["db", "menu"].map((id) => join(world.folderOf("pr-1"), `${id}.json`));
    const texts = await Promise.all([db, menu].map((file) => Bun.file(file ?? "").json()));
    const begun = ({ attr: _, ...row }: Record<string, unknown>) => {
      return JSON.stringify({ ...row, status: "creating" });
    };
    // Alchemy has made the resource, and was ended before it could say so.
    await Bun.write(db ?? "", begun(texts[0]));
    expect(await destroy(app, args)).toMatchObject({ code: 1, code_: "under-way" });
    const found = await destroy(app, [...args, "--unfinished"]);
    expect(found).toMatchObject({ code: 1, code_: "another-resource" });
    await Bun.write(db ?? "", JSON.stringify(texts[0]));
    await Bun.write(menu ?? "", begun(texts[1]));
    const unnamed = await destroy(app, [...args, "--unfinished"]);
    expect(unnamed).toMatchObject({ code: 1, code_: "under-way" });
    // A replacement that did not end: its old database is the stage's as well.
    const api = `${app.cloudflare.url}/client/v4/accounts/${app.account.id}/d1/database`;
    const headers = { Authorization: "Bearer stand-in-token" };
    const body = JSON.stringify({ name: "shop-old-pr-1" });
    const answer = await fetch(api, { method: "POST", headers, body });
    const made = (await answer.json()) as { result: { uuid: string } };
    const attr = { ...texts[0].attr, databaseId: made.result.uuid, databaseName: "shop-old-pr-1" };
    const old = { ...texts[0], attr };
    await Bun.write(db ?? "", JSON.stringify({ ...texts[0], status: "replaced", old }));
    await Bun.write(menu ?? "", JSON.stringify(texts[1]));
    const last = await destroy(app, args);
    expect(last).toMatchObject({ code: 0, result: "destroyed" });
    expect(held(app)).toEqual([]);
    expect(await world.rows("pr-1")).toEqual([]);
  },
  TIME,
);
