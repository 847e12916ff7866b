/** What the guard of Alchemy 0.94 does for each kind that holds data, by the catalogue. */
import { describe, expect, test } from "bun:test";
import { type Kind, listingOf } from "../../ts/kinds.ts";
import { names } from "../support/data.ts";
import { harmless } from "../support/harm.ts";
import { App, program as inApp } from "../support/program.ts";
import { BLOCKS, TABLE } from "./table.ts";

const STAGE = "pr-1";
/** Alchemy stores secrets encrypted. */
const SECRET = '{ password: "x" }';
const program = (body: string, app = "shop") => inApp(body, app, SECRET);
const TIME = 120_000;

const KINDS = BLOCKS.filter(({ ownsData }) => ownsData);

async function started(kind: Kind): Promise<App> {
  const app = await App.start();
  TABLE[kind].before?.(app.account);
  return app;
}

describe.each(KINDS.map((spec) => [spec.kind, spec] as const))("%s", (kind, spec) => {
  const type = spec.alchemy.function;
  const declared = (options: string, id = "one") =>
    `await ${spec.block}("${id}", { ${TABLE[kind].options ?? ""}${TABLE[kind].options ? "," : ""} ${options} });`;

  test(
    "a deployed one is renamed, moved and dropped only when told to",
    async () => {
      await using app = await started(kind);
      await app.deploy(STAGE, program(declared('name: "old"')));
      const calls = app.cloudflare.log.length;
      await app.refused(STAGE, "would-delete", program(""));
      const { message } = await harmless(app, STAGE, {
        code: "would-replace",
        body: declared('name: "new"'),
        options: SECRET,
      });
      expect(message).toContain("is deployed as `old-pr-1`, and this program names it `new-pr-1`");
      await harmless(app, STAGE, {
        code: "id-changed",
        body: declared('name: "old", adopt: true', "other"),
        options: SECRET,
      });
      await app.deploy(STAGE, program(declared('name: "new", onRename: "keep"')));
      expect(app.changesSince(calls)).toEqual([]);
      const replaced = program(declared('name: "new", onRename: "replace"'));
      if (spec.onNewName === "fails") {
        await app.refused(STAGE, "would-replace", replaced);
        expect(app.changesSince(calls)).toEqual([]);
        return;
      }
      await app.deploy(STAGE, replaced);
      expect(names(app, type)).toEqual(["new-pr-1"]);
      const gone = app.cloudflare.deletions().map(({ name }) => name);
      expect(gone).toEqual(spec.onNewName === "replace" ? ["old-pr-1"] : []);
      expect(app.cloudflare.unhandled).toEqual([]);
    },
    TIME,
  );

  test(
    "what was made when its process died is gone on with, and a stranger's is refused",
    async () => {
      await using app = await started(kind);
      const source = program(declared('name: "mine"'));
      const path = `/${listingOf(kind).path}`;
      const made = app.cloudflare.faults.add({ kind: "pause", method: "POST", path });
      const deploy = await app.start(STAGE, source);
      await Promise.race([made.reached, deploy.ended]);
      deploy.kill();
      await deploy.ended;
      app.cloudflare.faults.clear();
      expect(names(app, type)).toEqual(["mine-pr-1"]);
      await app.deploy(STAGE, source);
      const another = await app.run(STAGE, program(declared('name: "mine"'), "blog"), {
        name: "blog",
      });
      expect(another.code).not.toBe(0);
      expect(names(app, type)).toEqual(["mine-pr-1"]);
    },
    TIME,
  );

  test(
    "a stage binds what another one shares, and leaves it when it goes",
    async () => {
      await using app = await started(kind);
      await app.deploy("prod", program(declared('name: "all"')));
      const calls = app.cloudflare.log.length;
      const worker = `const one = ${declared('name: "all", share: "prod"')}
        await raw.Worker("api", { script: "export default {}", bindings: { ${spec.binding && "one"} } });`;
      await app.deploy(STAGE, program(worker));
      await app.deploy(STAGE, program(worker), { args: ["--destroy"] });
      const changes = app.changesSince(calls).filter((call) => !/workers\/scripts/.test(call));
      expect(changes).toEqual([]);
      expect(names(app, type)).toEqual(["all-prod"]);
    },
    TIME,
  );
});
