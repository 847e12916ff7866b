/** What local mode leaves in the state, and what a deploy makes of it. */
import { expect, test } from "bun:test";
import { data, fill, names } from "../support/data.ts";
import { harmless } from "../support/harm.ts";
import { App, program } from "../support/program.ts";

const STAGE = "pr-1";
/** Some tests start twenty deploys, and the slowest machine sets the limit. */
const TIME = 120_000;
const LOCAL = { args: ["--local"] };
const DESTROY = { args: ["--destroy"] };
const BLOCKS = ["Database", "Bucket", "KV", "Queue"];

/** Blocks, each under an id of its own; a bucket with objects is deleted only if it is emptied. */
function body(blocks: readonly string[], options: string): string {
  const calls = blocks.map((block) => {
    const deadly = block === "Bucket" ? "empty: true, " : "";
    return `await ${block}("my-${block}", { ${deadly}${options} });`;
  });
  return calls.join("\n");
}

/** As a deploy in local mode: it calls nothing that could change something. */
async function locally(app: App, source: string): Promise<void> {
  const calls = app.cloudflare.log.length;
  await app.deploy(STAGE, program(source), LOCAL);
  expect(app.changesSince(calls)).toEqual([]);
}

function nothingDeleted({ cloudflare }: App): void {
  expect(cloudflare.deletions()).toEqual([]);
  expect(cloudflare.unhandled).toEqual([]);
}

/** Somebody else's resources under both of the names that the tests use. */
async function strangers(app: App, blocks: readonly string[]): Promise<string[]> {
  const theirs = ["old", "new"].map((name) =>
    body(blocks, `name: "${name}"`).replaceAll("my-", `${name}-`),
  );
  await app.deploy(STAGE, program(theirs.join("\n"), "blog"), { name: "blog" });
  fill(app);
  return data(app);
}

test.each(BLOCKS)(
  "a %s made and renamed locally takes its last name when it is deployed",
  async (block) => {
    await using app = await App.start();
    await locally(app, body([block], 'name: "old"'));
    await locally(app, body([block], 'name: "new"'));
    await app.deploy(STAGE, program(body([block], 'name: "new"')));
    expect(names(app)).toEqual(["new-pr-1"]);
    fill(app);
    const before = data(app);
    await locally(app, body([block], 'name: "new"'));
    await app.deploy(STAGE, program(body([block], 'name: "new"')));
    expect(data(app)).toEqual(before);

    // Once it is live, local mode renames it no more.
    for (const options of ['name: "old"', 'name: "old", onRename: "replace"']) {
      const harm = { code: "would-replace", body: body([block], options), run: LOCAL };
      const { message } = await harmless(app, STAGE, harm);
      expect(message).toContain("is deployed as `new-pr-1`, and this program names it `old-pr-1`");
      if (options.includes("replace")) expect(message).toContain("local mode");
    }
    await locally(app, body([block], 'name: "old", onRename: "keep"'));
    expect(data(app)).toEqual(before);
    nothingDeleted(app);
  },
  TIME,
);

test("what is renamed between local mode and the first deploy takes the new name", async () => {
  await using app = await App.start();
  await locally(app, body(BLOCKS, 'name: "old"'));
  const source = program(body(BLOCKS, 'name: "new"'));
  await app.deploy(STAGE, source);
  expect(names(app)).toEqual(BLOCKS.map(() => "new-pr-1"));
  fill(app);
  const before = data(app);
  await app.deploy(STAGE, source);
  expect(data(app)).toEqual(before);
  nothingDeleted(app);
}, 120_000);

/** Ways to be rid of what local mode made, from a row that it made as `old`. */
const WAYS: Record<string, (app: App, blocks: readonly string[]) => Promise<unknown>> = {
  "destroyed in the account": (app) => app.deploy(STAGE, program(""), DESTROY),
  "destroyed locally": (app) => app.deploy(STAGE, program(""), { args: ["--destroy", "--local"] }),
  "dropped locally": (app) => locally(app, 'await KV("other");'),
  "dropped in the account": (app) => app.deploy(STAGE, program('await KV("other");')),
  "renamed, then destroyed": async (app, blocks) => {
    await locally(app, body(blocks, 'name: "new"'));
    await app.deploy(STAGE, program(""), DESTROY);
  },
  "renamed, then deployed, then destroyed": async (app, blocks) => {
    const { code, output } = await app.run(STAGE, program(body(blocks, 'name: "new"')));
    expect(code).not.toBe(0);
    expect(output).toMatch(/already exists|already taken/);
    await app.deploy(STAGE, program(""), DESTROY);
  },
  "moved to another id, then destroyed": async (app, blocks) => {
    await locally(app, body(blocks, 'name: "old"').replaceAll("my-", "your-"));
    await app.deploy(STAGE, program(""), DESTROY);
  },
  "told that it may be deleted": async (app, blocks) => {
    await locally(app, body(blocks, 'name: "new", delete: true'));
    await app.deploy(STAGE, program(""), DESTROY);
  },
};

// A bucket is known by its name alone.
test.each([[["Bucket"]], [["Database", "KV", "Queue"]]])(
  "what only ever existed locally never deletes a stranger's: %p",
  async (blocks) => {
    const apps = Object.entries(WAYS).map(async ([way, act]) => {
      await using app = await App.start();
      const before = await strangers(app, blocks);
      await locally(app, body(blocks, 'name: "old"'));
      await act(app, blocks);
      const held = data(app).filter((one) => !one.includes("other-pr-1"));
      expect({ way, held }).toEqual({ way, held: before });
      expect({ way, deleted: app.cloudflare.deletions() }).toEqual({ way, deleted: [] });
    });
    await Promise.all(apps);
  },
  TIME,
);

test.each(["old", "new"])(
  "a bucket that a raw resource made locally does not either, once a block calls it %s",
  async (name) => {
    await using app = await App.start();
    const before = await strangers(app, ["Bucket"]);
    await locally(app, 'await raw.R2Bucket("my-Bucket", { name: "old-pr-1", empty: true });');
    await locally(app, body(["Bucket"], `name: "${name}"`));
    await app.deploy(STAGE, program(""), DESTROY);
    expect(data(app)).toEqual(before);
    nothingDeleted(app);
  },
  TIME,
);

test("a bucket that was deployed after local mode is deleted with its stage", async () => {
  await using app = await App.start();
  const source = body(["Bucket"], 'name: "files"');
  await locally(app, source);
  await app.deploy(STAGE, program(source));
  await locally(app, source);
  await app.deploy(STAGE, program(""), DESTROY);
  expect(names(app)).toEqual([]);
}, 120_000);
