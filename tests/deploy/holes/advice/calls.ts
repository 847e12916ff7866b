/** What is refused for the arguments and options of a call. */
import { ALL_KINDS } from "../../../../ts/kinds.ts";
import { COUNTER, worker } from "../holes.ts";
import type { Advice, Entries } from "./follow.ts";
import { KV, NOTHING } from "./texts.ts";

const PLURALS = ALL_KINDS.flatMap(({ ownsData, plural }) => (ownsData ? [plural] : []));
const DATA = `${PLURALS.slice(0, -1).join(", ")} and ${PLURALS.at(-1)}`;

const ARGUMENT = "the call has no id or resource yet, and its advice names none";

/** A value that `onRename` does not take, which a deploy and `check` say alike. */
export const UNKNOWN_OPTION: readonly Advice[] = [
  {
    first: [{ text: 'await Database("db", { name: "main" });' }],
    told: { text: 'await Database("db", { onRename: "keeep" });', ends: "option-invalid" },
    ways: [
      {
        says: 'pass `"refuse"`',
        steps: [{ text: 'await Database("db", { onRename: "refuse" });', ends: "would-replace" }],
      },
      { says: '`"keep"`', steps: [{ text: 'await Database("db", { onRename: "keep" });' }] },
      {
        says: '`"replace"`',
        steps: [{ text: 'await Database("db", { onRename: "replace" });' }],
        gone: ["D1Database main-pr-1"],
      },
      {
        says: "leave it out",
        steps: [{ text: 'await Database("db");', ends: "would-replace" }],
      },
    ],
  },
];

export const CALLS: Entries = {
  IdMissing: ARGUMENT,
  OptionsInvalid: [
    {
      first: [{ text: 'await KV("kv", { name: "main" });' }],
      told: { text: 'await KV("kv", 5);', ends: "argument-invalid" },
      ways: [
        { says: "pass an object", steps: [{ text: 'await KV("kv", { name: "main" });' }] },
        { says: "nothing", steps: [{ text: KV, ends: "would-replace" }] },
      ],
    },
  ],
  ResourceInvalid: "only the core alone takes a function, and deploys nothing by itself",
  TextMissing: "`physicalName` gives text, and deploys nothing",
  BasesInvalid: "`physicalNames` gives text, and deploys nothing",
  HostOptionsInvalid: "`hostname` gives text, and deploys nothing",
  OptionInvalid: [
    ...[
      ["name", "text that is not empty"],
      ["stage", "a stage such as `prod`, or `false`"],
    ].map(([option, expected]) => ({
      first: [{ text: `await KV("kv", { ${option}: "main" });` }],
      told: { text: `await KV("kv", { ${option}: 5 });`, ends: "option-invalid" },
      ways: [
        {
          says: `pass ${expected}`,
          steps: [{ text: `await KV("kv", { ${option}: "other" });`, ends: "would-replace" }],
        },
        { says: "leave it out", steps: [{ text: KV, ends: "would-replace" }] },
      ],
    })),
  ],
  OptionUnknown: UNKNOWN_OPTION,
  OptionIllFormed: NOTHING,
  SettingInvalid: [
    {
      first: [{ text: 'await createBlocks({ prefix: "my" }).KV("kv");' }],
      told: { text: 'await createBlocks({ prefix: 5 }).KV("kv");', ends: "option-invalid" },
      ways: [
        {
          says: "pass text that is not empty",
          steps: [
            { text: 'await createBlocks({ prefix: "our" }).KV("kv");', ends: "would-replace" },
          ],
        },
        {
          says: "leave it out",
          steps: [{ text: 'await createBlocks({}).KV("kv");', ends: "would-replace" }],
        },
      ],
    },
  ],
  SettingsInvalid: "`createBlocks` copies what it is given, and the core alone deploys nothing",
  ShareWithStage: [
    {
      first: [{ stage: "prod", text: KV }, { text: KV }],
      told: {
        text: 'await KV("kv", { stage: "pr-1", share: "prod" });',
        ends: "option-invalid",
      },
      ways: [
        {
          says: "remove one of the two: `share` names the stage that owns the resource",
          steps: [{ text: 'await KV("kv", { stage: "pr-1" });' }],
        },
        {
          says: "remove one of the two: `share` names the stage that owns the resource",
          steps: [{ text: 'await KV("kv", { share: "prod" });', ends: "share-conflict" }],
        },
      ],
    },
  ],
  ShareUnsupported: [
    {
      first: [{ text: `${COUNTER}\n${worker("counter")}` }],
      told: {
        text: `const counter = DurableObject("counter", { share: "prod" });\n${worker("counter")}`,
        ends: "option-invalid",
      },
      ways: [
        {
          says: `remove \`share\`: only ${DATA} take it`,
          steps: [{ text: `${COUNTER}\n${worker("counter")}` }],
        },
      ],
    },
  ],
  ShareUnbound: "only the core alone refuses it, and deploys nothing by itself",
  ScriptInvalid: [
    {
      first: [{ text: `${COUNTER}\n${worker("counter")}` }],
      told: {
        text: `const counter = DurableObject("counter", { className: "Counter", scriptName: 5 });
${worker("counter")}`,
        ends: "script-invalid",
      },
      ways: [
        {
          says: "pass the script's name",
          steps: [
            {
              text: `${COUNTER.replace("className", 'scriptName: "shop-api-pr-1", className')}
${worker("counter")}`,
            },
          ],
        },
        {
          says: "an awaited `Worker`",
          steps: [
            {
              text: `const web = ${worker(`own: ${COUNTER.slice(16, -1)}`, "web")}
${COUNTER.replace("className", "scriptName: web, className")}
${worker("counter")}`,
            },
          ],
        },
        {
          says: "a `WorkerRef`",
          steps: [
            {
              text: `const web = await raw.WorkerRef({ service: "shop-api-pr-1" });
${COUNTER.replace("className", "scriptName: web, className")}
${worker("counter")}`,
            },
          ],
        },
      ],
    },
  ],
  Internal: "it asks for a report",
};
