/** Edits of a program that lose data: what Alchemy 2 does, and that the guard refuses each. */
import { expect, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cli } from "../cli/cli.ts";
import { data, names } from "../support/data.ts";
import { App2, COUNTER, FLOW, guarded, TIME, unguarded, worker } from "./app.ts";

const DB = 'const db = yield* D1.Database("db", { name: "db-" + stage });';
const AUTO = 'const auto = yield* D1.Database("auto");';
const KV = 'yield* KV.Namespace("kv", { title: "kv-" + stage });';
const QUEUE = 'yield* Queues.Queue("q", { name: "q-" + stage });';
const ENV = `${COUNTER} ${FLOW}`;
const API = worker(ENV);
const ALL = [DB, AUTO, KV, QUEUE, API].join("\n");

/** The program with one thing changed. */
const edited = (from: string, to: string) => {
  if (!ALL.includes(from)) throw new Error(`there is no ${from}`);
  return ALL.replace(from, to);
};

test.concurrent(
  "without the guard, edits delete what is deployed",
  async () => {
    await using app = await App2.start();
    await app.deploy("prod", unguarded(ALL));
    app.fill();
    const automatic = names(app, "D1Database").find((name) => name !== "db-prod");
    const body = [
      // Changed ids, one with a name and one without, a changed name, and two that are gone.
      DB.replace('"db"', '"main"'),
      AUTO.replace('"auto"', '"database"'),
      QUEUE.replace("q-", "queue-"),
      worker(FLOW).replace(/;$/, ".pipe(retain());"),
    ].join("\n");
    await app.deploy("prod", unguarded(body));
    const lost = [
      `D1Database ${automatic}`,
      "D1Database db-prod",
      "DurableObjectNamespace api-prod/Counter",
      "KVNamespace kv-prod",
      "Queue q-prod",
    ];
    expect(app.lost()).toEqual(lost.sort());
  },
  TIME,
);

const OPTION = "another jurisdiction";

/** What each edit is refused as. */
const EDITS: [what: string, code: string, body: string][] = [
  ["another id with the same name", "id-changed", edited('"db"', '"main"')],
  ["another id, with automatic names", "would-delete", edited('"auto"', '"database"')],
  ["another name", "would-replace", edited('"db-"', '"database-"')],
  ["another name of a queue", "would-replace", edited("q-", "queue-")],
  [OPTION, "would-move", edited('"db-" + stage', '"db-" + stage, jurisdiction: "eu"')],
  ["a resource that is gone", "would-delete", edited(KV, "")],
  ["a workflow that is gone", "would-delete", edited(FLOW, "")],
  [
    "a class that is gone, with retain",
    "would-delete-class",
    edited(COUNTER, "").replace(/;$/, ".pipe(retain());"),
  ],
  ["another key of a binding", "would-delete-class", edited("COUNTER:", "COUNT:")],
  ["another id of a Worker", "would-delete-class", edited('Worker("api"', 'Worker("web"')],
  [
    "two ids with one name",
    "duplicate-name",
    `${ALL}\nyield* D1.Database("two", { name: "db-prod" });`,
  ],
  ["an id with `__`", "id-invalid", `${ALL}\nyield* D1.Database("a__b");`],
];

/** What `check` says of a program beside the deployed state, by the codes of the guard. */
async function codesOf(app: App2, source: string, ...args: string[]): Promise<string[]> {
  await writeFile(join(app.folder, "checked.run.ts"), source);
  const state = ["--state", ".alchemy", "--stage", "prod,pr-1"];
  const ended = await cli(app.folder, ["check", "checked.run.ts", "--json", ...state, ...args]);
  if (ended.code === 2) throw new Error(ended.error);
  const { findings } = JSON.parse(ended.out) as { findings: { code: string; message: string }[] };
  const codes = findings.flatMap(({ code, message }) => {
    if (code === "duplicate-name" || code === "id-invalid") return [code];
    const isOfState = code === "orphaned-row" || code === "refused-change";
    return isOfState ? [/\(`(.*)`\)$/.exec(message)?.[1] ?? message] : [];
  });
  return [...new Set(codes)];
}

test.concurrent(
  "with the guard, each edit is refused, check tells it before, and a release lets data go",
  async () => {
    await using app = await App2.start();
    await app.deploy("prod", guarded(ALL));
    app.fill();
    expect(await codesOf(app, guarded(ALL))).toEqual([]);
    for (const [what, code, body] of EDITS) {
      // The state does not say what an option was, but for the name.
      const told = what === OPTION ? [] : [code];
      expect([what, await codesOf(app, guarded(body))]).toEqual([what, told]);
    }
    // Run, it tells the same of one program with many edits.
    const many = [DB.replace('"db-"', '"database-"'), AUTO, worker(FLOW)].join("\n");
    const codes = ["would-delete", "would-delete-class", "would-replace"];
    expect((await codesOf(app, guarded(many), "--evaluate")).sort()).toEqual(codes);
    // They change nothing, so that some can run at once.
    for (let at = 0; at < EDITS.length; at += 3) {
      const some = EDITS.slice(at, at + 3);
      const refused = some.map(([, code, body]) => app.refused("prod", code, guarded(body)));
      for (const output of await Promise.all(refused)) expect(output).toContain("  help: ");
    }
    await app.refused("prod", "would-delete", guarded(edited(KV, "")), { command: "plan" });
    expect(app.lost()).toEqual([]);
    const released = (release: string) => guarded(edited(KV, ""), `{ release: ${release} }`);
    await app.refused("prod", "would-delete", released('{ dev: ["kv"] }'));
    const output = await app.deploy("prod", released('{ prod: ["kv"] }'));
    expect(output).not.toContain("release-unused");
    expect(app.lost()).toEqual(["KVNamespace kv-prod"]);
    const unused = /`release` names `kv`, but this deploy deleted nothing with that id/;
    expect(await app.deploy("prod", released('["kv"]'))).toMatch(unused);
    expect(await app.deploy("prod", released('{ dev: ["kv"] }'))).not.toMatch(unused);
  },
  TIME,
);

/** The database under another id, which says what it was called before. */
const RENAMED = DB.replace('"db"', '"main"').replace(/;$/, '.pipe(Alchemy.renamedFrom("db"));');

test.concurrent(
  "ordinary life passes",
  async () => {
    await using app = await App2.start();
    await app.deploy("prod", guarded(ALL));
    app.fill();
    const before = data(app);
    const crons = worker(ENV, { more: 'crons: ["0 0 * * *"],' });
    for (const body of [ALL, ALL.replace(API, crons), ALL.replace(DB, RENAMED)]) {
      await app.deploy("prod", guarded(body));
      expect(data(app)).toEqual(before);
    }
    // A preview of its own, which shares one database, and goes with all that is its own.
    const shared = 'const db = yield* D1.Database.ref("main", { stage: "prod" });';
    const preview = ALL.replace(DB, shared);
    await app.deploy("pr-1", guarded(preview));
    await app.destroy("pr-1", guarded(preview));
    expect(data(app)).toEqual(before);
    // What is retained stays when it is dropped, or destroyed.
    const retained = DB.replace(/;$/, ".pipe(retain());");
    await app.deploy("pr-2", guarded(`${retained}\n${AUTO}`));
    await app.deploy("pr-2", guarded(AUTO));
    await app.destroy("pr-2", guarded(AUTO));
    expect(names(app, "D1Database")).toContain("db-pr-2");
    expect(app.cloudflare.unhandled).toEqual([]);
  },
  TIME,
);

const NAMED = (name: string) => `yield* D1.Database("db", { name: "${name}" });`;

const RETAINED = (name: string, more = "") =>
  `yield* D1.Database("db", { name: "${name}"${more} }).pipe(retain());`;

test.concurrent(
  "a retained database under another name: an empty one takes its place, and the guard refuses it",
  async () => {
    await using app = await App2.start();
    await app.deploy("prod", guarded(RETAINED("old")));
    app.fill();
    const before = data(app);
    const output = await app.refused("prod", "would-replace", guarded(RETAINED("new")));
    expect(output).toContain("`old` would stay behind with its data");
    // What the state has as retained counts, too.
    await app.refused("prod", "would-replace", guarded(NAMED("new")));
    const moved = RETAINED("old", ', jurisdiction: "eu"');
    await app.refused("prod", "would-move", guarded(moved));
    await app.deploy("prod", guarded(RETAINED("old")));
    expect(data(app)).toEqual(before);
    await app.deploy("prod", guarded(RETAINED("new"), '{ release: ["db"] }'));
    expect(names(app, "D1Database")).toEqual(["new", "old"]);
    expect(app.lost()).toEqual([]);
    await app.deploy("prod", unguarded(RETAINED("newer")));
    expect(names(app, "D1Database")).toEqual(["new", "newer", "old"]);
  },
  TIME,
);

/** A replacement of `old` by `new` whose deletion fails. */
async function interrupted(wrap: (body: string) => string): Promise<App2> {
  const app = await App2.start();
  await app.deploy("prod", wrap(NAMED("old")));
  app.fill();
  const fault = { kind: "500", method: "DELETE", count: 50 } as const;
  app.cloudflare.faults.add(fault);
  await app.run("prod", wrap(NAMED("new")));
  app.cloudflare.faults.clear();
  expect(names(app, "D1Database")).toEqual(["new", "old"]);
  return app;
}

test.concurrent(
  "without the guard, a name that comes back is deleted",
  async () => {
    await using app = await interrupted(unguarded);
    await app.run("prod", unguarded(NAMED("old")));
    expect(app.lost()).toContain("D1Database old");
  },
  TIME,
);

test.concurrent(
  "with the guard, a name that comes back is refused",
  async () => {
    await using app = await interrupted((body) => guarded(body, '{ release: ["db"] }'));
    await app.refused("prod", "pending-deletion", guarded(NAMED("old"), '{ release: ["db"] }'));
    await app.refused("prod", "would-replace", guarded(NAMED("new")));
    await app.deploy("prod", guarded(NAMED("new"), '{ release: ["db"] }'));
    expect(app.lost()).toEqual(["D1Database old"]);
  },
  TIME,
);

test.concurrent(
  "without the guard, a replacement takes another stage's database, and deletes it when it is reverted",
  async () => {
    await using app = await App2.start();
    await app.deploy("prod", unguarded(NAMED("db-prod")));
    await app.deploy("pr-1", unguarded(NAMED("db-pr-1")));
    await app.deploy("pr-1", unguarded(NAMED("db-prod")));
    expect(app.lost()).toEqual(["D1Database db-pr-1"]);
    await app.deploy("pr-1", unguarded(NAMED("db-pr-1")));
    expect(app.lost()).toEqual(["D1Database db-pr-1", "D1Database db-prod"]);
  },
  TIME,
);

test.concurrent(
  "with the guard, a replacement does not take another stage's name",
  async () => {
    await using app = await App2.start();
    await app.deploy("prod", guarded(NAMED("db-prod")));
    await app.deploy("pr-1", guarded(NAMED("db-pr-1")));
    const released = guarded(NAMED("db-prod"), '{ release: ["db"] }');
    await app.refused("pr-1", "owned-elsewhere", released);
  },
  TIME,
);

test.concurrent(
  "without the guard, an id with `__` loses its database at the next deploy",
  async () => {
    await using app = await App2.start();
    const body = 'yield* D1.Database("a__b", { name: "split" });';
    await app.deploy("prod", unguarded(body));
    app.fill();
    await app.deploy("prod", unguarded(body));
    expect(app.lost()).toEqual(["D1Database split"]);
  },
  TIME,
);

test.concurrent(
  "with the guard, CI has to choose a stage",
  async () => {
    await using app = await App2.start();
    const ci = { CI: "true", USER: "runner" };
    await app.deploy("", unguarded(AUTO), { env: ci });
    expect(names(app).join()).toContain("live");
    await app.refused("", "stage-implicit", guarded(AUTO), { env: ci });
    await app.deploy("", guarded(AUTO), { env: { ...ci, ALCHEMY_STAGE: "pr-1" } });
  },
  TIME,
);
