/** Two stages with one name that adopt it: `check` and `monitor` say what destroying one of them does. */
import { expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { cli } from "../cli/cli.ts";
import { data, fill } from "../support/data.ts";
import { App, program, unguarded } from "../support/program.ts";

const TIME = 120_000;
/** The program, as a deploy of `preview` writes it. */
const FILE = "alchemy.preview.run.ts";
const BOTH = 'pin: { staging: "old", preview: "old" }';

/** What the finding is, and whether the database outlives the stage that is destroyed. */
const KEPT = { found: ["info fixed-name"], kept: true };
const LOST = { found: ["error adopt-fixed"], kept: false };
const CHOSEN = { found: [], kept: true };

const raw = (options: string) => `await raw.D1Database("db", { adopt: true, ${options} });`;
const block = (options: string) => `await Database("db", { adopt: true, ${options} });`;

const WAYS: Record<string, [string, { found: string[]; kept: boolean }]> = {
  "a raw resource": [unguarded(raw('name: "old"')), LOST],
  "a raw resource with `delete: false`": [unguarded(raw('name: "old", delete: false')), KEPT],
  "pins of both": [program(block(BOTH)), KEPT],
  "a pin to the name of the other": [program(block('pin: { preview: "db-staging" }')), KEPT],
  "pins of both with `delete: true`": [program(block(`${BOTH}, delete: true`)), LOST],
  "`stage: false`": [program(block("stage: false")), CHOSEN],
  "`stage: false` with `delete: true`": [program(block("stage: false, delete: true")), LOST],
  "the other stage": [program(block('stage: "staging"')), CHOSEN],
};

async function checked({ folder }: App): Promise<string[]> {
  const args = ["check", FILE, "--stage", "staging,preview", "--json"];
  const { findings } = JSON.parse((await cli(folder, args)).out) as {
    findings: { code: string; severity: string }[];
  };
  const own = findings.filter(({ code }) => ["adopt-fixed", "fixed-name"].includes(code));
  return own.map(({ code, severity }) => `${severity} ${code}`);
}

/** Of the rows of both stages. */
async function monitored({ folder }: App): Promise<string | undefined> {
  const { findings } = JSON.parse((await cli(folder, ["monitor", "--offline", "--json"])).out) as {
    findings: { code: string; severity: string }[];
  };
  return findings.find(({ code }) => code === "collision")?.severity;
}

test.each(Object.keys(WAYS))(
  "`check` tells whether a stage deletes what another one uses: %s",
  async (way) => {
    const [source, expected] = WAYS[way] as (typeof WAYS)[string];
    await using app = await App.start();
    await app.deploy("staging", source);
    fill(app);
    const before = data(app);
    await app.deploy("preview", source);
    expect(await monitored(app)).toBe(expected.kept ? "info" : "error");
    // As in a store that does not list other stages: there, the guard cannot see that one has it.
    await rm(join(app.folder, ".alchemy", "shop", "staging"), { recursive: true });
    await app.deploy("preview", source, { args: ["--destroy"] });
    const kept = data(app).some((one) => before.includes(one));
    expect({ found: await checked(app), kept }).toEqual(expected);
  },
  TIME,
);

test(
  "after `migrate`, no stage deletes what all of them adopt",
  async () => {
    await using app = await App.start();
    const source = unguarded(raw('name: "old"'));
    await app.deploy("staging", source);
    await app.deploy("preview", source);
    const args = ["migrate", FILE, "--state", ".alchemy", "--write"];
    expect((await cli(app.folder, args)).code).toBe(0);
    expect(await checked(app)).toEqual(["info fixed-name"]);
    const blocks = await Bun.file(join(app.folder, FILE)).text();
    expect(blocks).toContain('pin: { preview: "old", staging: "old" }');
    fill(app);
    const before = data(app);
    await app.deploy("preview", blocks);
    await app.deploy("preview", blocks, { args: ["--destroy"] });
    expect(data(app)).toEqual(before);
  },
  TIME,
);
