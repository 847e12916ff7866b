/** What the core warns of: a deploy goes on. */
import { readFileSync, writeFileSync } from "node:fs";
import type { Entries } from "./follow.ts";
import { KV, kvRow, prod } from "./texts.ts";

/** The row as an interrupted deploy has left it, an hour ago. */
function interrupted(state: string): void {
  const { output, ...row } = JSON.parse(readFileSync(kvRow(state), "utf8"));
  const mark = { absent: "kv-pr-1", at: Date.now() - 3_600_000 };
  const data = { ...row.data, "@alch/blocks:creating": mark };
  const { name, title, namespaceId, ...rest } = output;
  const begun = { ...row, status: "creating", oldProps: {}, data, output: rest };
  writeFileSync(kvRow(state), JSON.stringify(begun));
}

export const WARNINGS: Entries = {
  RegionIgnored: [
    {
      first: [
        { text: 'await Bucket("files", { region: "weur" });' },
        { text: 'createBlocks({ release: ["files"] });' },
      ],
      told: { text: 'await Bucket("files", { region: "enam" });' },
      ways: [
        {
          says: "Cloudflare remembers where a name was first: use another base name",
          steps: [{ text: 'await Bucket("files-2", { region: "enam" });', ends: "would-delete" }],
        },
        { says: "write `weur`", steps: [{ text: 'await Bucket("files", { region: "weur" });' }] },
      ],
    },
  ],
  HostsUnread: "it is about the permissions of a token",
  GenericName: [
    {
      first: [{ text: 'await Database("db", { adopt: true });' }],
      told: { text: 'await Database("db", { adopt: true });' },
      ways: [
        {
          says: "put the app's name into it",
          steps: [
            {
              text: 'await Database("db", { name: "shop-db", adopt: true });',
              ends: "would-replace",
            },
          ],
        },
        {
          says: "use `createBlocks({ prefix })`",
          steps: [
            {
              text: 'await createBlocks({ prefix: "shop" }).Database("db", { adopt: true });',
              ends: "would-replace",
            },
          ],
        },
      ],
    },
  ],
  StageMismatch: "only says which stage is meant: the rest is an ordinary deploy of it",
  DoubleStage: [
    {
      first: [{ stage: "login", text: 'await Database("my-login");' }],
      told: { stage: "login", text: 'await Database("my-login");' },
      ways: [
        {
          says: "write `my` if that is the stage: the block adds it",
          steps: [{ stage: "login", text: 'await Database("my");', ends: "would-delete" }],
        },
        {
          says: "write `my` if that is the stage: the block adds it",
          steps: [
            {
              stage: "login",
              text: 'await Database("my-login", { name: "my" });',
              ends: "would-replace",
            },
          ],
        },
      ],
    },
  ],
  ReleaseUnused: [
    {
      first: [{ text: KV }],
      told: { text: `createBlocks({ release: ["kv"] }); ${KV}` },
      ways: [{ says: "remove it from `release`", steps: [{ text: KV }] }],
    },
  ],
  LeftBehind: [
    {
      first: [{ text: KV }],
      told: { flags: ["destroy"], before: interrupted },
      ways: [
        {
          says: "deploy it again with `adopt: true`",
          steps: [{ text: 'await KV("kv", { adopt: true });' }],
        },
        // By hand, whatever that deletes.
        { says: "if nothing else uses it, delete it by hand", steps: [] },
      ],
    },
  ],
  UnknownStage: [
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
  UnheardStage: [
    {
      first: [prod(KV), { text: KV }],
      told: { text: 'await KV("kv", { pin: { live: "legacy" } });' },
      ways: [
        { says: "correct it", steps: [{ text: KV }] },
        // `words.test.ts` does so, in a process with a folder of its own.
        { says: "add it to `stages` in `alch-blocks.json`", steps: [] },
      ],
    },
  ],
  UnknownQueue: [
    {
      first: [{ text: 'await Queue("jobs", { dlq: "dead" });' }],
      told: { text: 'await Queue("jobs", { dlq: "dead" });' },
      ways: [
        {
          says: "declare it with `Queue`",
          steps: [{ text: 'await Queue("dead"); await Queue("jobs", { dlq: "dead" });' }],
        },
        {
          says: "pass the queue itself",
          steps: [{ text: 'const dlq = await Queue("dead"); await Queue("jobs", { dlq });' }],
        },
      ],
    },
  ],
};
