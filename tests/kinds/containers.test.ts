/**
 * What the page of containers says: an application belongs to a class of a Worker, which makes it in Alchemy 0.94.
 */
import { expect, test } from "bun:test";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cli } from "../cli/cli.ts";
import { App2, blocks, TIME } from "../deploy2/app.ts";
import { monitor } from "../monitor/monitor.ts";
import { names } from "../support/data.ts";
import { harmless } from "../support/harm.ts";
import { App, program, SCRIPT } from "../support/program.ts";
import { TABLE } from "./table.ts";

const OPTIONS = TABLE.container.options;
const worker = (bindings: string) =>
  `await Worker("api", { script: ${JSON.stringify(SCRIPT)}, bindings: { ${bindings} } });`;
const bound = (options: string) =>
  `const box = await Container("box", { ${OPTIONS}, ${options} }); ${worker("box")}`;
const held = (app: App | App2) => names(app, "Container");

/** What `check` says that a deploy of `source` would delete, by its id. */
async function lost({ folder }: App | App2, source: string): Promise<string[]> {
  await writeFile(join(folder, "shop.run.ts"), source);
  const { out } = await cli(folder, ["check", "shop.run.ts", "--state", ".alchemy", "--json"]);
  const { findings } = JSON.parse(out) as { findings: { code: string; id: string }[] };
  const codes = ["orphaned-row", "refused-change"];
  return findings.filter(({ code }) => codes.includes(code)).map(({ id }) => id);
}

test(
  "Alchemy 0.94 leaves the old name, and the class keeps its storage",
  async () => {
    await using app = await App.start();
    await app.deploy("pr-1", program(bound('name: "old"')));
    expect(held(app)).toEqual(["old-pr-1"]);
    await app.deploy("pr-1", program(bound('name: "new"')));
    expect(held(app)).toEqual(["old-pr-1"]);
    expect(app.cloudflare.deletions()).toEqual([]);
    await harmless(app, "pr-1", { code: "would-delete-class", body: worker("") });
    await app.deploy("pr-1", program(bound('name: "old"')), { args: ["--destroy"] });
    expect(app.account.state()).toEqual([]);
    expect(app.cloudflare.unhandled).toEqual([]);
  },
  TIME,
);

test(
  "what a stage has adopted stays when it goes",
  async () => {
    await using app = await App.start();
    const pinned = 'pin: { prod: "legacy", "pr-1": "legacy" }, adopt: true';
    await app.deploy("prod", program(bound(pinned)));
    const without = await app.run("pr-1", program(bound(pinned.replace(", adopt: true", ""))));
    expect(without.output).toContain("already exists");
    await app.deploy("pr-1", program(bound(pinned)));
    await app.deploy("pr-1", program(bound(pinned)), { args: ["--destroy"] });
    expect(held(app)).toEqual(["legacy"]);
  },
  TIME,
);

test(
  "`check` and `monitor` know its row, which is in the scope of the Worker, and its class",
  async () => {
    await using app = await App.start();
    const source = program(bound(""));
    await app.deploy("prod", source);
    expect(await readdir(join(app.folder, ".alchemy", "shop", "prod", "api"))).toContain(
      "box.json",
    );
    expect(await lost(app, source)).toEqual([]);
    expect(await lost(app, program(worker("")))).toEqual(["box"]);
    const of = async () =>
      (await monitor(app)).report.findings.map(({ code, kind }) => [code, kind]);
    expect(await of()).toEqual([]);
    app.account.plain.get("Container")?.all.clear();
    expect(await of()).toContainEqual(["missing", "container"]);
  },
  TIME,
);

test(
  "with Alchemy 2, one is not replaced, stays in a protected stage, and is not taken from another",
  async () => {
    await using app = await App2.start();
    const source = (options: string) =>
      blocks(`yield* ours.Worker("api", { main: "./script.ts",
        env: { BOX: ours.Container("box", { ${OPTIONS}, ${options} }) } });`);
    await app.deploy("pr-1", source('name: "old"'));
    expect(held(app)).toEqual(["old-pr-1"]);
    await app.refused("pr-1", "would-replace", source('name: "new"'));
    await app.refused("pr-2", "owned-elsewhere", source('pin: { "pr-2": "old-pr-1" }'));
    expect(await lost(app, source('name: "old"'))).toEqual([]);
    const without = blocks(`yield* ours.Worker("api", { main: "./script.ts" });`);
    expect(await lost(app, without)).toContain("api");
    await app.deploy("prod", source(""));
    await app.destroy("prod", source(""));
    expect(held(app)).toEqual(["box-prod", "old-pr-1"]);
    expect(app.cloudflare.unhandled).toEqual([]);
  },
  TIME,
);
