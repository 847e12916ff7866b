/** What is refused for its name, its stage, or because one run declares it twice. */
import { COUNTER, worker } from "../holes.ts";
import { type Entries, pinIn } from "./follow.ts";
import { KV, NOTHING } from "./texts.ts";

const ROOM = 'const room = DurableObject("room", { className: "Room", sqlite: true });';

const HOSTNAME = "`hostname` gives text, and deploys nothing";

const IN_ROOT = 'await app.run(() => KV("kv"));';

export const NAMES: Entries = {
  KindUnknown: "`physicalName` gives text, and deploys nothing",
  BaseRule: [
    {
      first: [{ text: 'await raw.Queue("Jobs", { name: "all-jobs" });' }],
      told: { text: 'await Queue("Jobs");', ends: "base-invalid" },
      ways: [
        {
          says: "rename it, for example to `jobs`",
          // The id is an id of its own, and the guard keeps what is deployed under the old one.
          steps: [{ text: 'await Queue("jobs");', ends: "would-delete" }],
        },
        {
          says: "rename it, for example to `jobs`",
          steps: [{ text: 'await Queue("Jobs", { name: "jobs" });', ends: "would-replace" }],
        },
      ],
    },
  ],
  BaseHash: [
    {
      first: [{ text: 'await raw.Queue("a-0356hv2zv", { name: "a" });' }],
      told: { text: 'await Queue("a-0356hv2zv");', ends: "base-invalid" },
      ways: [
        {
          says: "rename it, for example to `my-queue`",
          steps: [
            { text: 'await Queue("a-0356hv2zv", { name: "my-queue" });', ends: "would-replace" },
          ],
        },
      ],
    },
  ],
  BaseIllFormed: NOTHING,
  HostRule: HOSTNAME,
  HostHash: HOSTNAME,
  HostEncoded: HOSTNAME,
  HostLong: HOSTNAME,
  ZoneMismatch: HOSTNAME,
  HostDoubleStage: HOSTNAME,
  LiteralRule: [
    {
      first: [{ text: 'await raw.Queue("kv", { name: "legacy" });' }],
      told: { text: 'await Queue("kv", { pin: { "pr-1": "Legacy" } });', ends: "base-invalid" },
      ways: [
        {
          says: "write the deployed name exactly as Cloudflare shows it",
          steps: [{ text: 'await Queue("kv", { pin: { "pr-1": "legacy" } });' }],
        },
      ],
    },
  ],
  LiteralLength: [
    {
      first: [{ text: 'await raw.R2Bucket("files", { name: "legacy", empty: true });' }],
      told: {
        text: 'await Bucket("files", { empty: true, pin: { "pr-1": "l" } });',
        ends: "base-invalid",
      },
      ways: [
        {
          says: "write the deployed name exactly as Cloudflare shows it",
          steps: [{ text: 'await Bucket("files", { empty: true, pin: { "pr-1": "legacy" } });' }],
        },
      ],
    },
  ],
  DoubleStage: [
    {
      first: [{ stage: "prod", text: 'await raw.D1Database("db-prod", { name: "db-prod" });' }],
      told: { stage: "prod", text: 'await Database("db-prod");', ends: "double-stage" },
      ways: [
        {
          says: "write `db`: the block adds the stage",
          steps: [{ stage: "prod", text: 'await Database("db-prod", { name: "db" });' }],
        },
        {
          says: "write `db`: the block adds the stage",
          steps: [{ stage: "prod", text: 'await Database("db");', ends: "badly" }],
        },
      ],
    },
  ],
  ClassInvalid: [
    {
      first: [
        {
          text: `const c = raw.DurableObjectNamespace("2-fa", { className: "Counter", sqlite: true });
${worker("c")}`,
        },
      ],
      told: {
        text: `const c = DurableObject("2-fa", { sqlite: true });\n${worker("c")}`,
        ends: "class-invalid",
      },
      ways: [
        {
          says: 'add `className: "MyClass"`, with the class that your script exports',
          steps: [
            {
              text: `const c = DurableObject("2-fa", { className: "Counter", sqlite: true });
${worker("c")}`,
            },
          ],
        },
      ],
    },
  ],
  IdInvalid: [
    {
      first: [{ text: 'await raw.D1Database("a\\\\b", { name: "ab-pr-1" });' }],
      told: { text: 'await Database("a\\\\b", { name: "ab" });', ends: "id-invalid" },
      ways: [
        {
          says: "use an id that is not empty, has no `:` and no `\\` and is not `__proto__`",
          steps: [{ text: 'await Database("a-b", { name: "ab" });', ends: "badly" }],
        },
      ],
    },
  ],
  StageEmpty: [
    {
      first: [{ text: KV }],
      told: { text: 'await KV("kv", { pin: { "": "legacy" } });', ends: "stage-invalid" },
      ways: [
        {
          says: "pass a stage such as `dev`",
          steps: [{ text: 'await KV("kv", { pin: { dev: "legacy" } });' }],
        },
      ],
    },
  ],
  StageIllFormed: NOTHING,
  StageImplicit: "only says which stage is meant: the rest is an ordinary deploy of it",
  StageCase: [
    {
      first: [{ stage: "prod", text: KV }],
      told: { stage: "Prod", text: KV, ends: "stage-case" },
      ways: [
        { says: "write `prod`", steps: [{ stage: "prod", text: KV }] },
        { says: "choose another name", steps: [{ stage: "pr-1", text: KV }] },
      ],
    },
  ],
  StageConflict: [
    {
      first: [{ text: KV }, { stage: "sam", text: KV }],
      told: { stageBy: "equals", flags: ["destroy"], ends: "stage-conflict" },
      ways: [
        {
          says: "write `--stage` and the name with a space between them, and leave `stage` out of the options of `alchemy()`",
          steps: [{ stageBy: "flag", flags: ["destroy"] }],
          gone: ["KVNamespace kv-pr-1"],
        },
      ],
    },
  ],
  RootScope: [
    {
      first: [{ text: KV }],
      told: { text: IN_ROOT, ends: "root-scope" },
      ways: [
        { says: "call it outside of `app.run`", steps: [{ text: KV }] },
        {
          says: 'inside `alchemy.run("name", …)`',
          steps: [{ text: 'await alchemy.run("name", () => KV("kv"));', ends: "id-changed" }],
        },
      ],
    },
  ],
  DuplicateName: [
    {
      first: [{ text: 'await KV("a", { name: "kv" });' }],
      told: {
        text: 'await KV("a", { name: "kv" }); await KV("b", { name: "kv" });',
        ends: "duplicate-name",
      },
      ways: [
        {
          says: "give one of them another `name`; `a` in scope `shop/pr-1` was already passed to Alchemy in this run",
          steps: [{ text: 'await KV("a", { name: "kv" }); await KV("b", { name: "other" });' }],
        },
        {
          says: "give one of them another `name`; `a` in scope `shop/pr-1` was already passed to Alchemy in this run",
          steps: [
            {
              text: 'await KV("a", { name: "other" }); await KV("b", { name: "kv" });',
              ends: "would-replace",
            },
          ],
        },
      ],
    },
  ],
  DuplicateClass: [
    {
      first: [{ text: `${COUNTER}\n${worker("counter")}` }],
      told: {
        text: `${COUNTER}\nconst room = DurableObject("room", { className: "Counter" });
${worker("counter, room")}`,
        ends: "duplicate-name",
      },
      ways: [
        {
          says: "use one Durable Object in both places",
          // Alchemy says itself that a Worker binds each class once.
          steps: [{ text: `${COUNTER}\n${worker("counter, room: counter")}`, ends: "badly" }],
        },
        {
          says: "give each its own `className`",
          steps: [{ text: `${COUNTER}\n${ROOM}\n${worker("counter, room")}` }],
        },
        {
          says: "`scriptName`",
          steps: [
            {
              text: `${COUNTER}
const room = DurableObject("room", { className: "Counter", scriptName: "shop-api-pr-1" });
${worker("counter")}`,
            },
          ],
        },
      ],
    },
  ],
  DeclaredTwice: [
    {
      first: [{ text: 'await KV("other");' }],
      told: {
        text: 'await KV("other"); await Promise.all([KV("kv", { name: "a" }), KV("kv", { name: "b" })]);',
        ends: "duplicate-name",
      },
      ways: [
        {
          says: "declare it once",
          steps: [{ text: 'await KV("other"); await KV("kv", { name: "c" });' }],
        },
        {
          says: "await the first declaration",
          steps: [
            {
              text: 'await KV("other"); await KV("kv", { name: "c" }); await KV("kv", { name: "d" });',
              ends: "would-replace",
            },
          ],
        },
      ],
    },
  ],
  BindingUnawaited: [
    {
      first: [{ text: `const kv = await KV("kv");\n${worker("kv")}` }],
      told: { text: `const kv = KV("kv");\n${worker("kv")}`, ends: "binding-unawaited" },
      ways: [
        {
          says: 'await it first: `const db = await Database("db")`',
          steps: [{ text: `const kv = await KV("kv");\n${worker("kv")}` }],
        },
      ],
    },
  ],
  AmbiguousStage: [
    {
      first: [{ text: 'await KV("db");' }],
      told: { text: 'await KV("db"); await KV("db-pr");', ends: "ambiguous-stage" },
      ways: [
        {
          says: 'add `pin: { "pr-1": "db-pr-pr-1-0djjnuw6i" }` to `db-pr`',
          steps: [{ text: (help) => `await KV("db"); await KV("db-pr", { ${pinIn(help)} });` }],
        },
        {
          says: 'rename `db` in scope `shop/pr-1`, which this stage\'s state holds as `db-pr-1`: deploy once without both, with `createBlocks({ release: ["db"] })`, to let it go first',
          steps: [
            { text: 'createBlocks({ release: ["db"] });' },
            { text: 'await KV("other"); await KV("db-pr");' },
          ],
          gone: ["KVNamespace db-pr-1"],
        },
      ],
    },
    {
      first: [{ text: 'await KV("other");' }],
      told: {
        text: 'await KV("other"); await KV("db"); await KV("db-pr");',
        ends: "ambiguous-stage",
      },
      ways: [
        {
          says: 'rename `db` in scope `shop/pr-1`, which this run has already passed to Alchemy as `db-pr-1`: deploy once without both, with `createBlocks({ release: ["db"] })`, to let it go first',
          steps: [
            { text: 'createBlocks({ release: ["db"] }); await KV("other");' },
            { text: 'await KV("other"); await KV("data"); await KV("db-pr");' },
          ],
        },
      ],
    },
  ],
};
