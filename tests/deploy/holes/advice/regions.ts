/** What is refused for where in the world a resource is, and for how long it holds something. */
import type { Entries } from "./follow.ts";
import { db, prod } from "./texts.ts";

const CHOICES = [
  ...['`"eu"`', '`"us"`', '`"fedramp"`', '`"weur"`', '`"eeur"`', '`"enam"`', '`"wnam"`'],
  '`"apac"`',
].join(", ");

const HERE = "Cloudflare moves nothing: write where it is";
const ELSEWHERE =
  "declare a new one under another id, copy the data, and then let this one go with `release`";
const NEW = 'await Database("db-eu", { region: "eu" });';

const files = (options: string, set = "") =>
  `await createBlocks({ ${set} }).Bucket("files", { ${options} });`;
const RULE =
  'lifecycle: [{ id: "old", deleteObjectsTransition: { condition: { type: "Age", maxAge: 86400 } } }]';

export const REGIONS: Entries = {
  ExpireProtected: [
    {
      first: [prod(files(""))],
      told: prod(files("expireDays: 3"), "expire-protected"),
      ways: [
        {
          says: "remove `expireDays` here: that of `createBlocks` leaves such a bucket out",
          steps: [prod(files("", "expireDays: 3"))],
        },
        { says: "if its objects may go, write `lifecycle` yourself", steps: [prod(files(RULE))] },
      ],
    },
  ],
  RegionInvalid: [
    {
      first: [{ text: db() }],
      told: { text: db('region: "mars"'), ends: "region-invalid" },
      ways: [
        {
          says: `write ${CHOICES} or \`"oc"\``,
          steps: [{ text: db('region: "eu"'), ends: "would-move" }],
        },
      ],
    },
  ],
  RegionConflict: [
    {
      first: [{ text: db() }],
      told: {
        text: 'await createBlocks({ region: "eu" }).Database("db", { primaryLocationHint: "enam" });',
        ends: "region-conflict",
      },
      ways: [
        {
          says: "write one of them: `region` in the options of the block wins over that of `createBlocks`",
          steps: [
            {
              text: 'await createBlocks({ region: "eu" }).Database("db", { region: "enam" });',
              ends: "would-move",
            },
            { text: 'await createBlocks({ region: "eu" }).Database("db");', ends: "would-move" },
          ],
        },
      ],
    },
  ],
  WouldMove: [
    {
      first: [{ text: db('region: "weur"') }],
      told: { text: db('region: "enam"'), ends: "would-move" },
      ways: [
        { says: HERE, steps: [{ text: db('region: "weur"') }] },
        {
          says: ELSEWHERE,
          steps: [
            { text: `${db('region: "weur"')}\n${NEW}` },
            { text: `createBlocks({ release: ["db"] });\n${NEW}` },
          ],
          gone: ["D1Database db-pr-1"],
        },
      ],
    },
  ],
};
