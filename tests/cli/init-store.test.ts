/** Where `init` finds the state of programs, of both versions of Alchemy. */
import { describe, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { cli, Folder } from "./cli.ts";

describe("the state store of the program", () => {
  const STORE = `import { D1StateStore } from "alchemy/state";
export const store = (scope) => new D1StateStore(scope);
export default (scope) => new D1StateStore(scope);
`;
  const program = (imported: string, option: string) =>
    `import alchemy from "alchemy";\n${imported}\nconst app = await alchemy("shop", { ${option} });\n`;

  async function initialised(files: Record<string, string>, parts = ["sweep", "previews"]) {
    using folder = new Folder();
    mkdirSync(join(folder.path, ".git"));
    folder.write("package.json", "{}\n");
    for (const [name, text] of Object.entries(files)) folder.write(name, text);
    const { code, out } = await cli(folder.path, ["init", ...parts]);
    expect(code).toBe(0);
    return { out, scripts: JSON.parse(folder.read("package.json")).scripts };
  }

  test.each([
    ['import stateStore from "./state-store.ts";', "stateStore"],
    ['import stateStore from "./state-store.js";', "phase: 'up', stateStore,"],
    ['import store from "./state-store";', "stateStore: store"],
    ['import * as all from "./state-store.ts";', "stateStore: all.default"],
    ['import { made } from "./made.ts";', "...made"],
  ])("is in the scripts: %s", async (imported, option) => {
    const text = program(imported, option);
    const made =
      'import stateStore from "./state-store.ts";\nexport const made = { stateStore };\n';
    const more = { "state-store.ts": STORE, "made.ts": made };
    const { out, scripts } = await initialised({ "alchemy.run.ts": text, ...more });
    expect(scripts).toEqual({
      "stages:sweep": "alch-blocks sweep --metrics metrics --state-store ./state-store.ts",
      "preview:deploy": "alchemy deploy",
      "preview:urls": "alch-blocks urls --state-store ./state-store.ts",
      "preview:destroy":
        "alch-blocks destroy --yes --if-exists --unfinished --state-store ./state-store.ts",
    });
    expect(out).not.toContain("state store");
  });

  test.each([
    [
      'import { D1StateStore } from "alchemy/state";',
      "stateStore: (scope) => new D1StateStore(scope)",
    ],
    ['import { store } from "./state-store.ts";', "stateStore: store"],
  ])("has no module of its own: %s", async (imported, option) => {
    const text = program(imported, option);
    const { out, scripts } = await initialised({ "alchemy.run.ts": text, "state-store.ts": STORE });
    expect(scripts["stages:sweep"]).toBe("alch-blocks sweep --metrics metrics");
    expect(out).toContain("give the state store of `alchemy.run.ts` a module of its own");
  });

  test("is not what a comment says", async () => {
    const text = program("// stateStore: store", "/* stateStore, */ quiet: true");
    const { out } = await initialised({ "alchemy.run.ts": text });
    expect(out).toContain("use a state store that pipelines reach");
    expect(out).toContain("destroy it again: npm run preview:destroy -- --stage pr-0");
    expect(out).toContain("set GITHUB_TOKEN and GITHUB_REPOSITORY");
  });

  test("has to be reached by the monitor, too", async () => {
    const text = program("", "quiet: true");
    const { out } = await initialised({ "alchemy.run.ts": text }, ["monitor"]);
    expect(out).toContain("use a state store that pipelines reach");
  });

  const stack = (state: string) => `import * as Alchemy from "alchemy";
import * as Cloudflare from "alchemy/Cloudflare";
import * as Effect from "effect/Effect";
import { guarded } from "@alch/blocks/v2";
export default Alchemy.Stack("shop", { state: guarded(${state}) }, Effect.void);
`;

  test("of a stack of Alchemy 2 is read by the program itself", async () => {
    const { out, scripts } = await initialised({ "alchemy.run.ts": stack("Cloudflare.state()") });
    expect(scripts["stages:sweep"]).toEndWith(" --state-store ./alchemy.run.ts");
    expect(scripts["preview:destroy"]).toEndWith(" --state-store ./alchemy.run.ts");
    expect(out).not.toContain("state store");
    expect(out).not.toContain("ALCHEMY_PASSWORD");
  });

  test("of a stack of Alchemy 2 that is local has to be another one", async () => {
    const { out, scripts } = await initialised({ "infra.ts": stack("Alchemy.localState()") });
    expect(scripts["stages:sweep"]).toBe("alch-blocks sweep --metrics metrics");
    expect(out.replaceAll(/\s+/g, " ")).toContain(
      "use a state store that pipelines reach for `infra.ts`, such as `guarded(Cloudflare.state())`",
    );
  });

  test("is none of another program, and its path can stand in a script", async () => {
    const named = program('import stateStore from "./a b.ts";', "stateStore");
    const other = 'const options = { stateStore: 1 };\nimport alchemy from "alchemy";\n';
    const { out, scripts } = await initialised({
      "alchemy.run.ts": named,
      "a b.ts": STORE,
      "other.ts": other,
    });
    expect(scripts["stages:sweep"]).toBe("alch-blocks sweep --metrics metrics");
    expect(out).toContain("give the state store of `alchemy.run.ts` a module of its own");
  });
});
