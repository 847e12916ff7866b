/** What is refused because of the state. */
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Account } from "../../../cloudflare/index.ts";
import { COUNTER, FLOW, worker } from "../holes.ts";
import { type Advice, type Entries, pinIn, type Step } from "./follow.ts";
import { db, HELD, KV, kvRow, prod } from "./texts.ts";

const NEW = db('name: "new"');

const OLD = db('name: "old"');

/** A database with another name than it has: what keeps it, and what lets it go. */
function renamed(
  stage: string,
  reason: { first?: string; told: Step; ways: Advice["ways"] },
): Advice {
  const { first = OLD, told, ways } = reason;
  const inStage = (step: Step): Step => ({ ...step, stage });
  return {
    first: [inStage({ text: first })],
    told: inStage({ ends: "would-replace", ...told }),
    ways: ways.map((way) => ({ ...way, steps: way.steps.map(inStage) })),
  };
}

const pinned = (stage: string) => ({
  says: `add \`pin: { "${stage}": "old-${stage}" }\` to keep it`,
  steps: [{ text: (help: string) => db(`name: "new", ${pinIn(help)}`) }],
});

const LET_GO = '`onRename: "replace"` to let it go';

const stageRow = (state: string) => join(state, "shop", "pr-1.json");

/** Copies the row of `kv` to an id that nothing declares. */
function copyRow(state: string): void {
  const row = JSON.parse(readFileSync(kvRow(state), "utf8"));
  writeFileSync(kvRow(state).replace("kv.json", "old.json"), JSON.stringify({ ...row, id: "old" }));
}

function dropPending(state: string): void {
  const row = JSON.parse(readFileSync(stageRow(state), "utf8"));
  writeFileSync(stageRow(state), JSON.stringify({ ...row, data: {} }));
}

/** A row that nobody can read any more, and its backup. */
function broken(state: string): void {
  writeFileSync(`${kvRow(state)}.backup`, readFileSync(kvRow(state)));
  writeFileSync(kvRow(state), "{");
}

const restore = (state: string) => renameSync(`${kvRow(state)}.backup`, kvRow(state));

function listApplied(account: Account): void {
  account.sql(
    "db-pr-1",
    "create table d1_migrations (id text primary key, name text, applied_at text)",
  );
  account.sql("db-pr-1", "insert into d1_migrations values ('1', '0001.sql', '2026-01-01')");
}

const inScopes = (...scopes: string[]) =>
  scopes.map((body) => `await alchemy.run("api", async () => { ${body} });`).join("\n");

const migrated = (options = "") =>
  db(`adopt: true, migrationsDir: assets + "/migrations", ${options}`);

export const STATE: Entries = {
  WouldReplace: [
    renamed("pr-1", {
      told: { text: NEW },
      ways: [
        pinned("pr-1"),
        {
          says: LET_GO,
          steps: [{ text: db('name: "new", onRename: "replace"') }],
          gone: ["D1Database old-pr-1"],
        },
      ],
    }),
    renamed("prod", {
      told: { text: NEW },
      ways: [
        pinned("prod"),
        { says: LET_GO, steps: [{ text: db('name: "new", onRename: "replace"') }] },
      ],
    }),
    {
      first: [{ text: 'await KV("kv", { name: "old" });' }],
      told: { text: KV, ends: "would-replace" },
      ways: [
        {
          says: 'add `pin: { "pr-1": "old-pr-1" }` to keep it',
          steps: [{ text: (help) => `await KV("kv", { ${pinIn(help)} });` }],
        },
        {
          says: LET_GO,
          steps: [{ text: 'await KV("kv", { onRename: "replace" });' }],
          // It has another name now, and its values.
          gone: ["KVNamespace old-pr-1"],
        },
      ],
    },
    renamed("pr-1", {
      told: { text: db('name: "new", onRename: "replace"'), flags: ["local"] },
      ways: [
        pinned("pr-1"),
        { says: "deploy the new name first", steps: [{ text: NEW, ends: "would-replace" }] },
      ],
    }),
    renamed("prod", {
      first: 'await createBlocks({ protect: [] }).Database("db", { name: "old" });',
      told: { text: db('name: "new", onRename: "replace"') },
      ways: [
        {
          says: 'add `pin: { "prod": "old-prod" }` and deploy once, which stores `delete: false`',
          steps: [{ text: (help) => db(`name: "new", ${pinIn(help)}`) }],
        },
        {
          says: "add `delete: true` to let it go",
          steps: [{ text: db('name: "new", onRename: "replace", delete: true') }],
          gone: ["D1Database old-prod"],
        },
      ],
    }),
    {
      first: [prod('await AiGateway("chat", { name: "old" });')],
      told: prod('await AiGateway("chat", { name: "new", onRename: "replace" });', "would-replace"),
      ways: [
        {
          says: 'add `pin: { "prod": "old-prod" }` to keep it',
          steps: [
            {
              stage: "prod",
              text: (help) => `await AiGateway("chat", { name: "new", ${pinIn(help)} });`,
            },
          ],
        },
        {
          says: "give the new one another id",
          steps: [
            prod('await AiGateway("new-chat");', "would-delete"),
            prod('createBlocks({ release: ["chat"] }); await AiGateway("new-chat");'),
          ],
        },
      ],
    },
  ],
  OtherKind: [
    {
      first: [{ text: 'await KV("api");' }],
      told: { text: 'await Database("api");', ends: "would-replace" },
      ways: [
        {
          says: "use another id for the new resource",
          steps: [
            { text: 'await Database("api-db");', ends: "would-delete" },
            { text: 'await KV("api"); await Database("api-db");' },
          ],
        },
      ],
    },
  ],
  IdChanged: [
    {
      first: [{ text: 'await Database("a", { name: "db" });' }],
      told: { text: 'await Database("b", { name: "db" });', ends: "id-changed" },
      ways: [
        {
          says: "keep the id and the scope `shop/pr-1/a`",
          steps: [{ text: 'await Database("a", { name: "db" });' }],
        },
        {
          says: "to move it, deploy once with `delete: false` there, then change it with `adopt: true`",
          steps: [
            { text: 'await Database("a", { name: "db", delete: false });' },
            { text: 'await Database("b", { name: "db", adopt: true });' },
            { text: 'await Database("b", { name: "db", adopt: true });' },
          ],
        },
      ],
    },
  ],
  WorkerMoved: [
    {
      first: [{ text: `${COUNTER}\n${worker("counter", "api", 'name: "w",')}` }],
      told: { text: `${COUNTER}\n${worker("counter", "web", 'name: "w",')}`, ends: "id-changed" },
      ways: [
        {
          says: "keep the id and the scope `shop/pr-1/api`",
          steps: [{ text: `${COUNTER}\n${worker("counter", "api", 'name: "w",')}` }],
        },
        {
          says: "to move it, deploy once with `delete: false` there, then with `adopt: true` here",
          steps: [
            { text: `${COUNTER}\n${worker("counter", "api", 'name: "w", delete: false,')}` },
            { text: `${COUNTER}\n${worker("counter", "web", 'name: "w",')}` },
          ],
        },
      ],
    },
  ],
  ClassMoved: [
    {
      first: [{ text: `${COUNTER}\n${worker("counter")}` }],
      told: {
        text: `${COUNTER.replace('"counter"', '"room"')}\n${worker("counter")}`,
        ends: "id-changed",
      },
      ways: [
        { says: "keep the id `counter`", steps: [{ text: `${COUNTER}\n${worker("counter")}` }] },
        {
          says: 'write `createBlocks({ release: ["counter"] })` to delete its storage',
          steps: [
            {
              text: `createBlocks({ release: ["counter"] });
${COUNTER.replace('"counter"', '"room"')}\n${worker("counter")}`,
            },
          ],
          gone: ["DurableObjectNamespace shop-api-pr-1/Counter"],
        },
      ],
    },
  ],
  ClassAdopted: [
    {
      first: [{ text: `${COUNTER}\n${worker("counter", "api", 'name: "w",')}` }],
      told: { app: "blog", text: worker("", "api", 'name: "w",'), ends: "would-delete-class" },
      ways: [
        {
          says: "bind the class",
          steps: [{ app: "blog", text: `${COUNTER}\n${worker("counter", "api", 'name: "w",')}` }],
        },
        {
          says: "give the Worker another name",
          steps: [{ app: "blog", text: worker("", "api", 'name: "v",') }],
        },
        {
          says: 'write `createBlocks({ deleteClasses: ["Counter"] })` to delete its storage',
          steps: [
            {
              app: "blog",
              text: `createBlocks({ deleteClasses: ["Counter"] });\n${worker("", "api", 'name: "w",')}`,
            },
          ],
          gone: ["DurableObjectNamespace w/Counter"],
        },
      ],
    },
  ],
  ClassLost: [
    {
      first: [{ text: `${COUNTER}\n${worker("counter")}` }],
      told: { text: worker(""), ends: "would-delete-class" },
      ways: [
        { says: "bind it again", steps: [{ text: `${COUNTER}\n${worker("counter")}` }] },
        {
          says: 'write `createBlocks({ release: ["counter"] })` to delete its storage',
          steps: [{ text: `createBlocks({ release: ["counter"] });\n${worker("")}` }],
          gone: ["DurableObjectNamespace shop-api-pr-1/Counter"],
        },
      ],
    },
  ],
  WouldOrphan: [
    {
      first: [HELD],
      told: {
        text: `${FLOW.replace("{", '{ name: "other",')}\n${worker("flow")}`,
        ends: "would-orphan",
      },
      ways: [
        {
          says: 'add `onRename: "keep"` to keep the deployed name',
          steps: [
            {
              text: `${FLOW.replace("{", '{ name: "other", onRename: "keep",')}\n${worker("flow")}`,
            },
          ],
        },
        {
          says: '`onRename: "replace"` to leave the old one behind',
          steps: [
            {
              text: `${FLOW.replace("{", '{ name: "other", onRename: "replace",')}\n${worker("flow")}`,
            },
          ],
        },
      ],
    },
  ],
  WouldDelete: [
    {
      first: [{ text: inScopes(`${KV} await KV("other");`) }],
      told: { text: inScopes(KV, 'await KV("other");'), ends: "would-delete" },
      ways: ["await every block", "do not catch its errors", "open each scope once"].map(
        (says) => ({ says, steps: [{ text: inScopes(`${KV} await KV("other");`) }] }),
      ),
    },
    {
      first: [{ text: KV }],
      told: { text: KV, before: copyRow, ends: "would-delete" },
      ways: [
        {
          says: "if two rows hold the KV namespace, deploy once with `delete: false` on the one that should go",
          steps: [
            {
              text: `${KV} await raw.KVNamespace("old", { title: "kv-pr-1", delete: false });`,
            },
            { text: KV },
          ],
        },
      ],
    },
  ],
  PendingDeletion: [
    {
      first: [
        { text: OLD },
        { text: db('name: "new", onRename: "replace"'), throws: true, ends: "badly" },
      ],
      told: {
        text: db('name: "old", onRename: "replace", adopt: true'),
        ends: "pending-deletion",
      },
      ways: [
        {
          says: "to keep it, remove it from `pendingDeletions` in the scope's row of the state",
          steps: [
            { text: db('name: "old", onRename: "replace", adopt: true'), before: dropPending },
          ],
        },
        {
          says: "to let it go, deploy once with the name that was to replace it",
          steps: [{ text: NEW }],
          gone: ["D1Database old-pr-1"],
        },
      ],
    },
  ],
  WouldReplay: [
    {
      first: [{ text: migrated() }],
      told: { text: migrated('migrationsTable: "other"'), ends: "would-replay" },
      ways: [
        {
          says: 'write `migrationsTable: "d1_migrations"`',
          steps: [{ text: migrated('migrationsTable: "d1_migrations"') }],
        },
      ],
    },
  ],
  AdoptedReplay: [
    {
      first: [{ app: "blog", text: `${migrated('name: "db", migrationsTable: "own"')}` }],
      told: { text: migrated(), ends: "would-replay" },
      ways: [
        {
          says: "name the table that it has as `migrationsTable`",
          steps: [{ text: migrated('migrationsTable: "own"') }],
        },
        {
          says: "leave the migrations out",
          steps: [{ text: db("adopt: true") }, { text: migrated(), ends: "would-replay" }],
        },
        {
          says: "first list what was applied in a table `d1_migrations` of it",
          steps: [{ text: migrated(), before: (_, account) => listApplied(account) }],
        },
      ],
    },
  ],
  RawReplace: [
    {
      first: [{ text: 'await raw.D1Database("db", { name: "old" });' }],
      told: { text: 'await raw.D1Database("db", { name: "new" });', ends: "would-replace" },
      ways: [
        {
          says: 'write `name: "old"` to keep it',
          steps: [{ text: 'await raw.D1Database("db", { name: "old" });' }],
        },
        {
          says: '`createBlocks({ release: ["db"] })` to let it go',
          steps: [
            {
              text: 'createBlocks({ release: ["db"] }); await raw.D1Database("db", { name: "new" });',
            },
          ],
          gone: ["D1Database old"],
        },
      ],
    },
  ],
  StateUnreadable: [
    {
      first: [{ text: KV }],
      told: { text: KV, before: broken, ends: "state-unreadable" },
      ways: [
        { says: "restore the row from a backup", steps: [{ text: KV, before: restore }] },
        {
          says: "delete it and deploy with `adopt: true`; nothing was changed",
          steps: [
            {
              text: 'await KV("kv", { adopt: true });',
              before: (state) => rmSync(kvRow(state)),
            },
          ],
        },
      ],
    },
  ],
};
