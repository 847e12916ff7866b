/** Objects of previews that expire, with the real Alchemy 2: only in buckets that the stage makes with the rule. */
import { expect, test } from "bun:test";
import { App2, blocks, changes, TIME } from "./app.ts";

const DAY = 86_400;
const rule = (days: number) => ({
  id: "alch-blocks-expire",
  deleteObjectsTransition: { condition: { type: "Age", maxAge: days * DAY } },
  conditions: { prefix: "" },
  enabled: true,
});
const ABORT =
  '{ id: "uploads", abortMultipartUploadsTransition: { condition: { type: "Age", maxAge: 60 } } }';
const SHORT = '{ id: "logs", deleteObjectsTransition: { condition: { type: "Age", maxAge: 60 } } }';

/** Buckets by their options, in a set that has objects expire after 14 days. */
function buckets(all: Record<string, string>, settings = ""): string {
  const calls = Object.entries(all).map(
    ([id, options]) => `yield* set.Bucket("${id}", { ${options} });`,
  );
  return blocks(`const set = createBlocks({ expireDays: 14, ${settings} });\n${calls.join("\n")}`);
}

const rulesOf = (app: App2, name: string) => app.account.buckets.get(name).rules.get("lifecycle");
const idsOf = (app: App2, name: string) =>
  ((rulesOf(app, name) ?? []) as { id: string }[]).map(({ id }) => id);

test.concurrent(
  "objects expire in a preview, and nowhere else",
  async () => {
    await using app = await App2.start();
    const all = {
      plain: "",
      three: "expireDays: 3",
      never: "expireDays: false",
      own: `lifecycleRules: [${ABORT}]`,
      short: `lifecycleRules: [${SHORT}]`,
      pinned: 'pin: { "pr-7": "legacy-files" }',
      everywhere: "stage: false",
      other: 'stage: "staging"',
    };
    await app.deploy("pr-7", buckets(all));
    expect(rulesOf(app, "plain-pr-7")).toEqual([rule(14)]);
    expect(rulesOf(app, "three-pr-7")).toEqual([rule(3)]);
    expect(idsOf(app, "own-pr-7").sort()).toEqual(["alch-blocks-expire", "uploads"]);
    expect(idsOf(app, "short-pr-7")).toEqual(["logs"]);
    for (const name of ["never-pr-7", "legacy-files", "everywhere", "other-staging"]) {
      expect([name, idsOf(app, name)]).toEqual([name, []]);
    }
    const from = app.cloudflare.log.length;
    await app.deploy("pr-7", buckets(all));
    expect(changes(app, from)).toEqual([]);
    // Another number of days, and none any more.
    await app.deploy(
      "pr-7",
      buckets({ ...all, three: "expireDays: 30", plain: "expireDays: false" }),
    );
    expect(rulesOf(app, "three-pr-7")).toEqual([rule(30)]);
    expect(idsOf(app, "plain-pr-7")).toEqual([]);
    await app.deploy("prod", buckets({ plain: "" }));
    expect(idsOf(app, "plain-prod")).toEqual([]);
    await app.refused("prod", "expire-protected", buckets({ files: "expireDays: 3" }));
    expect(app.cloudflare.unhandled).toEqual([]);
  },
  TIME,
);

test.concurrent(
  "a bucket that was there before keeps its objects",
  async () => {
    await using app = await App2.start();
    // One that the stage adopts, and one that it has made before there was a rule.
    app.account.buckets.create("files-pr-1");
    await app.deploy("pr-2", blocks('yield* Bucket("files");'));
    for (const stage of ["pr-1", "pr-2"]) {
      const args = stage === "pr-1" ? ["--adopt"] : [];
      const asked = buckets({ files: "expireDays: 3" });
      const output = await app.refused(stage, "expire-protected", asked, { args });
      expect(output).toContain("this stage has not made it");
      await app.deploy(stage, buckets({ files: "" }), { args });
      expect(idsOf(app, `files-${stage}`)).toEqual([]);
      const from = app.cloudflare.log.length;
      await app.deploy(stage, buckets({ files: "" }));
      expect(changes(app, from)).toEqual([]);
    }
    expect(app.cloudflare.unhandled).toEqual([]);
  },
  TIME,
);

test.concurrent(
  "without the guard nothing expires",
  async () => {
    await using app = await App2.start();
    const source = buckets({ files: "" }).replace("guarded(localState(), {})", "localState()");
    await app.deploy("pr-1", source);
    expect(idsOf(app, "files-pr-1")).toEqual([]);
  },
  TIME,
);
