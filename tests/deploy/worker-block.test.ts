/** The block `Worker`: its name, and what becomes of a deployed one. */
import { expect, test } from "bun:test";
import { data, fill, names } from "../support/data.ts";
import { harmless } from "../support/harm.ts";
import { App, program, SCRIPT } from "../support/program.ts";

const STAGE = "pr-1";
const TIME = 120_000;

/** A Worker with a Durable Object, whose storage is the script's. */
const worker = (options: string, id = "api") => `
const counter = DurableObject("counter", { className: "Counter", sqlite: true });
await blocks.Worker("${id}", {
  script: ${JSON.stringify(SCRIPT)}, bindings: { counter }, ${options}
});`;

/** What was renamed: one call renames what belongs to the script, too. */
const renames = (app: App, from: number) => [
  ...new Set(app.changesSince(from).filter((call) => call.startsWith("PATCH workers/services/"))),
];

test(
  "another name is refused, and kept or given when told to",
  async () => {
    await using app = await App.start();
    await app.deploy(STAGE, program(worker('name: "old",')));
    fill(app);
    const before = data(app);
    const calls = app.cloudflare.log.length;
    const { message, help } = await harmless(app, STAGE, {
      code: "would-replace",
      body: worker('name: "new",'),
    });
    expect(message).toContain("is deployed as `old-pr-1`, and this program names it `new-pr-1`");
    expect(message).toContain("Alchemy would rename it in place");
    const advice = /`(pin: .*?)`/.exec(help)?.[1];
    await app.deploy(STAGE, program(worker(`name: "new", ${advice},`)));
    await app.deploy(STAGE, program(worker('name: "new", onRename: "keep",')));
    await app.deploy(STAGE, program(worker('name: "old",')));
    expect(renames(app, calls)).toEqual([]);
    expect(data(app)).toEqual(before);

    await app.deploy(STAGE, program(worker('name: "new", onRename: "replace",')));
    expect(renames(app, calls)).toEqual(["PATCH workers/services/old-pr-1"]);
    expect(names(app, "Worker")).toEqual(["new-pr-1"]);
    expect(app.account.getDurable("new-pr-1", "Counter", "object", "key")).toBe("Counter");
    expect(app.cloudflare.deletions()).toEqual([]);
    expect(app.cloudflare.unhandled).toEqual([]);
  },
  TIME,
);

test(
  "another id is refused, and so is a second Worker of the name",
  async () => {
    await using app = await App.start();
    await app.deploy(STAGE, program(worker('name: "shop",')));
    fill(app);
    await harmless(app, STAGE, { code: "id-changed", body: worker('name: "shop",', "web") });
    const second = `await blocks.Worker("web", { name: "shop", script: "export default {}" });`;
    await app.refused(STAGE, "duplicate-name", program(`${worker('name: "shop",')}\n${second}`));
    expect(names(app, "Worker")).toEqual(["shop-pr-1"]);
  },
  TIME,
);

test(
  "a protected stage keeps its Worker, and so does the stage whose Worker another one uses",
  async () => {
    await using app = await App.start();
    await app.deploy("prod", program(worker("")));
    await app.deploy(STAGE, program(worker("")));
    fill(app);
    const before = data(app);
    for (const stage of ["prod", STAGE]) {
      await app.deploy(stage, program(worker("")), { args: ["--destroy"] });
    }
    expect(names(app, "Worker")).toEqual(["api-prod"]);
    await app.deploy("pr-2", program(worker('stage: "prod", adopt: true,')));
    await app.deploy("pr-2", program(""), { args: ["--destroy"] });
    expect(data(app)).toEqual(before.filter((one) => !one.includes("-pr-1")));
  },
  TIME,
);

test(
  "a Worker that was uploaded when its process died is gone on with",
  async () => {
    await using app = await App.start();
    const source = program(worker(""));
    const path = "/workers/scripts/api-pr-1";
    const made = app.cloudflare.faults.add({ kind: "pause", method: "PUT", path });
    const deploy = await app.start(STAGE, source);
    await Promise.race([made.reached, deploy.ended]);
    deploy.kill();
    await deploy.ended;
    app.cloudflare.faults.clear();
    expect(names(app, "Worker")).toEqual(["api-pr-1"]);
    await app.deploy(STAGE, source);
    await app.deploy(STAGE, source, { args: ["--destroy"] });
    expect(names(app)).toEqual([]);
  },
  TIME,
);
