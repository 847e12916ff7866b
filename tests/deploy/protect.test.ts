/** Protected stages: their data stays unless somebody says `delete`, on real deploys. */
import { expect, test } from "bun:test";
import { data, fill, names } from "../support/data.ts";
import { harmless } from "../support/harm.ts";
import { App, program } from "../support/program.ts";

/** Some tests start twenty deploys, and the slowest machine sets the limit. */
const TIME = 120_000;
const DESTROY = { args: ["--destroy"] };
const BLOCKS = ["Database", "Bucket", "KV", "Queue"] as const;

/** All four kinds with the same options; a bucket with objects is deleted only if it is emptied. */
function all(options = "", own = ""): string {
  const calls = BLOCKS.map((block) => {
    const deadly = block === "Bucket" ? "empty: true," : "";
    return `await ${own}${block}("my-${block.toLowerCase()}", { ${deadly} ${options} });`;
  });
  return calls.join("\n");
}

/** The same as raw resources, by names of their own. */
const RAW = `
await raw.D1Database("my-database", { name: "my-database-" + stage });
await raw.R2Bucket("my-bucket", { empty: true, name: "my-bucket-" + stage });
await raw.KVNamespace("my-kv", { title: "my-kv-" + stage });
await raw.Queue("my-queue", { name: "my-queue-" + stage });`;

function of(stage: string): string[] {
  return ["bucket", "database", "kv", "queue"].map((id) => `my-${id}-${stage}`);
}

function nothingDeleted({ cloudflare }: App): void {
  expect(cloudflare.deletions()).toEqual([]);
  expect(cloudflare.unhandled).toEqual([]);
}

const IDS = BLOCKS.map((block) => `"my-${block.toLowerCase()}"`);
const DROPPED = `createBlocks({ release: [${IDS}] }); await KV("other");`;

/** How a stage is torn down: as a whole, or by leaving its blocks out of the program. */
const TEARDOWNS = {
  destroyed: (app: App, stage: string) => app.deploy(stage, program(""), DESTROY),
  dropped: (app: App, stage: string) => app.deploy(stage, program(DROPPED)),
};

test.each(Object.keys(TEARDOWNS) as (keyof typeof TEARDOWNS)[])(
  "the data of a protected stage stays when it is %s, and no other's",
  async (how) => {
    await using app = await App.start();
    const stages = ["prod", "production", "preview"];
    await Promise.all(stages.map((stage) => app.deploy(stage, program(all()))));
    fill(app);
    const kept = data(app).filter((held) => held.includes("-prod"));
    await Promise.all(stages.map((stage) => TEARDOWNS[how](app, stage)));
    expect(data(app).filter((held) => !held.includes("other-"))).toEqual(kept);
    const gone = app.cloudflare.deletions().map(({ name }) => name);
    expect(gone.sort()).toEqual(of("preview"));
    expect(app.cloudflare.unhandled).toEqual([]);
  },
  TIME,
);

test(
  "after a destroy, a protected stage is deployed again with adopt",
  async () => {
    await using app = await App.start();
    await app.deploy("prod", program(all()));
    fill(app);
    const before = data(app);
    await app.deploy("prod", program(""), DESTROY);
    const { code, output } = await app.run("prod", program(all()));
    expect(code).not.toBe(0);
    expect(output).toContain("already exists");
    await app.deploy("prod", program(all("adopt: true")));
    await app.deploy("prod", program(""), DESTROY);
    await app.deploy("prod", program(all()), { args: ["--adopt"] });
    expect(data(app)).toEqual(before);
    nothingDeleted(app);
  },
  TIME,
);

test.each(Object.keys(TEARDOWNS) as (keyof typeof TEARDOWNS)[])(
  "a stage that was deployed raw is protected by the first deploy with blocks, and then %s",
  async (how) => {
    await using app = await App.start();
    await app.deploy("prod", program(RAW));
    fill(app);
    const before = data(app);
    const calls = app.cloudflare.log.length;
    await app.deploy("prod", program(all()));
    expect(app.changesSince(calls)).toEqual([]);
    await TEARDOWNS[how](app, "prod");
    expect(data(app).filter((held) => !held.includes("other-"))).toEqual(before);
    nothingDeleted(app);
  },
  TIME,
);

test(
  "a raw resource of a protected stage stays when a deploy drops it",
  async () => {
    await using app = await App.start();
    await app.deploy("prod", program(RAW));
    await app.deploy("prod", program(all().split("\n").slice(1).join("\n")));
    nothingDeleted(app);
  },
  TIME,
);

test(
  "`delete: true` wins, once it is stored",
  async () => {
    await using app = await App.start();
    await app.deploy("prod", program(all()));
    await app.deploy("prod", program(all("delete: true")));
    await app.deploy("prod", program(""), DESTROY);
    expect(names(app)).toEqual([]);

    await app.deploy("production", program(all("delete: true")));
    await app.deploy("production", program(DROPPED));
    expect(names(app)).toEqual(["other-production"]);
  },
  TIME,
);

test(
  "`delete: true` lets a protected stage replace what is not protected yet",
  async () => {
    await using app = await App.start();
    await app.deploy("prod", program(RAW));
    await app.deploy("prod", program(all('name: "new", onRename: "replace", delete: true')));
    expect(names(app)).toEqual(BLOCKS.map(() => "new-prod"));
    const gone = app.cloudflare.deletions().map(({ name }) => name);
    expect(gone.sort()).toEqual(["my-bucket-prod", "my-database-prod"]);
  },
  TIME,
);

test(
  "`protect` says which stages",
  async () => {
    await using app = await App.start();
    const own = (protect: string) => all("", `createBlocks({ protect: ${protect} }).`);
    await Promise.all([
      app.deploy("live", program(own('["live", "prod"]'))),
      app.deploy("prod", program(own("[]"))),
      app.deploy("production", program(own('["live"]'))),
    ]);
    expect(names(app)).toHaveLength(12);
    fill(app);
    const stages = ["live", "prod", "production"];
    await Promise.all(stages.map((stage) => app.deploy(stage, program(""), DESTROY)));
    expect(names(app)).toEqual(of("live"));
    const wrong = `try { ${own('"live"').split("\n")[0]} } catch (e) { console.log(e.code); }`;
    const { output } = await app.run("live", program(wrong));
    expect(output).toContain("option-invalid");
  },
  TIME,
);

test(
  "a name is replaced in a protected stage only after its protection is stored",
  async () => {
    await using app = await App.start();
    await app.deploy("prod", program(RAW));
    fill(app);
    const before = data(app);
    for (const block of BLOCKS) {
      const id = `my-${block.toLowerCase()}`;
      const body = `await ${block}("${id}", { name: "new", onRename: "replace" });`;
      const { message, help } = await harmless(app, "prod", { code: "would-replace", body });
      expect(message).toContain("the stage `prod` is protected, but its state does not say so");
      expect(help).toContain(`pin: { "prod": "${id}-prod" }`);
    }
    // As it says: deploy once under the old name. What is replaced then outlives its replacement.
    await app.deploy("prod", program(all()));
    await app.deploy("prod", program(all('name: "new", onRename: "replace"')));
    const values = (held: string[]) => held.map((one) => JSON.parse(one).slice(2));
    expect(values(data(app))).toEqual(expect.arrayContaining(values(before)));
    expect(names(app, "D1Database")).toEqual(["my-database-prod", "new-prod"]);
    expect(names(app, "R2Bucket")).toEqual(["my-bucket-prod", "new-prod"]);
    expect([...names(app, "KVNamespace"), ...names(app, "Queue")]).toEqual([
      "new-prod",
      "new-prod",
    ]);
    nothingDeleted(app);
  },
  TIME,
);
