/** Modules that make a store of state: whatever they do, the command line says that it could not. */
import { describe, expect, test } from "bun:test";
import { readStores } from "../../ts/cli/collect/stores.ts";
import { cli, Folder, PROGRAM, RUNTIMES } from "./cli.ts";

const TOKEN = "s3cr3t-token-value";
const LATE = `setTimeout(() => { throw new Error(process.env.MY_TOKEN); }, 1);`;

/** What a module says, and the last line of what is complained of. */
const MODULES: Record<string, [module: string, complaint: string]> = {
  "ends the program": ["export default () => process.exit(0);", "has ended the program"],
  "throws nothing": ["export default () => { throw null; };", "cannot be read: null"],
  "cannot be loaded": ["throw undefined;", "cannot be loaded: undefined"],
  "fails on its own": [
    `${LATE} await new Promise((done) => setTimeout(done, 5000));`,
    "failed: ***",
  ],
  prints: [
    `console.info(1); process.stdout.write("2"); export default () => { console.debug(3); throw 4; };`,
    "cannot be read: 4",
  ],
};

for (const [what, [module, complaint]] of Object.entries(MODULES)) {
  test.each(RUNTIMES)(`a store that ${what}, in %s`, async (runtime) => {
    using folder = new Folder();
    folder.write("alchemy.run.ts", PROGRAM);
    folder.write("store.mjs", module);
    const args = ["check", "--json", "--state-store", "./store.mjs"];
    const { code, out, error } = await cli(folder.path, args, {
      runtime,
      env: { MY_TOKEN: TOKEN },
    });
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(error).toContain(complaint);
    expect(error).not.toContain(TOKEN);
  });
}

test("a store in TypeScript, which Node 20 cannot read", async () => {
  using folder = new Folder();
  folder.write("alchemy.run.ts", PROGRAM);
  folder.write("store.ts", "export default () => ({});");
  const ended = await cli(folder.path, ["check", "--state-store", "store.ts"]);
  expect({ code: ended.code, out: ended.out }).toEqual({ code: 2, out: "" });
  expect(ended.error).toContain("`store.ts` cannot be loaded: this Node cannot read TypeScript");
  expect(ended.error).toContain("run the command with Bun or with Node 22.18 or newer");
});

const NEVER = "new Promise(() => {})";
const SILENT = {
  "list.mjs": `export default () => ({ list: () => ${NEVER}, init: () => ${NEVER} });`,
  "load.mjs": `await ${NEVER}; export default () => ({});`,
};

test.each(["Node 20", "Node 22"] as const)("a store that never answers, in %s", async (runtime) => {
  using folder = new Folder();
  folder.write("alchemy.run.ts", PROGRAM);
  for (const [name, text] of Object.entries(SILENT)) {
    folder.write(name, text);
    const ended = await cli(folder.path, ["check", "--state-store", `./${name}`], { runtime });
    expect({ code: ended.code, out: ended.out }).toEqual({ code: 2, out: "" });
    expect(ended.error).toContain("has ended the program");
  }
});

describe("a store that never answers is given up", () => {
  const read = (folder: Folder, module: string) =>
    readStores({ state: [], stateStore: [module] }, folder.path, [], 0.5);

  test("while it is read", async () => {
    using folder = new Folder();
    folder.write("list.mjs", SILENT["list.mjs"]);
    const [store] = await read(folder, "list.mjs");
    expect(store?.problems.map(({ message }) => message)).toEqual([
      "the state in `list.mjs` cannot be read: it did not answer for 0.5 seconds",
    ]);
  });

  test("while it is loaded", async () => {
    using folder = new Folder();
    folder.write("load.mjs", SILENT["load.mjs"]);
    const reason = "the state store `load.mjs` cannot be loaded: it did not answer for 0.5 seconds";
    await expect(read(folder, "load.mjs")).rejects.toThrow(reason);
  });

  test("but not while rows come", async () => {
    using folder = new Folder();
    folder.write(
      "slow.mjs",
      `const row = (id) => ({ id, kind: "x::Y", fqn: id, seq: 0, data: {}, props: {}, status: "created" });
export default ({ chain }) => ({
  list: async () => (chain.length === 2 ? ["a"] : []),
  listScopes: async () => (chain.length === 0 ? ["shop"] : chain.length === 1 ? STAGES : []),
  getBatch: async (ids) => {
    await new Promise((done) => setTimeout(done, 100));
    return Object.fromEntries(ids.map((id) => [id, row(id)]));
  },
});
const STAGES = Array.from({ length: 10 }, (_, at) => "pr-" + at);
`,
    );
    const [store] = await read(folder, "slow.mjs");
    expect({ problems: store?.problems, rows: store?.rows.length }).toEqual({
      problems: [],
      rows: 10,
    });
  });
});
