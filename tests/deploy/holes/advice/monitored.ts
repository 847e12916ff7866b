/** What the monitor finds. */
import { rmSync } from "node:fs";
import type { Entries } from "./follow.ts";
import { ADOPTED, ARMED, KV, own, prod, renamedWorker } from "./texts.ts";

const forget = (state: string) => rmSync(state, { recursive: true });

const FOLLOWED =
  "`tests/monitor/hosts.test.ts` follows it, and asserts what requests meet afterwards";

export const MONITORED: Entries = {
  collision: [
    {
      first: [prod(ADOPTED), { text: ADOPTED }],
      told: { text: ADOPTED },
      ways: [
        {
          says: "use a block, which puts the stage into the name, and give the stage that keeps this one a `pin`",
          steps: [
            { text: 'await Database("db", { pin: { prod: "main" } });', ends: "would-replace" },
            { text: 'await Database("db", { pin: { prod: "main" }, onRename: "replace" });' },
            prod('await Database("db", { pin: { prod: "main" } });'),
            { flags: ["destroy"] },
          ],
        },
      ],
    },
  ],
  "shared-class": [
    {
      first: [prod(own('"main"')), { text: own('"main"') }],
      told: { text: own('"main"') },
      ways: [
        {
          says: 'give each stage a script of its own, with `physicalName("worker", base, stage)` as the Worker\'s name',
          ...renamedWorker('physicalName("worker", "main", stage)'),
        },
      ],
    },
  ],
  "shared-host": FOLLOWED,
  "dead-route": FOLLOWED,
  "unclaimed-host": FOLLOWED,
  "stale-certificate": "a certificate holds no data, and only a person deletes one",
  "two-versions":
    "`tests/deploy2/monitor.test.ts` follows it: a stage in both versions, then in one",
  "armed-stage": ARMED,
  ambiguous: [
    {
      first: [prod('await KV("db"); await KV("db-pr");')],
      told: prod('await KV("db"); await KV("db-pr");'),
      ways: [
        {
          says: "rename one of the two base names, with `pin` for what is deployed: blocks refuse the second one in such a stage",
          steps: [
            prod(
              'await KV("db"); await KV("db-pr", { name: "other", pin: { prod: "db-pr-prod" } });',
            ),
          ],
        },
      ],
    },
  ],
  missing: "`tests/monitor/missing.test.ts` follows each of its ways on a deploy",
  orphan: [
    {
      first: [{ text: `${KV} await Database("db");` }],
      told: { text: `${KV} await Database("db");` },
      ways: [
        {
          says: "only if this app made it and its state is lost, deploy the stage with `adopt: true` (`--adopt` in Alchemy 2), which takes the resource over as it is",
          steps: [
            {
              text: 'await KV("kv", { adopt: true }); await Database("db", { adopt: true });',
              before: forget,
            },
          ],
        },
      ],
    },
  ],
  drift: [
    {
      first: [{ text: 'await Database("db", { name: "old" });' }],
      told: { text: 'await Database("db");', ends: "would-replace" },
      ways: [
        {
          says: "keep the deployed name with `pin`",
          steps: [{ text: 'await Database("db", { pin: { "pr-1": "old-pr-1" } });' }],
        },
        {
          says: '`onRename: "keep"`',
          steps: [{ text: 'await Database("db", { onRename: "keep" });' }],
        },
      ],
    },
  ],
  quota: "it says to destroy stages that you no longer need, which is what destroying is for",
  foreign: "it says to do nothing",
};
