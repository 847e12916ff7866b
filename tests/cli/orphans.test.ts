/** What `check --state` says before a deploy is what the deploy would do. */
import { expect, test } from "bun:test";
import { App, SCRIPT } from "../support/program.ts";
import { cli, Folder, PROGRAM } from "./cli.ts";

// Unused names are dropped with their import, and Alchemy deletes only what is imported.
const START = `import alchemy from "alchemy";
import { D1Database, DurableObjectNamespace, R2Bucket, Worker } from "alchemy/cloudflare";
import "alchemy/cloudflare";
const app = await alchemy("shop", { quiet: true, noTrack: true });
`;
const END = "await app.finalize();\n";

const ROOMS = `
const room = DurableObjectNamespace("room", { className: "Room", sqlite: true });
await Worker("api", {
  name: \`shop-api-\${app.stage}\`,
  script: ${JSON.stringify(SCRIPT)},
  adopt: true,
  bindings: { room },
});
`;
/** Options as they are before the blocks: the guard of a deploy never sees these. */
const FILES = `await R2Bucket("files", { name: \`files-\${app.stage}\`, adopt: true });\n`;
const NESTED = `await alchemy.run("web", async () => { ${FILES} });\n`;

interface Change {
  before: string;
  after: string;
  /** What the finding says. */
  says: string;
  /** What the deploy deletes. */
  deletes: string;
}

const CHANGES: Record<string, Change> = {
  "a Worker that owns Durable Objects is left out": {
    before: ROOMS,
    after: "",
    says: "the Worker `api`, `shop-api-pr-1`, which the program does not declare: a deploy would delete it with all data of `Room`",
    deletes: "shop-api-pr-1",
  },
  "a resource is moved out of a scope that ends before any block is called": {
    before: NESTED,
    after: `await alchemy.run("web", async () => {});\n${FILES}`,
    says: "the bucket `web/files`, `files-pr-1`, which the program does not declare",
    deletes: "files-pr-1",
  },
};

async function orphans(folder: string, ...args: string[]) {
  const ended = await cli(folder, ["check", "source.ts", "--json", "--state", ".alchemy", ...args]);
  expect(ended.error).toBe("");
  const { findings } = JSON.parse(ended.out) as { findings: Record<string, string>[] };
  return findings.filter(({ code }) => code === "orphaned-row");
}

test.each(Object.keys(CHANGES))(
  "%s",
  async (name) => {
    const { before, after, says, deletes } = CHANGES[name] as Change;
    await using app = await App.start();
    await app.deploy("pr-1", START + before + END);
    await app.write("source.ts", START + before + END);
    expect(await orphans(app.folder)).toEqual([]);
    await app.write("source.ts", START + after + END);
    const found = await orphans(app.folder);
    expect(found).toHaveLength(1);
    expect(found[0]?.message).toContain(says);
    expect(found[0]).toMatchObject({ severity: "error", file: "source.ts", line: 4 });
    expect(await orphans(app.folder, "--stage", "prod")).toEqual([]);
    await app.deploy("pr-1", START + after + END);
    expect(app.cloudflare.deletions().map(({ name }) => name)).toContain(deletes);
  },
  120_000,
);

test("a missing state is reported", async () => {
  using folder = new Folder();
  folder.write("alchemy.run.ts", PROGRAM);
  const ended = await cli(folder.path, ["check", "--state", "nowhere"]);
  expect(ended.error).toContain("error: there is no folder `nowhere`");
  expect(ended).toMatchObject({ code: 2, out: "" });
});

test("what Alchemy bundles beside its state is no row of it", async () => {
  using folder = new Folder();
  folder.write("alchemy.run.ts", PROGRAM);
  folder.write(".alchemy/out/api/metafile.json", '{ "inputs": {}, "outputs": {} }');
  for (const args of [["check", "--state", ".alchemy"], ["migrate"]]) {
    expect(await cli(folder.path, args)).toMatchObject({ error: "" });
  }
});
