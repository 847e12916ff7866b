/** The findings of `check`: a program for each, and what follows when you do what the help says. */
import { COUNTER, FLOW, worker } from "../holes.ts";
import { UNKNOWN_OPTION } from "./calls.ts";
import type { Entries } from "./follow.ts";
import { ADOPTED, ARMED, db, FIXED, HOSTS, KV, own, prod, renamedWorker, STAGED } from "./texts.ts";

const RAW = 'await raw.D1Database("db", { name: "shop-db-" + stage });';

const rawFlow = (name: string) =>
  `const flow = raw.Workflow("flow", { workflowName: ${name}, className: "Onboarding" });
${worker("flow")}`;

/** Two declarations of which each stage has one, and both have one name. */
const MEETING = `if (stage === "prod") await raw.D1Database("a", { name: "main" });
else await raw.D1Database("b", { name: "main", adopt: true });`;

/** Both stages adopt one database, and neither deletes it. */
const PINNED = db('adopt: true, pin: { prod: "main", "pr-1": "main" }');

const LONG = "a-base-name-that-a-stage-of-many-letters-would-have-to-shorten";

/** A Worker that cron triggers run, in every stage and then in protected ones alone. */
const TIMED = `${COUNTER}\n${worker("counter", "api", 'name: "api-" + stage, crons: ["0 * * * *"],')}`;
const THRIFTY = `${TIMED.replace('"api", {', '"api", thrifty({').replace(/\}\);$/, "}));")}`;

export const CHECKS: Entries = {
  ...HOSTS,
  "parse-error": "it is about text that no runtime reads, so that it was never deployed",
  "disable-without-reason": "it is about a comment",
  "id-invalid": [
    {
      first: [{ text: 'await Database("other");' }],
      told: { text: 'await Database("other"); await raw.D1Database("a\\\\b");' },
      ways: [
        {
          says: "use an id that is not empty, has no `:` and no `\\` and is not `__proto__`",
          steps: [{ text: 'await Database("other"); await raw.D1Database("ab");' }],
        },
      ],
    },
  ],
  "refused-change": "it says what the guard of Alchemy 2 would say: `tests/deploy2/`",
  unguarded: "it is about Alchemy 2, with and without its guard: `tests/deploy2/`",
  "implicit-stage": "it is about a pipeline, and a stage that is named is deployed as any other",
  "env-key": "it is about Alchemy 2, and about an app that 0.94 has deployed",
  "stage-ignored":
    "without the option, a run deploys the stage of its `--stage`, and leaves the one of the option as it is",
  "release-unused": "it is about an id that no row has",
  "raw-resource": [
    {
      first: [{ text: RAW }],
      told: { text: RAW },
      ways: [
        {
          says: "use `Database` of `@alch/blocks`",
          steps: [{ text: 'await Database("db");', ends: "would-replace" }],
        },
        {
          says: "`npx @alch/blocks migrate` can rewrite it",
          steps: [{ text: 'await Database("db", { name: "shop-db" });' }],
        },
      ],
    },
  ],
  "fixed-name": [
    {
      first: [prod(FIXED)],
      told: prod(FIXED),
      ways: [
        {
          says: "use `Database` of `@alch/blocks`",
          steps: [prod('await Database("db");', "would-replace")],
        },
        {
          says: "put `app.stage` into it",
          // What is protected stays, whatever its program calls it.
          steps: [prod(FIXED.replace('"main"', STAGED))],
        },
        {
          says: "put `app.stage` into it",
          steps: [
            { text: FIXED.replace('"main"', STAGED) },
            { text: FIXED.replace('"main"', STAGED) },
          ],
        },
      ],
    },
    {
      first: [{ text: FIXED }],
      told: { text: FIXED },
      ways: [
        {
          says: "put `app.stage` into it",
          steps: [{ text: FIXED.replace('"main"', STAGED), ends: "would-replace" }],
        },
      ],
    },
    {
      first: [prod(PINNED), { text: PINNED }],
      told: { text: PINNED },
      ways: [
        {
          says: "give each stage its own name",
          steps: [{ text: db('adopt: true, pin: { prod: "main" }'), ends: "would-replace" }],
        },
        {
          says: "to use the data of another stage, write `share`",
          steps: [
            { text: db('pin: { prod: "main" }, share: "prod"') },
            { text: "", flags: ["destroy"] },
            prod(PINNED),
          ],
        },
      ],
    },
  ],
  "adopt-fixed": [
    {
      first: [prod(ADOPTED), { text: ADOPTED }],
      told: { text: ADOPTED },
      ways: [
        {
          says: "use `Database` of `@alch/blocks`",
          steps: [
            { text: 'await Database("db", { adopt: true });', ends: "would-replace" },
            prod('await Database("db", { adopt: true });', "would-replace"),
          ],
        },
        {
          says: "put `app.stage` into it",
          steps: [
            { text: ADOPTED.replace('"main"', STAGED) },
            { flags: ["destroy"] },
            prod(ADOPTED.replace('"main"', STAGED)),
          ],
        },
      ],
    },
    ...Object.entries({
      "use `physicalName` of `@alch/blocks`": 'physicalName("worker", "main", stage)',
      "put `app.stage` into it": STAGED,
    }).map(([says, name]) => ({
      first: [prod(own('"main"')), { text: own('"main"') }],
      told: { text: own('"main"') },
      ways: [{ says, ...renamedWorker(name) }],
    })),
  ],
  "unscoped-workflow": [
    {
      first: [prod(rawFlow('"main"'))],
      told: prod(rawFlow('"main"')),
      ways: [
        {
          says: "use `AlchemyWorkflow` of `@alch/blocks`",
          steps: [prod(`${FLOW}\n${worker("flow")}`, "would-orphan")],
        },
        {
          says: "put the stage into `workflowName` and keep `className`",
          steps: [prod(rawFlow(STAGED), "would-orphan")],
        },
      ],
    },
  ],
  "unscoped-class": [
    {
      first: [prod(`${own('"main"')}`)],
      told: {
        text: `const room = raw.DurableObjectNamespace("counter", { className: "Counter", scriptName: "main" });
${worker("room")}`,
      },
      ways: [
        {
          says: "pass the `Worker` itself",
          steps: [
            {
              text: `${COUNTER}\nconst host = ${worker("counter", "host")}
const room = DurableObject("room", { className: "Counter", scriptName: host });
${worker("room")}`,
            },
          ],
        },
        {
          says: "give the script a name with the stage",
          steps: [
            {
              text: `${own(STAGED, "host")}
const room = raw.DurableObjectNamespace("room", { className: "Counter", scriptName: ${STAGED} });
${worker("room")}`,
            },
          ],
        },
      ],
    },
  ],
  "stage-in-id": [
    {
      first: [{ text: 'await raw.D1Database("db-" + stage, { name: "db-" + stage });' }],
      told: { text: 'await raw.D1Database("db-" + stage, { name: "db-" + stage });' },
      ways: [
        {
          says: "give the next resource an id without it; where this one is deployed, keep the id: another would delete what it names",
          steps: [
            {
              text: 'await raw.D1Database("db-" + stage, { name: "db-" + stage }); await KV("kv");',
            },
          ],
        },
      ],
    },
  ],
  "unknown-stage": [
    {
      first: [prod(KV)],
      told: prod('await KV("kv", { pin: { prodd: "legacy" } });'),
      ways: [
        {
          says: "write `prod`, if that is the stage",
          steps: [prod('await KV("kv", { pin: { prod: "legacy" } });', "would-replace")],
        },
      ],
    },
  ],
  "double-stage": [
    {
      first: [{ stage: "login", text: 'await Database("db", { name: "db-" + stage });' }],
      told: { stage: "login", text: 'await Database("db", { name: "db-" + stage });' },
      ways: [
        {
          says: "write `db`: the block adds the stage",
          steps: [
            {
              stage: "login",
              text: 'await Database("db", { name: "db" });',
              ends: "would-replace",
            },
          ],
        },
      ],
    },
  ],
  "ambiguous-bases": [
    {
      first: [prod('await KV("db"); await KV("db-pr");')],
      told: prod('await KV("db"); await KV("db-pr");'),
      ways: [
        {
          says: "give one of them a base name that does not start with the other's",
          steps: [
            prod('await KV("db"); await KV("db-pr", { name: "other" });', "would-replace"),
            prod('await KV("db"); await KV("other");', "would-delete"),
          ],
        },
      ],
    },
  ],
  "duplicate-name": [
    {
      first: [prod(MEETING), { text: MEETING }],
      told: { text: MEETING },
      ways: [
        {
          says: "give one of them another name",
          // The preview made nothing of its own, so nothing goes with its old name.
          steps: [{ text: MEETING.replace('"main", adopt', `${STAGED}, adopt`) }],
        },
      ],
    },
    {
      first: [{ text: 'await KV("a", { name: "kv" });' }],
      told: {
        text: 'await KV("a", { name: "kv" }); await KV("b", { name: "kv" });',
        ends: "duplicate-name",
      },
      ways: [
        {
          says: "give one of them another name",
          steps: [{ text: 'await KV("a", { name: "kv" }); await KV("b", { name: "other" });' }],
        },
        {
          says: "each app a `prefix`",
          steps: [
            {
              text: 'await createBlocks({ prefix: "shop" }).KV("a", { name: "kv" });',
              ends: "would-replace",
            },
          ],
        },
      ],
    },
  ],
  "option-invalid": UNKNOWN_OPTION,
  "base-invalid": [
    {
      first: [{ text: 'await raw.Queue("Jobs", { name: "all-jobs" });' }],
      told: { text: 'await Queue("Jobs");', ends: "base-invalid" },
      ways: [
        {
          says: "rename it, for example to `jobs`",
          steps: [{ text: 'await Queue("jobs");', ends: "would-delete" }],
        },
      ],
    },
  ],
  "too-long": [
    {
      first: [{ text: `await Queue("${LONG}");` }],
      told: { text: `await Queue("${LONG}");` },
      ways: [
        {
          says: "choose a base name of at most 34 characters, which every stage keeps whole",
          steps: [
            { text: 'await Queue("short");', ends: "would-delete" },
            { text: `await Queue("${LONG}", { name: "short" });`, ends: "would-replace" },
          ],
        },
      ],
    },
  ],
  "preview-cost": [
    {
      first: [{ text: TIMED }],
      told: { text: TIMED },
      ways: [
        {
          says: "wrap its options in `thrifty(…)` of `@alch/blocks`",
          steps: [{ text: THRIFTY }],
        },
      ],
    },
  ],
  "shared-dlq": [
    {
      first: [{ text: 'await raw.Queue("jobs", { name: "jobs-" + stage, dlq: "dead" });' }],
      told: { text: 'await raw.Queue("jobs", { name: "jobs-" + stage, dlq: "dead" });' },
      ways: [
        {
          says: "pass a `Queue` of this program",
          steps: [
            {
              text: 'const dlq = await Queue("dead"); await raw.Queue("jobs", { name: "jobs-" + stage, dlq });',
            },
          ],
        },
        {
          says: "use the blocks: they give a `dlq` its stage",
          steps: [{ text: 'await Queue("dead"); await Queue("jobs", { dlq: "dead" });' }],
        },
      ],
    },
  ],
  "stage-source": [
    {
      first: [{ text: 'await raw.D1Database("db", { name: "db-" + process.env.STAGE });' }],
      told: { text: 'await raw.D1Database("db", { name: "db-" + process.env.STAGE });' },
      ways: [
        {
          says: "use `app.stage`: state is keyed by it, and with another text one stage's state can point at another's resource",
          steps: [
            {
              text: 'await raw.D1Database("db", { name: "db-" + app.stage });',
              ends: "would-replace",
            },
          ],
        },
      ],
    },
  ],
  unmodelled: "it asks to look at what nothing here looks at",
  undecided: "it asks for another spelling of the same name, or to look at it",
  "shared-root": [
    {
      first: [{ text: 'await raw.D1Database("other", { name: "other" });' }],
      told: { text: 'await app.run(() => raw.D1Database("db"));', ends: "root-scope" },
      ways: [
        {
          says: "declare it outside of `app.run`",
          steps: [
            { text: 'await raw.D1Database("other", { name: "other" }); await Database("db");' },
          ],
        },
        { says: "disable this finding with a reason", steps: [] },
      ],
    },
  ],
  "orphaned-row": [
    {
      first: [{ text: 'await Database("db"); await KV("kv");' }],
      told: { text: KV, ends: "would-delete" },
      ways: [
        {
          says: "declare it again, with the same id in the same scope",
          steps: [{ text: 'await Database("db"); await KV("kv");' }],
        },
        {
          says: "to let it go, keep its data elsewhere first, then write",
          steps: [{ text: `createBlocks({ release: ["db"] }); ${KV}` }],
          gone: ["D1Database db-pr-1"],
        },
      ],
    },
    {
      first: [{ text: `${COUNTER}\n${worker("counter")}` }],
      told: { text: worker(""), ends: "would-delete-class" },
      ways: [{ says: "bind it again", steps: [{ text: `${COUNTER}\n${worker("counter")}` }] }],
    },
    {
      first: [{ text: 'await Database("db");' }],
      told: { text: 'await Database("data", { name: "db" });', ends: "id-changed" },
      ways: [
        {
          says: "what has its name now has another id or scope: give it the id",
          steps: [{ text: 'await Database("db");' }],
        },
      ],
    },
    {
      first: [{ text: 'await Database("db");' }],
      told: { text: 'await Database("data");', ends: "would-delete" },
      ways: [
        {
          says: "to keep the data, give it the id",
          steps: [{ text: 'createBlocks({ release: ["data"] }); await Database("db");' }],
        },
      ],
    },
  ],
  "armed-stage": ARMED,
  "nested-stage": [
    {
      first: [{ stage: "dev/api", text: KV }],
      told: { stage: "dev", text: 'await KV("api");', ends: "owned-elsewhere" },
      ways: [
        {
          says: "give the stage a name without a slash, such as",
          steps: [
            { stage: "dev-api", text: KV },
            { stage: "dev/api", text: KV },
          ],
        },
      ],
    },
  ],
  "shared-app": [
    {
      first: [{ text: 'await Database("db");' }],
      told: { text: 'await Database("db");' },
      ways: [
        {
          says: "give the one that is not deployed yet another app name",
          steps: [{ app: "blog", text: 'await Database("posts");' }],
        },
        {
          // The one that is deployed is renamed by mistake.
          says: "give the one that is not deployed yet another app name",
          steps: [
            { app: "blog", text: 'await Database("db");', ends: "badly" },
            { app: "blog", text: 'await Database("db", { adopt: true });' },
            { flags: ["destroy"], ends: "owned-elsewhere" },
          ],
        },
      ],
    },
  ],
};
