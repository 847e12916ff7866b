/** Objects of previews that expire, on real deploys: never those of a bucket that the stage has not made. */
import { expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { App, program, unguarded } from "../support/program.ts";

const TIME = 60_000;

const DAY = 86_400;
const rule = (days: number) => ({
  id: "alch-blocks-expire",
  deleteObjectsTransition: { condition: { type: "Age", maxAge: days * DAY } },
  conditions: { prefix: "" },
  enabled: true,
});
const OWN = {
  id: "uploads",
  abortMultipartUploadsTransition: { condition: { maxAge: DAY, type: "Age" } },
};
const SHORT = { id: "logs", deleteObjectsTransition: { condition: { maxAge: DAY, type: "Age" } } };
const written = (one: object) => ({ ...one, conditions: { prefix: "" }, enabled: true });

/** Buckets by their options, in a set that has objects expire after 14 days. */
function buckets(all: Record<string, object>, settings: object = {}): string {
  const calls = Object.entries(all).map(
    ([id, options]) => `await set.Bucket("${id}", ${JSON.stringify(options)});`,
  );
  const set = { expireDays: 14, ...settings };
  return program(`const set = createBlocks(${JSON.stringify(set)});\n${calls.join("\n")}`);
}

const rulesOf = (app: App, name: string) => app.account.buckets.get(name).rules.get("lifecycle");

test(
  "objects expire in a preview, and nowhere else",
  async () => {
    await using app = await App.start();
    const all = {
      plain: {},
      three: { expireDays: 3 },
      never: { expireDays: false },
      own: { lifecycle: [OWN] },
      short: { lifecycle: [SHORT] },
      pinned: { pin: { "pr-7": "legacy-files" } },
      everywhere: { stage: false },
      other: { stage: "staging" },
      shared: { share: "pr-7" },
    };
    await app.deploy("pr-7", buckets(all));
    expect(rulesOf(app, "plain-pr-7")).toEqual([rule(14)]);
    expect(rulesOf(app, "three-pr-7")).toEqual([rule(3)]);
    expect(rulesOf(app, "own-pr-7")).toEqual([written(OWN), rule(14)]);
    expect(rulesOf(app, "short-pr-7")).toEqual([written(SHORT)]);
    const lasting = ["never-pr-7", "legacy-files", "everywhere", "other-staging", "shared-pr-7"];
    for (const name of lasting) expect([name, rulesOf(app, name)]).toEqual([name, undefined]);
    const from = app.cloudflare.log.length;
    await app.deploy("pr-7", buckets(all));
    expect(app.changesSince(from)).toEqual([]);
    // A protected stage has none, and one that is protected from now on loses it.
    await app.deploy("prod", buckets({ plain: {} }));
    expect(rulesOf(app, "plain-prod")).toBeUndefined();
    await app.deploy("staging", buckets({ plain: {} }));
    await app.deploy("staging", buckets({ plain: {} }, { protect: ["staging"] }));
    expect(rulesOf(app, "plain-staging")).toEqual([]);
    expect(app.cloudflare.unhandled).toEqual([]);
  },
  TIME,
);

test(
  "a bucket that the stage has not made keeps its objects",
  async () => {
    await using app = await App.start();
    const raw = `await raw.R2Bucket("files", { name: \`files-\${stage}\`, adopt: true });`;
    // One that is adopted now, and one that was adopted before the guard was there.
    app.account.buckets.create("files-pr-1");
    app.account.buckets.create("files-pr-2");
    await app.deploy("pr-2", unguarded(raw));
    for (const stage of ["pr-1", "pr-2"]) {
      const source = buckets({ files: { adopt: true } });
      await app.deploy(stage, source);
      expect(rulesOf(app, `files-${stage}`)).toBeUndefined();
      const from = app.cloudflare.log.length;
      await app.deploy(stage, source);
      await app.deploy(stage, buckets({ files: {} }));
      expect(rulesOf(app, `files-${stage}`)).toBeUndefined();
      expect(app.changesSince(from)).toEqual([]);
      const asked = buckets({ files: { adopt: true, expireDays: 3 } });
      const output = await app.refused(stage, "expire-protected", asked);
      expect(output).toContain("it was there before, and this stage has not made it");
      // What else is written for it is sent.
      await app.deploy(stage, buckets({ files: { lifecycle: [OWN] } }));
      expect(rulesOf(app, `files-${stage}`)).toEqual([written(OWN)]);
    }
    // A lost state proves nothing.
    await app.deploy("pr-3", buckets({ files: { expireDays: false } }));
    await rm(join(app.folder, ".alchemy"), { recursive: true });
    await app.deploy("pr-3", buckets({ files: { adopt: true } }));
    expect(rulesOf(app, "files-pr-3")).toBeUndefined();
    expect(app.cloudflare.unhandled).toEqual([]);
  },
  TIME,
);

test(
  "what may not expire is refused before any call, if the block asks for it",
  async () => {
    await using app = await App.start();
    const cases: [stage: string, options: object, reason: string][] = [
      ["prod", {}, "its stage is protected"],
      ["pr-1", { stage: false }, "it belongs to another stage, or to all of them"],
      ["pr-1", { stage: "staging" }, "it belongs to another stage, or to all of them"],
      ["pr-1", { share: "pr-1" }, "it belongs to another stage, or to all of them"],
      [
        "pr-1",
        { pin: { "pr-1": "legacy" } },
        "its name is pinned, so it may be older than the stage",
      ],
    ];
    for (const [stage, options, reason] of cases) {
      const source = buckets({ files: { ...options, expireDays: 3 } });
      expect(await app.refused(stage, "expire-protected", source)).toContain(reason);
    }
    for (const expireDays of [0, 1.5, -1, "14", true, 36_501]) {
      await app.refused("pr-1", "option-invalid", buckets({ files: { expireDays } }));
      await app.refused("pr-1", "option-invalid", buckets({ files: {} }, { expireDays }));
    }
    expect(app.changesSince(0)).toEqual([]);
  },
  TIME,
);
