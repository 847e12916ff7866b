/** What Alchemy 0.94 does otherwise for some kinds, and what the guard makes of it. */
import { describe, expect, test } from "bun:test";
import { ALL_KINDS, KINDS, type Kind, type KindSpec } from "../../ts/kinds.ts";
import { names } from "../support/data.ts";
import { App, program as inApp, unguarded } from "../support/program.ts";
import { baseOf, TABLE } from "./table.ts";

const TIME = 120_000;
/** Alchemy stores secrets encrypted. */
const program = (body: string, app = "shop") => inApp(body, app, '{ password: "x" }');

type Quirk = keyof KindSpec["alchemy"]["quirks"];
/** The kinds of which something holds; Workers have tests of their own. */
const having = (quirk: Quirk) =>
  ALL_KINDS.filter(({ kind, alchemy }) => kind !== "worker" && alchemy.quirks[quirk]);

const block = (kind: Kind, options = "", base = baseOf(kind)) => {
  const given = [TABLE[kind].options, options].filter(Boolean).join(", ");
  return `await ${KINDS[kind].block}("${base}", { ${given} });`;
};
const raw = (kind: Kind, name: string, id = "one") => {
  const { alchemy } = KINDS[kind];
  const given = [`${alchemy.naming[0]}: "${name}"`, TABLE[kind].options].filter(Boolean).join(", ");
  return `await raw.${alchemy.function}("${id}", { ${given} });`;
};
const held = (app: App, kind: Kind) => names(app, KINDS[kind].alchemy.function);

async function started(kind: Kind): Promise<App> {
  const app = await App.start();
  TABLE[kind].before?.(app.account);
  return app;
}

describe.each(having("ignoresDelete").map(({ kind }) => [kind] as const))("%s", (kind) => {
  test(
    "what is to stay stays, although Alchemy ignores `delete: false`",
    async () => {
      await using app = await started(kind);
      // Alchemy alone deletes it.
      const alone = (options: string) =>
        unguarded(raw(kind, "alone").replace("{ ", `{ ${options}, `));
      await app.deploy("pr-1", alone("delete: false"));
      await app.deploy("pr-1", alone("delete: false"), { args: ["--destroy"] });
      expect(held(app, kind)).toEqual([]);
      const source = program(block(kind));
      await app.deploy("prod", source);
      const refused = await app.run(
        "prod",
        program(block(kind, 'name: "new", onRename: "replace"')),
      );
      expect(refused.output).toContain("although it has `delete: false`");
      await app.deploy("prod", source, { args: ["--destroy"] });
      expect(held(app, kind)).toEqual([`${baseOf(kind)}-prod`]);
      // Nothing is left of it in the state, so the next deploy may not take it for its own.
      const again = await app.run("prod", source);
      expect(again.output).toContain("owned-elsewhere");
      await app.deploy("prod", source, { args: ["--adopt"] });
      expect(app.cloudflare.unhandled).toEqual([]);
    },
    TIME,
  );
});

describe.each(having("takesExisting").map(({ kind }) => [kind] as const))("%s", (kind) => {
  test(
    "what Alchemy takes without `adopt` is adopted by a raw resource, and stays when its stage goes",
    async () => {
      await using app = await started(kind);
      await app.deploy("prod", program(raw(kind, "shared"), "blog"), { name: "blog" });
      await app.deploy("pr-1", program(raw(kind, "shared")));
      await app.deploy("pr-1", program(raw(kind, "shared")), { args: ["--destroy"] });
      expect(held(app, kind)).toEqual(["shared"]);
      expect(app.cloudflare.unhandled).toEqual([]);
    },
    TIME,
  );
});

describe.each(having("deletesByName").map(({ kind }) => [kind] as const))("%s", (kind) => {
  test(
    "a stage whose deploy failed deletes nothing that it has not made",
    async () => {
      await using app = await started(kind);
      await app.deploy("prod", program(raw(kind, "shared"), "blog"), { name: "blog" });
      const before = held(app, kind);
      for (const source of [raw(kind, "shared"), block(kind, 'pin: { "pr-1": "shared" }')]) {
        await app.run("pr-1", program(source));
        await app.deploy("pr-1", program(source), { args: ["--destroy"] });
        expect(held(app, kind)).toEqual(before);
      }
    },
    TIME,
  );
});

describe.each(having("alwaysRemote").map(({ kind }) => [kind] as const))("%s", (kind) => {
  test(
    "what local mode has adopted in the account stays when its stage goes",
    async () => {
      await using app = await started(kind);
      await app.deploy("prod", program(raw(kind, "shared"), "blog"), { name: "blog" });
      const adopting = program(raw(kind, "shared").replace("{ ", "{ adopt: true, "));
      await app.deploy("pr-1", adopting, { args: ["--local"] });
      await app.deploy("pr-1", adopting, { args: ["--destroy"] });
      expect(held(app, kind)).toEqual(["shared"]);
    },
    TIME,
  );
});
