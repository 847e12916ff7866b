/** What is refused because it is dropped, or because others have it. */
import { FLOW, worker } from "../holes.ts";
import type { Entries } from "./follow.ts";
import { db, HELD, KV } from "./texts.ts";

const HELLO = 'await Database("hello-db");';

const DATA = 'await Database("hello-data");';

/** A Worker binds it. */
const bound = (database: string) => `const db = ${database} ${worker("DB: db")}`;

const ALCHEMY2 = "it is for Alchemy 2, which `tests/deploy2/` deploys";

const UNKNOWN = "it needs another Alchemy: `tests/package/` follows it";

export const OTHERS: Entries = {
  IdSplit: ALCHEMY2,
  ClassRebound: ALCHEMY2,
  HeldByStage: ALCHEMY2,
  HeldInAccount: [
    {
      first: [{ app: "blog", text: 'await raw.AiGateway("chat", { gatewayName: "chat-pr-1" });' }],
      told: { text: 'await AiGateway("chat");', ends: "owned-elsewhere" },
      ways: [
        {
          says: "give `chat` another name",
          steps: [{ text: 'await AiGateway("chat", { name: "mine" });' }],
        },
        {
          says: "deploy with `--adopt` if the AI gateway belongs to this stage",
          steps: [{ text: 'await AiGateway("chat");', flags: ["adopt"] }],
        },
      ],
    },
  ],
  Replaced: ALCHEMY2,
  AlchemyUnplanned: ALCHEMY2,
  AlchemyVersion: UNKNOWN,
  AlchemyHidden: UNKNOWN,
  SecretLost: "`tests/deploy/secrets-store.test.ts` follows it: it needs a program with secrets",
  StatePassword: "`tests/deploy/unusual.test.ts` follows it: it needs a program with secrets",
  Dropped: [
    {
      first: [{ text: `${HELLO} ${KV}` }],
      told: { text: KV, ends: "would-delete" },
      ways: [
        {
          says: 'write `Database("hello-db")` again to keep it',
          steps: [{ text: `${HELLO} ${KV}` }],
        },
        {
          says: '`createBlocks({ release: ["hello-db"] })` to let it go',
          steps: [{ text: `createBlocks({ release: ["hello-db"] }); ${KV}` }],
          gone: ["D1Database hello-db-pr-1"],
        },
      ],
    },
  ],
  Renamed: ["pr-1", "prod"].map((stage) => ({
    first: [{ stage, text: bound(HELLO) }],
    told: { stage, text: bound(DATA), ends: "would-delete" },
    ways: [
      {
        says: 'write `Database("hello-db")` in its place to keep the data, with `createBlocks({ release: ["hello-data"] })` for the new one',
        steps: [
          { stage, text: `createBlocks({ release: ["hello-data"] }); ${bound(HELLO)}` },
          { stage, text: bound(HELLO) },
        ],
      },
      {
        says: '`createBlocks({ release: ["hello-db"] })` to let the old one go',
        steps: [{ stage, text: `createBlocks({ release: ["hello-db"] }); ${bound(DATA)}` }],
        gone: stage === "prod" ? [] : ["D1Database hello-db-pr-1"],
      },
    ],
  })),
  WorkflowDropped: [
    {
      first: [HELD],
      told: { ends: "would-delete" },
      ways: [
        { says: "keep the Worker", steps: [HELD] },
        {
          says: 'write `createBlocks({ release: ["flow"] })` to let it go',
          steps: [{ text: 'createBlocks({ release: ["flow"] });' }],
          gone: ["Worker shop-api-pr-1", "Workflow flow-pr-1"],
        },
        {
          says: "to move the workflow, deploy once with the Worker and without the binding",
          steps: [{ text: worker("") }],
        },
        {
          says: "to move the workflow, deploy once with the Worker and without the binding",
          steps: [
            { text: worker("") },
            { text: `${FLOW}\n${worker("")}\n${worker("flow", "web")}` },
          ],
          // It has another Worker now, and its instances.
          gone: ["Workflow flow-pr-1"],
        },
      ],
    },
  ],
  LocalDelete: [
    {
      first: [{ text: KV }],
      told: { flags: ["local", "destroy"], ends: "would-delete" },
      ways: [
        {
          says: "run it without `--local`",
          steps: [{ flags: ["destroy"] }],
          gone: ["KVNamespace kv-pr-1"],
        },
      ],
    },
  ],
  OtherStage: [
    {
      first: [{ stage: "dev/api", text: KV }],
      told: { stage: "dev", text: 'await KV("api");', ends: "owned-elsewhere" },
      ways: [
        {
          says: "give this resource, scope or stage another name",
          steps: [
            { stage: "dev", text: 'await KV("web");', ends: "owned-elsewhere" },
            { stage: "dev-2", text: 'await KV("api");' },
            { stage: "dev/api", text: KV },
          ],
        },
        {
          says: "move the state back to where it was made",
          steps: [{ stage: "dev/api", text: KV }],
        },
      ],
    },
  ],
  OtherProgram: "followed by programs with a process each: see below",
  SharedWith: [
    {
      first: [{ text: db() }, { app: "store", text: db(), flags: ["adopt"] }],
      told: { flags: ["destroy"], ends: "owned-elsewhere" },
      ways: [
        {
          // A process of its own has this above `alchemy()`: see below.
          says: 'write `createBlocks({ release: ["db"] })` above `alchemy()` to let it go all the same',
          steps: [],
        },
        {
          says: "deploy `db` once with `delete: false` to leave it to the other",
          steps: [
            { text: db("delete: false") },
            { flags: ["destroy"] },
            { app: "store", text: db(), flags: ["adopt"] },
          ],
        },
      ],
    },
  ],
  WorkflowHeld: [
    {
      first: [HELD],
      told: { app: "blog", ...HELD, ends: "owned-elsewhere" },
      ways: [
        {
          says: "use `AlchemyWorkflow`, which puts the stage into the name, with a `createBlocks({ prefix })` of the app",
          steps: [
            {
              app: "blog",
              text: `const { AlchemyWorkflow } = createBlocks({ prefix: "blog" });
{ ${FLOW}\n${worker("flow")} }`
                .replace("AlchemyWorkflow }", "AlchemyWorkflow: own }")
                .replace('= AlchemyWorkflow("', '= own("'),
            },
          ],
        },
        {
          says: 'add `scriptName: "shop-api-pr-1"` to refer to it',
          steps: [
            {
              app: "blog",
              text: `${FLOW.replace("{", '{ scriptName: "shop-api-pr-1",')}\n${worker("flow")}`,
            },
          ],
        },
      ],
    },
  ],
  WorkflowTaken: [
    {
      first: [{ stage: "prod", ...HELD }],
      told: {
        text: `${FLOW.replace("{", '{ stage: "prod",')}\n${worker("flow")}`,
        ends: "owned-elsewhere",
      },
      ways: [
        { says: "leave the name to the stage", steps: [HELD] },
        {
          says: "add `scriptName` with the Worker that has the workflow",
          steps: [
            {
              text: `${FLOW.replace("{", '{ stage: "prod", scriptName: "shop-api-prod",')}
${worker("flow")}`,
            },
          ],
        },
      ],
    },
  ],
  AdoptedRename: ["raw.KVNamespace", "KV"].map((call) => {
    const title = (name: string, id = "kv") =>
      call === "KV"
        ? `await KV("${id}", { name: "${name}", stage: false, adopt: true, onRename: "replace" });`
        : `await raw.KVNamespace("${id}", { title: "${name}", adopt: true });`;
    return {
      first: [{ stage: "prod", text: title("main") }, { text: title("main") }],
      told: { text: title("other"), ends: "owned-elsewhere" },
      ways: [
        { says: "keep the name", steps: [{ text: title("main") }] },
        {
          says: 'use another id for a new one, with `createBlocks({ release: ["kv"] })` to leave `main` as it is',
          steps: [{ text: `createBlocks({ release: ["kv"] }); ${title("other", "own")}` }],
        },
      ],
    };
  }),
  WrongAccount: [
    {
      first: [{ text: KV }],
      told: { text: 'await KV("kv", { metadata: 1 });', account: 1, ends: "wrong-account" },
      ways: [
        {
          says: `use the credentials of the account \`${"0".repeat(31)}1\``,
          steps: [{ text: KV }],
        },
      ],
    },
  ],
  OwnerMissing: [
    {
      first: [{ text: 'await KV("own");' }],
      told: { text: 'await KV("own"); await KV("kv", { share: "prod" });', ends: "owner-missing" },
      ways: [
        {
          says: "deploy the stage that owns it first",
          steps: [
            { stage: "prod", text: 'await KV("own"); await KV("kv", { share: "prod" });' },
            { text: 'await KV("own"); await KV("kv", { share: "prod" });' },
          ],
        },
      ],
    },
  ],
  ShareConflict: [
    {
      first: [{ stage: "prod", text: db() }, { text: db() }],
      told: { text: db('share: "prod"'), ends: "share-conflict" },
      ways: [
        {
          says: "use another id for the shared database",
          steps: [{ text: `${db()} await Database("all", { name: "db", share: "prod" });` }],
        },
        {
          says: "destroy this stage's own first",
          steps: [{ text: 'createBlocks({ release: ["db"] });' }, { text: db('share: "prod"') }],
          gone: ["D1Database db-pr-1"],
        },
      ],
    },
    {
      first: [
        { stage: "prod", text: db() },
        { text: db('stage: "prod", adopt: true, delete: true') },
      ],
      told: { text: db('share: "prod"'), ends: "share-conflict" },
      ways: [
        {
          says: "if they are the same database, deploy once with `delete: false` first",
          steps: [
            { text: db('stage: "prod", adopt: true, delete: false') },
            { text: db('share: "prod"') },
            { stage: "prod", text: db() },
          ],
        },
      ],
    },
  ],
};
